#!/usr/bin/env bats
# h4-exits: memory that a guest may not read, write and execute alike.

load helper

setup_file() {
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    a_disk "$TEST_DISK"
    boot lost regions GUEST_ARGS="read=0xc0000000 write=0xc0000000"
    boot code regions GUEST_ARGS="jump=0xc2000000"
    boot data regions GUEST_ARGS="write=0xc11fffff jump=0xc1000000"
    boot beyond regions GUEST_ARGS="read=0xc0004000 write=0xc0004000"
}

@test "what a guest writes to where it may only read is lost, and it goes on" {
    look_at lost
    assert_equal "$status" 0
    assert_in_order "skernel-x86: read 0x11" "skernel-x86: written" \
        "skernel-x86: done" \
        "regions: read-only 0x1111111111111111, read-write 0 0" \
        "Frames not given back: 0"
}

@test "an instruction that reads and writes there has read, and has its flags" {
    look_at code
    assert_equal "$status" 0
    assert_line "skernel-x86: done"
    # 0x11111111 + 5 is 0x11111116: three bits in its lowest byte, PF is 0.
    assert_line --regexp '^regions: read-only 0x1111111111111111, read-write 0x11111111 0x(2|202)$'
}

@test "a guest that executes where it may not ends, and is told why" {
    look_at data
    assert_equal "$status" 1
    assert_line "The guest has been stopped: it executes RAM that it may not execute"
    assert_line --regexp '^instruction fetch from 0xc1000000'
    assert_line "Frames not given back: 0"
}

@test "between regions nobody answers" {
    look_at beyond
    assert_equal "$status" 0
    assert_line "skernel-x86: read 0xff"
    assert_line "skernel-x86: written"
}
