#!/usr/bin/env bats
# h3-ept: a guest from the disk image, in memory of its own.

load helper

setup_file() {
    local model disk=$BATS_FILE_TMPDIR/disk.img
    a_disk "$disk"
    export TEST_DISK=$disk
    boot plain h3
    boot lazy h3 ARGS=lazy GUEST_ARGS=touch=8
    boot eager h3 GUEST_ARGS=touch=8
    boot dump h3 ARGS="doctor dump"
    boot small h3 MEM=64
    boot greedy h3 ARGS=mem=512 MEM=64
    boot gigabyte h3 ARGS="mem=1024 dump" MEM=3072 GUEST_ARGS=touch=16
    boot typo h3 ARGS=mem=many
    boot triple h3 GUEST_ARGS=triple-fault
    boot panic h3 GUEST_ARGS=panic
    boot jump h3 GUEST_ARGS=jump=0x80000000
    boot write h3 GUEST_ARGS=write=0x2000000
    boot port h3 GUEST_ARGS=in=0x60
    boot msr h3 GUEST_ARGS=rdmsr=0x1b
    [[ ${TEST_ACCEL:-bochs} != bochs ]] ||
        boot loop h3 GUEST_ARGS=loop TIMEOUT=8
    boot misconfiguration misconfiguration
    boot bare skernel GUEST_ARGS=touch=8
    for model in $(models); do
        boot "$model" h3 CPU="$model"
    done
}

@test "reads the guest from the disk, runs it and ends well" {
    look_at plain
    assert_equal "$status" 0
    assert_in_order "Loading app: /sbin/skernel-x86" \
        "Guest image loaded at paddr: 0x" "Setting up VMCS..." \
        "Launching VM..." "skernel-x86: hello, loaded by A tour of VT-x" \
        "skernel-x86: done" "VM Exit - Reason: 0xc (12) HLT" \
        "HLT - guest is halting" "VM exited successfully!" \
        "VMX cleanup complete" "status: 0 (success)"
}

@test "hides VT-x from the guest and says that there is a hypervisor" {
    look_at plain
    assert_line "skernel-x86: CPU GenuineIntel, without VT-x, under a hypervisor"
}

@test "gives every frame back, however the guest ended" {
    for label in plain lazy triple jump gigabyte; do
        look_at "$label"
        assert_line "Frames not given back: 0"
    done
}

@test "passes the guest its command line" {
    look_at lazy
    assert_line 'skernel-x86: command line "touch=8"'
}

@test "gives a lazy guest its memory at first touch, and no more" {
    look_at lazy
    assert_equal "$status" 0
    assert_line "skernel-x86: touched 8192 KiB of 8192, 8192 read back well"
    assert_line --regexp '^Exits: .*EPT violation [0-9]+'
    backing=$(sed -nE 's/.* of which ([0-9]+) KiB have backing/\1/p' <<<"$output")
    ((backing >= 8192 && backing < 32768))
}

@test "gives any other guest all of it at once" {
    look_at eager
    assert_equal "$status" 0
    refute_line --regexp '^Exits: .*EPT violation'
    assert_line "Guest RAM: 32768 KiB, of which 32768 KiB have backing"
}

@test "the doctor finds nothing wrong with a VMCS that is sound" {
    look_at dump
    assert_equal "$status" 0
    assert_line "Doctor: no rule of the SDM is broken."
}

@test "maps with pages of 2 MiB, write-back, accessed and dirty flags on" {
    look_at dump
    assert_line --regexp '^gpa 0x0+-0x[0-9a-f]+ -> hpa 0x[0-9a-f]+ rwx WB [0-9]+ x 2M$'
    assert_line --partial "pages of 1G: 0, of 2M: 16, of 4K: 0"
    # EPTP: memory type 6, page-walk length 4 less 1, bit 6.
    assert_line --regexp '^  201a EPT_POINTER +[0-9a-f]{13}05e$'
}

@test "maps with a page of 1 GiB where the CPU has it" {
    look_at gigabyte
    assert_equal "$status" 0
    assert_line --regexp '^gpa 0x0+-0x0*3fffffff -> hpa 0x[0-9a-f]+ rwx WB 1 x 1G$'
}

@test "runs in a machine with 64 MiB" {
    look_at small
    assert_equal "$status" 0
}

@test "says so when there is not memory enough" {
    look_at greedy
    assert_equal "$status" 1
    assert_line --partial "Guest memory: "
    assert_line "Frames not given back: 0"
}

@test "refuses a memory size that is none" {
    look_at typo
    assert_equal "$status" 2
    assert_line "mem= takes a number of MiB from 1 to 65536"
}

@test "a guest's triple fault ends it with its state" {
    look_at triple
    assert_equal "$status" 1
    assert_line "VM Exit - Reason: 0x2 (2) Triple fault"
    assert_line --regexp '^  RIP 0000000000[0-9a-f]{6}  RSP'
    refute_line "VM exited successfully!"
}

@test "a guest that panics is no success" {
    look_at panic
    assert_equal "$status" 1
    assert_in_order "PANIC: as the command line asked for" "Triple fault"
}

@test "a jump to where nothing is ends the guest as a fetch" {
    look_at jump
    assert_equal "$status" 1
    assert_line "VM Exit - Reason: 0x30 (48) EPT violation"
    assert_line --partial "EPT violation: instruction fetch from 0x80000000, which is not mapped"
    assert_line --regexp '^  RIP 0000000080000000 '
}

@test "a write right behind guest RAM ends the guest as a write" {
    look_at write
    assert_equal "$status" 1
    assert_line --partial "EPT violation: data write to 0x2000000, which is not mapped; guest RAM ends at 0x2000000."
}

@test "tells an EPT misconfiguration from a violation, and explains it" {
    look_at misconfiguration
    assert_equal "$status" 0
    assert_line "VM Exit - Reason: 0x31 (49) EPT misconfiguration"
    assert_line --regexp 'the EPT PDE 0x[0-9a-f]+ on the way to 0x[0-9a-f]+ can be written but not read'
}

@test "ports and MSRs that h3 does not offer end the guest, by name" {
    look_at port
    assert_equal "$status" 1
    assert_line "Input from port 0x60, where h3 has no device; width in bytes: 1."
    look_at msr
    assert_equal "$status" 1
    assert_line "RDMSR of MSR 0x1b, which h3 does not offer."
}

@test "a guest that never ends runs into the time-out" {
    on_bochs_only
    look_at loop
    assert_equal "$status" 1
    assert_line --partial "time-out: not finished after 8 s"
}

@test "the same payload runs on the bare machine" {
    look_at bare
    assert_equal "$status" 0
    assert_line "skernel-x86: CPU GenuineIntel, with VT-x, not under a hypervisor"
    assert_line "skernel-x86: touched 8192 KiB of 8192, 8192 read back well"
}

@test "works on the nine models with EPT and unrestricted guest" {
    on_bochs_only
    for model in $(models); do
        case $model in
        core2_penryn_t9600 | corei5_lynnfield_750) continue ;;
        esac
        look_at "$model"
        assert_equal "$status" 0
        assert_line "VM exited successfully!"
    done
}

@test "names what the other two models lack" {
    on_bochs_only
    look_at core2_penryn_t9600
    assert_equal "$status" 77
    assert_line --regexp '^Not supported by this CPU: .*"Enable EPT" \(bit 1\), "Unrestricted guest" \(bit 7\)$'
    look_at corei5_lynnfield_750
    assert_equal "$status" 77
    assert_line --regexp '^Not supported by this CPU: .*"Unrestricted guest" \(bit 7\)$'
    refute_line --partial '"Enable EPT"'
}
