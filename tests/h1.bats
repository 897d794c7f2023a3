#!/usr/bin/env bats
# h1-vmxon: VMX operation, in and out, and each reason why not.

load helper

setup_file() {
    local model
    boot plain h1
    boot twice h1 ARGS=twice
    boot locked h1 ARGS=feature-control=0x1
    boot unlocked h1 ARGS=feature-control=0x0
    boot typo h1 ARGS=twise
    boot smp h1 SMP=4
    boot tcg h1 ACCEL=tcg
    boot old h1 CPU=pentium
    boot uefi h1 ACCEL=tcg FIRMWARE=uefi
    for model in $(models); do
        boot "$model" h1 CPU="$model"
    done
}

@test "enters VMX operation and leaves it" {
    look_at plain
    assert_equal "$status" 0
    assert_in_order "x86_64 Hypervisor ..." "VMX is supported!" \
        "VMX revision: 0x" "VMXON region: 0x" "VMXON successful" \
        "VMX cleanup complete" "status: 0 (success)"
}

@test "the VMXON region is a page of its own" {
    look_at plain
    region=$(value_of "VMXON region: ")
    ((region != 0 && region % 4096 == 0))
}

@test "sets every bit of CR0 and CR4 that VMX operation demands" {
    look_at plain
    for register in CR0 CR4; do
        read -r value _ _ must _ _ may < <(value_of "$register: " | tr -d '(),')
        (((value & must) == must && (value & ~may) == 0)) ||
            fail "$register $value, must $must, may $may"
    done
}

@test "refuses to enter twice, and still leaves" {
    look_at twice
    assert_equal "$status" 0
    assert_in_order "VMXON successful" \
        "VMXON once more: already in VMX operation: CR4.VMXE is set" \
        "VMX cleanup complete"
}

@test "says that the firmware has locked VT-x off" {
    look_at locked
    assert_equal "$status" 77
    assert_in_order "VMX not supported! IA32_FEATURE_CONTROL is locked" \
        "status: 77 (unsupported)"
    refute_output --partial "VMXON successful"
}

@test "takes an IA32_FEATURE_CONTROL that is not locked" {
    look_at unlocked
    assert_equal "$status" 0
}

@test "refuses an unknown option and names the known ones" {
    look_at typo
    assert_equal "$status" 2
    assert_line --partial 'unknown option "twise" on the command line; known are: twice feature-control='
}

@test "counts the machine's CPUs by its MADT" {
    look_at plain
    assert_line --partial "CPUs: 1, of which this one, local APIC ID 0,"
    look_at smp
    assert_equal "$status" 0
    assert_line --partial "CPUs: 4, of which this one, local APIC ID 0,"
}

@test "says that the CPU has no VT-x" {
    look_at tcg
    assert_equal "$status" 77
    assert_line --partial "VMX not supported! CPUID.01H:ECX.VMX[bit 5] is 0"
}

@test "says that the CPU has no 64-bit mode" {
    look_at old
    assert_equal "$status" 77
    assert_line --partial "This CPU has no 64-bit mode"
}

@test "boots by UEFI too" {
    look_at uefi
    assert_equal "$status" 77
    assert_line --partial "VMX not supported! CPUID.01H:ECX.VMX[bit 5] is 0"
}

@test "works on every CPU model with VMX, and reads its capabilities right" {
    on_bochs_only
    for model in $(models); do
        look_at "$model"
        assert_equal "$status" 0
        revision=$(($(capability "$model" 0x480) & 0x7fffffff))
        assert_equal "$(($(value_of "VMX revision: ")))" "$revision"
        assert_line --partial "must have 0x$(capability_hex "$model" 0x486)"
        assert_line --partial "may have 0x$(capability_hex "$model" 0x489)"
    done
}
