#!/usr/bin/env bats
# gdb and the stub in the kernels: scripts for `gdb -batch`, on Bochs.

load helper

setup_file() {
    local disk=$BATS_FILE_TMPDIR/disk.img
    a_disk "$disk"
    export TEST_DISK=$disk
    debug h1 h1
    debug watch h1
    debug h2 h2
    debug step h2
    debug flag h2 CPU=tigerlake
    debug h3 h3
    debug loop h3 GUEST_ARGS=loop
    debug page h3
    debug panic endings ARGS=panic
    debug qemu endings ACCEL=tcg
}

script_h1() {
    cat <<GDB
bt 1
info registers cr0 efer
break *$(address_of_vmxon)
continue
stepi
echo after VMXON:
x/i \$pc
continue
GDB
}

# Memory that is not there is an error, and the kernel lives on.
script_watch() {
    cat <<'GDB'
watch cpu.vmxon.region
continue
python
for command in ("x/x 0", "set var *(int *)0 = 1", "x/x 0x8000000000000000"):
    try:
        gdb.execute(command)
    except gdb.error as error:
        print("refused:", error)
end
monitor cpus
monitor nothing
continue
continue
GDB
}

script_h2() {
    cat <<'GDB'
tbreak guest_main
continue
info threads
monitor vmcs guest_rip
monitor stop-on VMCALL
continue
thread 2.1
set var $rax = $rax ^ 1
monitor exits
monitor stop-on none
continue
GDB
}

script_flag() {
    script_step
}

script_step() {
    cat <<'GDB'
continue
python
for i in range(8):
    gdb.execute("stepi", to_string=True)
    print(gdb.execute("x/i $pc", to_string=True), end="")
end
monitor exits
continue
GDB
}

# A breakpoint must not be seen by the guest, nor by gdb that reads its memory.
script_h3() {
    cat <<'GDB'
continue
x/i $pc
break payload/skernel-x86/main.c:kmain
continue
print boot->loader
x/1xb $pc
monitor walk 0x100028
info registers cr3 efer
info registers rip
delete
break cmdline_has
continue
finish
print $rax = 1
delete
monitor exits
continue
GDB
}

script_loop() {
    cat <<'GDB'
continue
shell (sleep 3; kill -INT $PPID) &
continue
bt
kill
GDB
}

# The commands that the page shows.
script_page() {
    sed -nE 's/^\(gdb\) //p' "$root/docs/debugging.md"
}

script_panic() {
    cat <<'GDB'
continue
bt 3
continue
GDB
}

script_qemu() {
    cat <<'GDB'
bt 1
continue
GDB
}

@test "stops at kmain with the registers of the CPU" {
    look_at h1
    assert_in_order "Temporary breakpoint 1, kmain" "#0  kmain" \
        "[ PE MP ET NE WP PG ]" "[ LME LMA NXE ]"
}

@test "steps through VMXON, and the kernel ends well" {
    look_at h1
    assert_in_order "Breakpoint 2" "after VMXON:" "VMXON successful" \
        "status: 0 (success)" "exited normally"
    assert_equal "$status" 0
}

@test "a watchpoint on a variable shows old and new value" {
    look_at watch
    assert_in_order "Hardware watchpoint 2: cpu.vmxon.region" "Old value" \
        "New value" "vmxon_enter"
}

@test "memory that is not mapped is an error, not a fault" {
    look_at watch
    assert_equal "$(grep -c 'refused: Cannot access memory' <<<"$output")" 3
    assert_in_order "thread 1.1  CPU 0" 'There is no "monitor nothing"' \
        "status: 0 (success)"
}

@test "a breakpoint in the guest of h2, which is the kernel's own code" {
    look_at h2
    assert_in_order "[Switching to Thread 2.2]" "guest_main" "(vCPU 0)" \
        "GUEST_RIP"
}

@test "stop-on stops at an exit, and a changed register has its effect" {
    look_at h2
    assert_in_order "vCPU 0: exit 18, VMCALL" "1  18 VMCALL" \
        "The guest did what it was not to do." "status: 1 (failure)"
}

@test "steps over CPUID in the guest and stops behind it" {
    for label in step flag; do
        look_at "$label"
        assert_in_order "<guest_main+9>:	cpuid" "<guest_main+11>:" \
            "1  10 CPUID" "status: 0 (success)"
    done
}

@test "reads and changes a guest with memory of its own" {
    look_at h3
    assert_in_order "<_start>:" "main.c:37" "A tour of VT-x" "0x55" \
        "PML4E" "EPT PML4E" "-> hpa 0x" "[ LME LMA NXE ]" "Value returned" \
        "PANIC: as the command line asked for" "status: 1 (failure)"
}

@test "Ctrl-C stops a guest that loops" {
    look_at loop
    assert_in_order "Thread 2.1 received signal SIGINT" "actions_run" \
        "gdb: killed"
}

@test "a panic stops in gdb with the frame that called it" {
    look_at panic
    assert_in_order "PANIC: " "received signal SIGTRAP" " in panic (fmt=" \
        " in kmain " "status: 1 (failure)"
}

@test "QEMU without VT-x has the same stub" {
    look_at qemu
    assert_in_order "#0  kmain" "status: 0 (success)"
}

@test "the page shows a session as it is" {
    look_at page
    local line rest=$output real pattern
    while IFS= read -r line; do
        [[ $line != "(gdb) "* && -n $line ]] || continue
        pattern=$(sed -E 's/0x[0-9a-f]+/0x0/g; s/[][\\*?]/\\&/g; s/…/*/g' <<<"$line")
        real=$(sed -E 's/0x[0-9a-f]+/0x0/g' <<<"$rest")
        # shellcheck disable=SC2053  # a pattern is wanted
        [[ $real == *$pattern* ]] || fail "not said, or not in this order: $line"
    done < <(awk '/^\`\`\`/ { inside = /gdb/; next } inside' "$root/docs/debugging.md")
}

@test "without gdb no machine has a second serial port" {
    run env GDB_PORT= STUB= bash -c "source '$root/tools/lib/bochs.bash'
        SMP=1 MEM=64 run_dir=/x emulator_log=/x disk_copy= bochs_config"
    refute_output --partial com2
    run env GDB_PORT=1 STUB= bash -c "source '$root/tools/lib/bochs.bash'
        SMP=1 MEM=64 run_dir=/x emulator_log=/x disk_copy= bochs_config"
    assert_line "com2: enabled=1, mode=socket-server, dev=localhost:1"
}

@test "wrong usage is refused" {
    run env STUB=x "$root/tools/debug" h1
    assert_equal "$status" 2
    run env PORT=99999 "$root/tools/debug" h1
    assert_equal "$status" 2
    run "$root/tools/debug" h99
    assert_equal "$status" 2
    assert_line --partial "there is no kernel A=h99"
}
