#!/usr/bin/env bats
# The stages on KVM's nested VMX, an implementation of VT-x independent of
# Bochs' own. Run by `make test-kvm`, which brings a KVM where there is none.

load ../helper

known=$root/tests/kernels/corruptions/known-kvm.txt

setup_file() {
    local disk=$BATS_FILE_TMPDIR/disk.img
    a_disk "$disk"
    export TEST_DISK=$disk TIMEOUT=170
    boot h1 h1
    boot h2 h2 ARGS=doctor
    boot h3 h3 ARGS=doctor
    boot lazy h3 ARGS=lazy GUEST_ARGS=touch=8
    boot no-ept h3 CPU=host,+vmx,-vmx-ept
    boot no-unrestricted h3 CPU=host,+vmx,-vmx-unrestricted-guest
    boot no-vpid h3 CPU=host,+vmx,-vmx-vpid
    boot no-true h3 CPU=host,+vmx,-vmx-true-ctls
    boot no-secondary h3 CPU=host,+vmx,-vmx-secondary-ctls
    boot no-timer h3 CPU=host,+vmx,-vmx-preemption-timer
    boot no-invept h3 CPU=host,+vmx,-vmx-invept
    boot no-vmx h1 CPU=host,-vmx
    boot corruptions corruptions
    keys=$BATS_FILE_TMPDIR/keys
    { head -c 4000 /dev/urandom | base64 -w 70 && echo end; } >"$keys"
    export keys
    boot_input=$keys boot echo echo ARGS=interrupt
}

@test "h1 enters VMX operation and leaves it" {
    look_at h1
    assert_equal "$status" 0
    assert_in_order "VMXON successful" "VMX cleanup complete"
}

@test "h2 runs its guest; the exits have the SDM's numbers" {
    look_at h2
    assert_equal "$status" 0
    assert_in_order "Doctor: no rule of the SDM is broken." "(10) CPUID" \
        "(16) RDTSC" "(18) VMCALL" "(16) RDTSC" "(12) HLT" \
        "VM exited successfully!"
}

@test "h3 runs a guest from the disk" {
    look_at h3
    assert_equal "$status" 0
    assert_in_order "Doctor: no rule of the SDM is broken." \
        "skernel-x86: done" "VM exited successfully!" \
        "Frames not given back: 0"
}

@test "h3 gives a lazy guest its memory at first touch" {
    look_at lazy
    assert_equal "$status" 0
    assert_line "skernel-x86: touched 8192 KiB of 8192, 8192 read back well"
}

@test "h3 names the feature that a CPU lacks" {
    look_at no-ept
    assert_equal "$status" 77
    assert_line --partial '"Enable EPT"'
    look_at no-unrestricted
    assert_equal "$status" 77
    assert_line --partial '"Unrestricted guest"'
    look_at no-secondary
    assert_equal "$status" 77
    assert_line --partial '"Enable EPT"'
    look_at no-true
    assert_equal "$status" 77
    assert_line --partial 'without "CR3-load exiting"'
    look_at no-invept
    assert_equal "$status" 77
    assert_line --partial "the CPU has no INVEPT"
    look_at no-vmx
    assert_equal "$status" 77
    assert_line --partial "VMX not supported!"
}

@test "h3 does without VPIDs and without the VMX-preemption timer" {
    for label in no-vpid no-timer; do
        look_at "$label"
        assert_equal "$status" 0
        assert_line "VM exited successfully!"
    done
}

@test "the doctor names the broken rule of each corruption, and no other" {
    look_at corruptions
    assert_equal "$status" 0
    assert_line "mistakes: 0"
}

@test "KVM refuses each corruption as the SDM demands, but for those known" {
    look_at corruptions
    run diff <(awk -F '\t' '!/^#/ { print $1 "\t" $2 }' "$known" | sort) \
        <(sed -n 's/^corruption: //p' <<<"$output" |
            awk -F '\t' '$5 ~ /^SDM=/ { print $1 "\t" substr($4, 10) }' | sort)
    assert_output ""
}

@test "a file on standard input arrives whole at the serial port" {
    look_at echo
    assert_equal "$status" 0
    assert_line "echo: $(stat -c %s "$keys") bytes, cksum $(cksum <"$keys" |
        cut -d ' ' -f 1)"
}
