#!/usr/bin/env bats
# h4-exits on KVM's nested VMX: interrupts, time, input, and CPUs that lack
# this or that. Run by `make test-kvm`.

load ../helper

setup_file() {
    local guests=$root/build/guests
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img TIMEOUT=170
    export keys=$BATS_FILE_TMPDIR/keys
    a_disk "$TEST_DISK"
    printf '%s\n' "a line on standard input" "and its second" end >"$keys"
    boot threads h4 ARGS=doctor GUEST_ARGS=threads
    boot calibrate h4 GUEST_ARGS=calibrate
    boot_input=$keys boot echo h4 ARGS=lazy GUEST_ARGS=echo
    boot multiboot1 h4 GUEST="$guests/multiboot1-elf32" ARGS=flash=host
    boot reset h4 GUEST_ARGS=reset
    # Without what h4 makes use of where a CPU has it.
    boot plain-cpu h4 GUEST_ARGS=exit=3 CPU=host,+vmx,-vmx-vpid,-rdtscp\
,-invpcid,-xsave,-pku,-vmx-preemption-timer
    boot no-unrestricted h4 CPU=host,+vmx,-vmx-unrestricted-guest
    boot no-ept h4 CPU=host,+vmx,-vmx-ept
    boot no-vnmi h4 CPU=host,+vmx,-vmx-vnmi
}

@test "the clock's interrupts switch a guest's threads" {
    look_at threads
    assert_equal "$status" 0
    assert_in_order "Doctor: no rule of the SDM is broken." \
        "0 damages: good" "0 damages: good" "skernel-x86: done" \
        "The guest has switched its machine off" "Frames not given back: 0"
}

@test "a guest's clocks agree" {
    look_at calibrate
    assert_equal "$status" 0
    assert_in_order "calibrate: they agree" "skernel-x86: done"
}

@test "standard input reaches a guest's serial port" {
    look_at echo
    assert_equal "$status" 0
    assert_in_order "echo: A LINE ON STANDARD INPUT" "echo: AND ITS SECOND" \
        "echo: END" "skernel-x86: done"
}

@test "runs a multiboot1 guest, beside the host's flash chip" {
    look_at multiboot1
    assert_equal "$status" 0
    assert_in_order "multiboot1 elf32 guest here" "VM exited successfully!"
}

@test "tells how a guest has ended itself" {
    look_at reset
    assert_equal "$status" 1
    assert_line "The guest has asked for a reset of its machine"
    look_at plain-cpu
    assert_equal "$status" 1
    assert_line "The guest has ended itself with 3"
}

@test "names the feature that a CPU lacks" {
    look_at no-unrestricted
    assert_equal "$status" 77
    assert_line --partial '"Unrestricted guest"'
    look_at no-ept
    assert_equal "$status" 77
    assert_line --partial '"Enable EPT"'
    look_at no-vnmi
    assert_equal "$status" 77
    assert_line --partial '"Virtual NMIs"'
}
