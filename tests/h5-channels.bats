#!/usr/bin/env bats
# h5-multivcpu: memory that guests share, and interrupts between them.

load helper

# a_vm ID NAME CMDLINE: a description; prints its path.
a_vm() {
    local file=$BATS_FILE_TMPDIR/$2.toml
    cat >"$file" <<END
[base]
id = $1
name = "$2"
cpu_num = 1

[kernel]
kernel_path = "/sbin/skernel-x86"
cmdline = "$3"
memory_regions = [{ gpa = 0, size = 0x200_0000 }]
END
    echo "$file"
}

setup_file() {
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    local publisher subscriber misuser
    a_disk "$TEST_DISK"
    publisher=$(a_vm 1 publisher "channel-publish messages=500")
    subscriber=$(a_vm 2 subscriber "channel-subscribe=1")
    misuser=$(a_vm 3 misuser "channel-misuse")
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
