#!/usr/bin/env bats
# h5-multivcpu: what a virtual machine does with addresses, ports and MSRs that
# are not its own reaches no other one, nor the hypervisor.

load helper

fuzzers="11 12 13"

setup_file() {
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img TIMEOUT=400
    a_disk "$TEST_DISK"
    boot_apart
    boot_deaf
}

boot_apart() {
    local i vms="" ctrl_a=$'\001' off="on = false" limit="limit_ms = 300"
    # They lie beside the descriptions, and so get to the disk with them.
    cp "$root"/build/guests/{keep,beyond}-ram "$BATS_FILE_TMPDIR"
    vm_kernel=/sbin/keep-ram describe_vm 1 keeper 1 ""
    describe_vm 2 pause 1 "spin ms=200"
    vm_kernel=/sbin/beyond-ram describe_vm 3 beyond 1 "" "$off"
    describe_vm 4 jumper 1 jump=0x800000 "$off"
    describe_vm 5 reader 1 rdmsr=0x480 "$off"
    for i in $fuzzers; do
        describe_vm "$i" "fuzz$i" 1 "fuzz seed=$i" "$off" "$limit"
    done
    describe_vm 20 late 1 touch=2 "$off"
    {
        echo "vm wait pause Stopped"
        for i in 3 4 5 $fuzzers; do
            echo "vm start $i"
        done
        for i in 3 4 5 $fuzzers; do
            echo "vm wait $i Stopped"
        done
        echo "vm start late"
        echo "vm wait late Stopped"
        echo "console keeper"
        echo "now${ctrl_a}c"
        echo "vm wait keeper Stopped"
        echo "quit"
    } | console apart SMP=2 VMS="$vms"
}

@test "memory is what it was, whatever others have done meanwhile" {
    look_at apart
    refute_line --partial "wrong:"
    assert_in_order "vm1| keep-ram: filled" "tour> vm start 3" \
        "VM 13 is Stopped" "tour> console keeper" \
        "vm1| keep-ram: all is as it was" "VM 1 is Stopped"
    assert_line "VM 1 (keeper) has ended well"
}

@test "beyond its RAM a machine finds neither memory nor the host's devices" {
    look_at apart
    assert_line "vm3| beyond-ram: no memory there"
    assert_line "vm3| beyond-ram: no devices there"
    assert_line "VM 3 (beyond) has ended well"
}

@test "nor code" {
    look_at apart
    assert_line "vm4| skernel-x86: jumping to 0x800000"
    assert_line "VM 4 (jumper) has failed"
}

@test "an MSR of the host's VMX is none of the guest's" {
    look_at apart
    assert_line "vm5| skernel-x86: reading MSR 0x480"
    refute_line --partial "vm5| skernel-x86: read 0x"
    assert_line "VM 5 (reader) has failed"
}

@test "those that try whatever they can think of have tried much" {
    local i
    look_at apart
    for i in $fuzzers; do
        assert_line --regexp "^VM $i \(fuzz$i\) has (failed|ended well)$"
    done
}

@test "the hypervisor and its disk have not suffered" {
    look_at apart
    assert_line "VM 20 (late) has ended well"
    assert_line --regexp '^vm20\| .*touched 2048 KiB of 2048, 2048 read back'
    assert_line "VMX cleanup complete"
    assert_line "Frames not given back: 0"
    assert_equal "$status" 1
}

# One of them never leaves the handler of an NMI, on the only CPU.
boot_deaf() {
    local vms=""
    cp "$root/build/guests/nmi-loop" "$BATS_FILE_TMPDIR"
    vm_kernel=/sbin/nmi-loop describe_vm 1 deaf 1 ""
    describe_vm 2 good 2 smp
    console deaf VMS="$vms" <<END
vm wait good Stopped
vm stop deaf
quit
END
}

@test "where one machine's NMIs are blocked, those of others arrive" {
    look_at deaf
    assert_in_order "vm1| nmi-loop: in the handler" \
        "vm2| smp: ipi-nmi: good" "VM 2 (good) has ended well"
    refute_line --partial "BAD"
    assert_equal "$status" 0
}
