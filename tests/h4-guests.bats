#!/usr/bin/env bats
# h4-exits: guests of every kind, with modules.

load helper

guests=$root/build/guests
multiboot1="multiboot1-elf32 elf64-multiboot1 multiboot1-made-elf32
flat-multiboot1"

setup_file() {
    local name
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    a_disk "$TEST_DISK"
    echo "text of the first" >"$BATS_FILE_TMPDIR/first"
    echo "text of the second" >"$BATS_FILE_TMPDIR/second"
    mkdir "$BATS_FILE_TMPDIR/more"
    echo "text of the third" >"$BATS_FILE_TMPDIR/more/first"
    truncate -s 40M "$BATS_FILE_TMPDIR/large"
    local two="$BATS_FILE_TMPDIR/first x=\"1\" y;$BATS_FILE_TMPDIR/second"
    for name in $multiboot1; do
        boot "$name" h4 GUEST="$guests/$name" GUEST_ARGS="a b=c"
    done
    boot modules1 h4 GUEST="$guests/multiboot1-elf32" GUEST_MODULES="$two"
    boot modules2 h4 GUEST="$guests/multiboot2-modules" \
        GUEST_MODULES="$two; $BATS_FILE_TMPDIR/more/first z"
    boot flat h4 GUEST="$guests/flat-bare" GUEST_KIND=flat
    boot flat16 h4 GUEST="$guests/flat16-bare" GUEST_KIND=flat16
    boot high16 h4 GUEST="$guests/flat16-bare" GUEST_KIND=flat16 \
        GUEST_LOAD=0x23450
    boot bios h4 GUEST="$guests/flat16-bios" GUEST_KIND=flat16
    boot unknown h4 GUEST="$guests/flat-bare"
    boot outside h4 GUEST="$guests/flat-bare" GUEST_KIND=flat \
        GUEST_LOAD=0x10000000
    boot beside h4 GUEST="$guests/flat-bare" GUEST_KIND=flat \
        GUEST_ENTRY=0x100100
    boot wordy h4 GUEST="$guests/flat-bare" GUEST_KIND=flat GUEST_ARGS=x
    boot large h4 GUEST="$guests/multiboot1-elf32" \
        GUEST_MODULES="$BATS_FILE_TMPDIR/large"
    boot no-list h4 ARGS="modules=/no/such"
    boot no-kind h4 ARGS="kind=linux"
}

@test "runs multiboot1 kernels: ELF32, ELF64, by address" {
    for name in $multiboot1; do
        look_at "$name"
        assert_equal "$status" 0
        assert_line --regexp '^multiboot1 .*guest.* here$'
        assert_line "command line: /sbin/$name a b=c"
        refute_output --partial "wrong:"
    done
}

@test "starts a kernel that is linked high at its physical entry" {
    look_at elf64-multiboot1
    assert_line "multiboot1 elf64 guest here"
    look_at multiboot1-made-elf32
    assert_line "multiboot1 elf64 guest here"
}

@test "a multiboot1 guest finds its modules" {
    look_at modules1
    assert_equal "$status" 0
    assert_in_order 'module: /modules/1/first x="1" y' "text of the first" \
        "module: /modules/2/second" "text of the second"
    refute_output --partial "wrong:"
}

@test "a multiboot2 guest finds its modules and ACPI's root pointer" {
    look_at modules2
    assert_equal "$status" 0
    assert_in_order 'module: x="1" y' "text of the first" \
        "module: " "text of the second" "module: z" "text of the third" \
        "RSD PTR" "RSD PTR"
}

@test "runs a flat binary in protected mode" {
    look_at flat
    assert_equal "$status" 0
    assert_line "flat binary here"
}

@test "runs a flat binary in real mode, at 0x7c00 or elsewhere" {
    look_at flat16
    assert_equal "$status" 0
    assert_line "hello from real mode"
    look_at high16
    assert_equal "$status" 0
    assert_line "hello from real mode"
}

@test "real mode has vectors to call, a clock, and the BIOS data area" {
    look_at bios
    assert_equal "$status" 0
    assert_line "the data area is filled in: yes"
    assert_line "a call says that there is no such service: yes"
    assert_line "an interrupt changes no register: yes"
    assert_line "the clock ticks: yes"
    assert_line "it ticks when it has been programmed, masked meanwhile: yes"
    assert_line "there is an MP table in the EBDA: no"
}

# refused LABEL TEXT: a line of the kernel's, and the guest was not started.
refused() {
    look_at "$1"
    assert_line --partial "$2"
    refute_line "Launching VM..."
    # Wrong words are refused before anything is taken.
    ((status == 2)) || assert_line "Frames not given back: 0"
}

@test "refuses what it cannot load, each with a line of its own" {
    refused unknown "/sbin/flat-bare: no sound multiboot header in the image"
    assert_equal "$status" 1
    refused outside "/sbin/flat-bare: segment outside guest RAM, at"
    assert_equal "$status" 1
    refused beside "/sbin/flat-bare: entry point in no segment, at"
    refused wordy "a flat image takes no command line"
    refused large "/modules/1/large: no room in guest RAM for a module"
    assert_equal "$status" 1
    refused no-list "/no/such: no such file"
    refused no-kind "kind= takes auto, multiboot1, multiboot2, flat or flat16"
    assert_equal "$status" 2
}
