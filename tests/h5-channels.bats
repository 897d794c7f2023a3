#!/usr/bin/env bats
# h5-multivcpu: memory that guests share, and interrupts between them.

load helper

setup_file() {
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    # shellcheck disable=SC2034  # it is the default of what a VM gets
    local vms="" vm_mib=32 publisher subscriber misuser
    a_disk "$TEST_DISK"
    describe_vm 1 publisher 1 "channel-publish messages=500"
    describe_vm 2 subscriber 1 "channel-subscribe=1"
    describe_vm 3 misuser 1 "channel-misuse"
    read -r publisher subscriber misuser <<<"$vms"
    boot talk h5 SMP=1 VMS="$publisher $subscriber"
    boot apart h5 SMP=2 VMS="$subscriber $publisher $misuser"
    boot unknown h4 GUEST_ARGS="channel-misuse"
}

# Both sides of a talk have got every message, and interrupts.
assert_talked() {
    local side
    for side in vm1 vm2; do
        assert_line "$side| channel: 500 messages, 0 damages: good"
        refute_line "$side| channel: 0 interrupts"
    done
    assert_line "vm1| channel: unpublished: OK, and its memory reads 0xffffffffffffffff"
}

@test "two guests on one CPU talk over a channel" {
    look_at talk
    assert_equal "$status" 0
    assert_line "vm1| channel: published by guest 1 at 0xc0000000"
    assert_line "vm2| channel: subscribed to guest 1 at 0xc0000000"
    assert_talked
    assert_line "Frames not given back: 0"
}

@test "and on two, while a third does everything wrong" {
    look_at apart
    assert_equal "$status" 0
    assert_talked
    assert_line --regexp '^vm3\| channel-misuse: [0-9]+ calls, 0 unexpected: good$'
}

@test "h4 knows nothing of channels, and says so" {
    look_at unknown
    assert_equal "$status" 1
    assert_line "channel-misuse: who am I: UNKNOWN"
}
