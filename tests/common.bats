#!/usr/bin/env bats
# common/: what it finds out about the machine, and the local APICs at work.
# The kernel tests/kernels/machine makes the checks; it fails if one does.

load helper

setup_file() {
    boot bochs machine SMP=4
    boot x2apic machine SMP=2 CPU=tigerlake ARGS=x2apic
    boot penryn machine CPU=core2_penryn_t9600
    boot tcg machine ACCEL=tcg SMP=2
}

@test "the machine is as it should be" {
    local label
    for label in bochs x2apic penryn tcg; do
        look_at $label
        refute_output --partial "FAILED"
        assert_line "ok: each of them once"
        assert_equal "$status" 0
    done
}

@test "ACPI names the CPUs and the way to switch off" {
    look_at bochs
    assert_line "CPUs: 4, I/O APICs: 1, local APICs at 0xfee00000"
    assert_line "PM1a_CNT: 0xb004, SLP_TYP for S5: 0, PM timer: 0xb008, 24 bits"
    look_at tcg
    assert_line "CPUs: 2, I/O APICs: 1, local APICs at 0xfee00000"
    assert_line "PM1a_CNT: 0x604, SLP_TYP for S5: 0, PM timer: 0x608, 24 bits"
}

@test "the TSC's frequency is what Bochs runs at, not what its CPUID says" {
    local label hz
    [[ ${TEST_ACCEL:-bochs} == bochs ]] || skip "KVM runs at another one"
    for label in bochs x2apic penryn; do
        look_at $label
        hz=$(value_of "TSC: ")
        hz=${hz%% *}
        ((hz > 24975000 && hz < 25025000)) || fail "$label: $hz"
    done
}
