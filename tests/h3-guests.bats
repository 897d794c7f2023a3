#!/usr/bin/env bats
# h3-ept: guests from elsewhere, good ones and bad ones.

load helper

guests=$root/build/guests
hellos="elf32-hello elf64-hello flat-hello"
damages="truncated outside-ram over-information overlapping entry-outside
wrong-machine no-header bad-checksum unknown-tag not-elf"

setup_file() {
    local name disk=$BATS_FILE_TMPDIR/disk.img bad=$BATS_FILE_TMPDIR/bad
    export TEST_DISK=$disk DISK=$disk
    for name in $hellos touch-ram jump-unmapped write-unmapped; do
        "$root/update_disk.sh" "$guests/$name" "/guests/$name" >/dev/null
    done
    for name in $damages; do
        "$root/tests/guests/damage.sh" "$name" "$guests/elf32-hello" "$bad"
        "$root/update_disk.sh" "$bad" "/bad/$name" >/dev/null
    done
    for name in $hellos jump-unmapped write-unmapped; do
        boot "$name" h3 ARGS="guest=/guests/$name" GUEST_ARGS="a b=c"
    done
    for name in debug-events literal-cr0 uart-thief; do
        "$root/update_disk.sh" "$guests/$name" "/guests/$name" >/dev/null
        boot "$name" h3 ARGS="guest=/guests/$name lazy"
    done
    boot cr8 h3 GUEST="$root/build/gcc/skernel-x86.elf" GUEST_ARGS=cr8=15
    boot touch-ram h3 ARGS="guest=/guests/touch-ram lazy"
    for name in $damages; do
        boot "$name" h3 ARGS="guest=/bad/$name"
    done
    boot given h3 GUEST="$guests/elf32-hello"
    boot missing h3 ARGS=guest=/sbin/nobody
}

@test "runs ELF32, ELF64 and images with an address tag" {
    for name in $hellos; do
        look_at "$name"
        assert_equal "$status" 0
        assert_line "${name%-hello} guest here"
        assert_line "VM exited successfully!"
    done
}

@test "starts an ELF64 image that is linked high at its physical entry" {
    look_at elf64-hello
    assert_line --regexp '^Guest context prepared: ELF64 at 0x100000-0x[0-9a-f]+, entry 0x100[0-9a-f]{3}$'
}

@test "GUEST= puts a file on the disk and runs it" {
    look_at given
    assert_equal "$status" 0
    assert_line "Loading app: /sbin/elf32-hello"
    assert_line "elf32 guest here"
}

@test "gives a lazy guest a page for each it touches" {
    look_at touch-ram
    assert_equal "$status" 0
    assert_line --regexp '^Exits: .*EPT violation [0-9]+'
}

@test "delivers an event again that an EPT violation interrupted" {
    look_at debug-events
    assert_equal "$status" 0
    assert_line "the watchpoint was hit"
}

@test "a guest that single-steps steps over an exit as over anything else" {
    look_at debug-events
    assert_line "each instruction was a step"
}

@test "a guest may write CR0 without NE, and reads what it wrote" {
    look_at literal-cr0
    assert_equal "$status" 0
    assert_line "CR0 reads as it was written"
}

@test "a guest does not get at the host's CR8" {
    look_at cr8
    assert_equal "$status" 1
    assert_line --partial "VM Exit - Reason: 0x1c (28) Control-register access"
}

@test "the host has its serial port back, whatever the guest did to it" {
    look_at uart-thief
    assert_equal "$status" 1
    assert_line "VM Exit - Reason: 0x2 (2) Triple fault"
    assert_line "Frames not given back: 0"
}

@test "accesses to where nothing is end the guest, with the address" {
    look_at jump-unmapped
    assert_equal "$status" 1
    assert_line --partial "EPT violation: instruction fetch from 0x"
    look_at write-unmapped
    assert_equal "$status" 1
    assert_line --partial "EPT violation: data write to 0x"
}

@test "refuses each kind of bad image with a sentence of its own" {
    local sentences=()
    for name in $damages; do
        look_at "$name"
        assert_equal "$status" 1
        refute_line "Launching VM..."
        assert_line "Frames not given back: 0"
        sentences+=("$(value_of "/bad/$name: ")")
    done
    assert_equal "$(printf '%s\n' "${sentences[@]%:*}" | sort -u | wc -l)" \
        "$(wc -w <<<"$damages")"
}

@test "says that a file is not on the disk" {
    look_at missing
    assert_equal "$status" 1
    assert_line --partial "/sbin/nobody: no such file"
}
