#!/usr/bin/env bats
# h2-vmcs: a guest in the kernel's own address space, and its exits.

load helper

setup_file() {
    local model
    boot plain h2
    boot doctor h2 ARGS="doctor dump"
    for model in $(models); do
        boot "$model" h2 CPU="$model"
    done
}

# The numbers of all exits, in their order.
exit_numbers() {
    sed -nE 's/^VM Exit - Reason: 0x[0-9a-f]+ \(([0-9]+)\) .*/\1/p' \
        <<<"$output" | xargs
}

@test "enters the guest and answers it until it halts" {
    look_at plain
    assert_equal "$status" 0
    assert_in_order "Setting up VMCS..." "Launching VM..." "VM exit occurred" \
        "HLT - guest is halting" "VM exited successfully!" \
        "VMX cleanup complete" "status: 0 (success)"
}

@test "sees CPUID, RDTSC, VMCALL, RDTSC and HLT exit, by the SDM's numbers" {
    look_at plain
    assert_equal "$(exit_numbers)" "10 16 18 16 12"
    assert_line "VM Exit - Reason: 0xa (10) CPUID"
    assert_line "VM Exit - Reason: 0x12 (18) VMCALL"
}

@test "each exit but the last is behind the one before" {
    look_at plain
    mapfile -t rips < <(sed -n 's/^  Guest RIP: //p' <<<"$output")
    assert_equal "${#rips[@]}" 5
    ((rips[0] < rips[1] && rips[1] < rips[2]))
}

@test "the doctor finds nothing wrong with a VMCS that is sound" {
    look_at doctor
    assert_equal "$status" 0
    assert_in_order "Doctor: no rule of the SDM is broken." "Launching VM..."
}

@test "the dump shows the fields by the SDM's encodings" {
    look_at doctor
    assert_line --regexp '^  4402 VM_EXIT_REASON +0000000000000000$'
    assert_line --regexp '^  6c16 HOST_RIP +0000000000[0-9a-f]{6}$'
    assert_line --partial "7 HLT exiting"
}

@test "works on every CPU model with VMX, without EPT too" {
    on_bochs_only
    for model in $(models); do
        look_at "$model"
        assert_equal "$status" 0
        assert_equal "$(exit_numbers)" "10 16 18 16 12"
    done
}
