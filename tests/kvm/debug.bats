#!/usr/bin/env bats
# gdb and the stub in the kernels, on KVM's nested VMX. tests/debug.bats says
# more on Bochs; a session here shows as much as one boot can.
#
# Ctrl-C into a guest that loops is not among it: such a guest freezes the Linux
# inside Bochs, see tools/lib/kvm.bash.

load ../helper

# Where h2's guest has its CPUID, in hexadecimal.
address_of_cpuid() {
    objdump -d --disassemble=guest_main "$root/build/gcc/h2.elf" |
        sed -nE 's/^ *([0-9a-f]+):.*\tcpuid.*/0x\1/p' | head -n 1
}

setup_file() {
    local disk=$BATS_FILE_TMPDIR/disk.img
    a_disk "$disk"
    export TEST_DISK=$disk
    debug h1 h1
    debug h2 h2
    debug h3 h3
    debug panic endings ARGS=panic
}

script_h1() {
    cat <<GDB
bt 1
info registers cr0 efer
watch cpu.vmxon.region
continue
delete
break *$(address_of_vmxon)
continue
stepi
echo after VMXON:
x/i \$pc
continue
GDB
}

script_h2() {
    cat <<GDB
continue
tbreak *$(address_of_cpuid)
continue
x/i \$pc
stepi
echo after CPUID:
x/i \$pc
monitor exits
monitor stop-on VMCALL
continue
thread 2.1
set var \$rax = \$rax ^ 1
monitor stop-on none
continue
GDB
}

script_h3() {
    cat <<'GDB'
continue
break payload/skernel-x86/main.c:kmain
continue
print boot->loader
x/1xb $pc
monitor walk 0x100028
info registers cr3 efer
delete
break cmdline_has if $_streq((char *)$rsi, "panic")
continue
finish
print $rax = 1
delete
continue
GDB
}

script_panic() {
    cat <<'GDB'
continue
bt 3
continue
GDB
}

@test "stops at kmain, and at the change of a variable" {
    look_at h1
    assert_in_order "Temporary breakpoint 1, kmain" "#0  kmain" \
        "[ PE MP ET NE WP PG ]" "[ LME LMA NXE ]" \
        "Hardware watchpoint 2: cpu.vmxon.region" "Old value" "New value" \
        "vmxon_enter"
}

@test "steps through VMXON, and the kernel ends well" {
    look_at h1
    assert_in_order "Breakpoint 3" "after VMXON:" "VMXON successful" \
        "exited normally"
    assert_equal "$status" 0
}

@test "a breakpoint in the guest of h2, and a step over CPUID there" {
    look_at h2
    assert_in_order "hit Temporary breakpoint 2" \
        ">:	cpuid" "after CPUID:" ">:	test " \
        "1  10 CPUID"
}

@test "a register changed on the way to an exit has its effect" {
    look_at h2
    assert_in_order "vCPU 0: exit 18, VMCALL" \
        "The guest did what it was not to do." "exited with code 01"
}

@test "reads and changes a guest with memory of its own" {
    look_at h3
    assert_in_order "main.c:37" "A tour of VT-x" "0x55" "PML4E" "EPT PML4E" \
        "-> hpa 0x" "[ LME LMA NXE ]" "Value returned" \
        "PANIC: as the command line asked for" "exited with code 01"
}

@test "a panic stops in gdb with the frame that called it" {
    look_at panic
    assert_in_order "PANIC: " "received signal SIGTRAP" " in panic (fmt=" \
        " in kmain " "exited with code 01"
}
