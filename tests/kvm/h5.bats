#!/usr/bin/env bats
# h5-multivcpu on KVM's nested VMX: several CPUs of a guest and of the host,
# several machines, their console, and CPUs that help less with local APICs.
# Run by `make test-kvm`.

load ../helper

# The CPU of KVM without what h5's local APICs make use of where it is there.
plain=host,+vmx,-vmx-apicv-xapic,-vmx-apicv-x2apic,-vmx-apicv-register
plain+=,-vmx-apicv-vid

# What somebody types at the management console.
commands() {
    printf '\001c'
    cat <<'END'
vm list
vm suspend a
vm resume a
vm reset a
vm stop a
vm suspend b
vm destroy b
vm list
quit
END
}

setup_file() {
    # shellcheck disable=SC2034  # it is the default of what a VM gets
    local vms="" vm_mib=32
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img TIMEOUT=400
    a_disk "$TEST_DISK"
    boot one h5 SMP=1 VCPUS=1 GUEST_ARGS="smp mp-table"
    boot shared h5 SMP=1 VCPUS=2 GUEST_ARGS="smp without-x2apic"
    boot two h5 SMP=2 VCPUS=2 GUEST_ARGS="smp without-x2apic"
    boot plain h5 SMP=1 VCPUS=1 GUEST_ARGS=smp CPU="$plain"
    boot no-shadow h5 SMP=1 VCPUS=1 GUEST_ARGS=smp CPU="$plain,-vmx-flexpriority"
    boot ended h5 SMP=1 VCPUS=2 GUEST_ARGS=exit=3
    describe_vm 1 publisher 1 "channel-publish messages=50"
    describe_vm 2 subscriber 1 "channel-subscribe=1"
    boot talk h5 SMP=1 VMS="$vms"
    boot apart h5 SMP=2 VMS="$vms"
    vms=""
    describe_vm 1 a 2 loop
    describe_vm 2 b 1 loop
    commands >"$BATS_FILE_TMPDIR/commands"
    boot_input=$BATS_FILE_TMPDIR/commands boot monitor h5 SMP=1 VMS="$vms"
}

# assert_smp CPUS VCPUS CHECKS: each of at least so many checks went well.
assert_smp() {
    assert_equal "$status" 0
    assert_line "CPUs that run guests: $1"
    assert_line "smp: $2 CPUs"
    refute_line --partial "BAD"
    (($(grep -c '^smp: .*: good$' <<<"$output") >= $3))
    assert_in_order "skernel-x86: done" "VM 1 (guest) has ended well" \
        "VMX cleanup complete" "Frames not given back: 0"
}

@test "a guest with one CPU finds its local APIC as the SDM has it" {
    look_at one
    assert_smp 1 1 40
}

@test "so does one with two CPUs, on one and on two" {
    look_at shared
    assert_smp 1 2 20
    look_at two
    assert_smp 2 2 20
}

@test "and one on a CPU that helps with the task priority alone, or not at all" {
    look_at plain
    assert_smp 1 1 40
    look_at no-shadow
    assert_smp 1 1 40
}

@test "tells how a guest with two CPUs has ended itself" {
    look_at ended
    assert_equal "$status" 1
    assert_line "The guest has ended itself with 3"
    assert_line "Frames not given back: 0"
}

@test "two machines talk over a channel, on one CPU and on two" {
    local label side
    for label in talk apart; do
        look_at "$label"
        assert_equal "$status" 0
        for side in vm1 vm2; do
            assert_line "$side| channel: 50 messages, 0 damages: good"
            refute_line "$side| channel: 0 interrupts"
        done
        assert_line "Frames not given back: 0"
    done
}

@test "the management console moves machines that never halt" {
    look_at monitor
    assert_equal "$status" 0
    assert_in_order "VM 1 (a) is Suspended" "VM 1 (a) is Running" \
        "VM 1 (a) is Running" "VM 1 (a) is Stopped" "VM 2 (b) is no more" \
        "VM 1 (a) has been shut down" "Frames not given back: 0"
}
