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
    debug plain h2 CPU=core2_penryn_t9600
    debug h3 h3
    debug h4 h4 GUEST_ARGS=threads
    debug loop h3 GUEST_ARGS=loop
    debug page h3
    debug hidden h3 GUEST="$root/build/gcc/debuggee.elf"
    debug look h3 GUEST_ARGS=loop
    debug panic endings ARGS=panic
    debug page-fault endings ARGS=page-fault
    debug protection endings ARGS=protection
    debug undefined endings ARGS=undefined
    debug qemu endings ACCEL=tcg
    debug gone h3
    come_back hang endings hang
    come_back loop h3 loop
}

# relay PORT FOLDER: keeps the one connection that Bochs takes, so that one gdb
# after the other can have it through the pipes `in` and `out`.
relay() {
    mkfifo "$2/in" "$2/out"
    exec 5<>"$2/in" 6<>"$2/out" 7<>"/dev/tcp/localhost/$1"
    cat <&5 >&7 &
    relays=($!)
    cat <&7 >&6 &
    relays+=($!)
}

# come_back LABEL KERNEL WORD: a debugger goes, the kernel or its guest, which
# WORD keeps busy, goes on, and another debugger comes.
come_back() {
    local label=again-$1 folder=$BATS_FILE_TMPDIR/again-$1 port machine way
    local begin=$EPOCHREALTIME
    local elf=$root/build/gcc/$2.elf
    mkdir "$folder"
    port=$((30000 + RANDOM % 10000))
    (
        env ACCEL=bochs DISK="$TEST_DISK" ARGS="$([[ $2 == h3 ]] || echo "$3")" \
            GUEST_ARGS="$3" GDB_PORT=$port "$root/tools/run" "$2" </dev/null \
            >"$folder/console" 2>&1 3>&- &
        machine=$!
        until grep -q "$(printf ':%04X .* 0A ' "$port")" /proc/net/tcp; do
            kill -0 "$machine"
            sleep 0.1
        done
        relay "$port" "$folder"
        way="target remote | cat '$folder/out' & cat >'$folder/in'; kill \$!"
        for turn in 1 2; do
            "script_come_$turn" >"$folder/$turn.gdb"
            timeout -k 5 60 gdb -q -batch -x "$root/tools/gdb/tour.gdb" -ex "$way" \
                -x "$folder/$turn.gdb" "$elf" </dev/null \
                >"$folder/$turn.out" 2>&1 || true
            sleep 1
        done
        wait "$machine" || true
        kill "${relays[@]}" 2>/dev/null || true
    ) 3>&-
    {
        cat "$folder/1.out"
        echo "and again:"
        cat "$folder/2.out" "$folder/console"
    } >"$BATS_FILE_TMPDIR/$label.console"
    keep_figures "$label" 0 "$begin"
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

script_plain() {
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
break cmdline_has if $_streq((char *)$rsi, "panic")
continue
finish
print $rax = 1
delete
monitor exits
continue
GDB
}

# Under gdb, too, interrupts reach the guest that they are for.
script_h4() {
    cat <<'GDB'
continue
break threads_run
continue
tbreak on_tick
continue
bt 1
monitor exits
delete
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

script_page() {
    session_commands 1
}

script_panic() {
    cat <<'GDB'
continue
bt 3
continue
GDB
}

# Each exception: where, why, and what was there before.
script_page-fault() {
    cat <<'GDB'
continue
bt 3
info registers cr2
set var $rip = (char *)$rip + (*(char *)$rip == 0x48 ? 3 : 2)
signal 0
GDB
}

script_protection() {
    cat <<'GDB'
continue
bt 3
continue
GDB
}

script_undefined() {
    script_protection
}

# The guest checks that it sees nothing of all this; two of its breakpoints
# have to make room for gdb's.
script_hidden() {
    cat <<'GDB'
continue
break *save_flags_begin
break *fail_begin
continue
python
def step(count):
    for i in range(count):
        gdb.execute("stepi", to_string=True)
        print(gdb.execute("x/i $pc", to_string=True), end="")
step(3)
end
p/x (*(unsigned long *)($sp + 16)) & 0x100
tbreak *save_flags_end - 1
continue
stepi
x/i $pc
continue
stepi
x/i $pc
p/x (*(unsigned long *)($sp + 16)) & 0x100
delete
awatch watched
continue
delete
watch watched
continue
print watched
break kernel_end
break panic
break traps_report
break power_off
python
try:
    gdb.execute("continue")
except gdb.error as error:
    print("refused:", error)
end
delete
continue
GDB
}

script_look() {
    cat <<'GDB'
continue
break actions_run
continue
info registers cs fs_base gs_base cr0 cr2 cr3 cr4 cr8 efer
thread 1.1
info registers cs fs_base gs_base cr0 cr2 cr3 cr4 cr8 efer
thread 2.1
print boot->cmdline
set var *(char *)boot->cmdline = 'L'
print boot->cmdline
delete
vmcs guest_cr3
ept
ept boot->cmdline
walk boot->cmdline
walk $pc
monitor ept 0x7fffffff
monitor ept x
monitor walk 0x8000000000000000
monitor guest
monitor doctor
continue
GDB
}

# gdb dies while the kernel runs. In the end the kernel waits for nobody.
script_gone() {
    cat <<'GDB'
continue
continue &
shell kill -KILL $PPID
GDB
}

script_come_1() {
    cat <<'GDB'
tbreak kmain
continue
break kernel_end
hbreak panic
detach
GDB
}

# The machine goes with the first process that is killed; a gdb that is left
# would ask it to kill the second one, and the relay has no end.
script_come_2() {
    cat <<'GDB'
bt
info threads
info breakpoints
kill
python import os; os._exit(0)
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
    assert_in_order "[Switching to Thread 2.1]" "guest_main" "(vCPU 0)" \
        "GUEST_RIP"
}

@test "stop-on stops at an exit, and a changed register has its effect" {
    look_at h2
    assert_in_order "vCPU 0: exit 18, VMCALL" "1  18 VMCALL" \
        "The guest did what it was not to do." "status: 1 (failure)"
}

@test "steps over CPUID in the guest and stops behind it" {
    for label in step flag plain; do
        look_at "$label"
        assert_in_order ">:	cpuid" ">:	test " \
            "1  10 CPUID" "status: 0 (success)"
    done
}

@test "reads and changes a guest with memory of its own" {
    look_at h3
    assert_in_order "<_start>:" "main.c:37" "A tour of VT-x" "0x55" \
        "PML4E" "EPT PML4E" "-> hpa 0x" "[ LME LMA NXE ]" "Value returned" \
        "PANIC: as the command line asked for" "status: 1 (failure)"
}

@test "h4's guest stops in its own interrupt handler, and goes on" {
    look_at h4
    assert_in_order "threads_run" "on_tick (frame=" "External interrupt" \
        "threads: B had" "good" "status: 0 (success)"
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

@test "an exception of the kernel stops with its frame; signal 0 goes on" {
    look_at page-fault
    assert_in_order "received signal SIGSEGV" " read_from (address=" \
        " fail (cmdline=" " kmain (boot=" "0x7f0000001000" \
        "endings: read " "status: 0 (success)"
}

@test "after an exception, continue lets the kernel panic" {
    look_at protection
    assert_in_order "received signal SIGSEGV" " read_from (address=" \
        " kmain (boot=" "General Protection Exception" "status: 1 (failure)"
    look_at undefined
    assert_in_order "received signal SIGILL" " fail (cmdline=" \
        " kmain (boot=" "Invalid Opcode Exception" "status: 1 (failure)"
}

@test "a guest notices nothing of steps and breakpoints" {
    look_at hidden
    assert_in_order "<save_flags+1>" "<save_flags+2>:	int " "<trap_stubs+" \
        "\$1 = 0x0" "<trap_stubs+" "fail_itself ()" "<trap_stubs+" "\$2 = 0x0" \
        "debuggee: noticed nothing" "status: 0 (success)"
}

@test "watchpoints on a guest's memory show its reads and writes" {
    look_at hidden
    assert_in_order "Hardware access (read/write) watchpoint 5: watched" \
        "Value = 2" "Hardware watchpoint 6: watched" "Old value = 2" \
        "New value = 42" "\$3 = 42"
}

@test "a fifth breakpoint in a guest is refused" {
    look_at hidden
    assert_in_order "You may have requested too many hardware breakpoints" \
        "refused: " "debuggee: noticed nothing"
}

@test "each thread has its own registers" {
    look_at look
    local guest=${output#*"hit Breakpoint 2"} host
    host=${guest#*"[Switching to thread 1.1"}
    guest=${guest%%"[Switching to thread 1.1"*}
    for name in cs fs_base gs_base cr0 cr2 cr3 cr4 cr8 efer; do
        grep -qE "^$name +0x[0-9a-f]+ " <<<"$guest"
        grep -qE "^$name +0x[0-9a-f]+ " <<<"$host"
    done
    grep -qE '^cr4 .*\[ PAE \]$' <<<"$guest"
    grep -qE '^cr4 .*\[ PAE VMXE \]$' <<<"$host"
    [[ $(grep '^cr3' <<<"$guest") != "$(grep -m 1 '^cr3' <<<"$host")" ]]
}

@test "what gdb writes to a guest's memory, the guest reads" {
    look_at look
    assert_in_order '"loop"' '"Loop"' "skernel-x86: done" "status: 0 (success)"
}

@test "vmcs, ept, walk, guest and doctor tell of the guest" {
    look_at look
    assert_in_order "6802 GUEST_CR3" "gpa 0x000000000000-" "3 tables" \
        "EPT PML4E" "-> hpa 0x" "PML4E " "PTE " "EPT PML4E" \
        "gpa 0x7fffffff is not mapped" '"x" is not a guest-physical address' \
        "gva 0x8000000000000000 is no address" "Guest state:" \
        "access rights" "Doctor: no rule of the SDM is broken."
}

@test "a debugger goes, the kernel goes on, another one comes" {
    look_at again-hang
    assert_in_order "Temporary breakpoint 1, kmain" "and again:" \
        " kmain (boot=" "No breakpoints or watchpoints." \
        'endings: "gdb hang' "gdb: killed"
}

@test "a guest that was left goes on, and can be looked at again" {
    on_bochs_only
    look_at again-loop
    assert_in_order "and again:" "gdb_stub_guest_left ()" \
        "Thread 1.1 (CPU 0)" "Thread 2.1 (vCPU 0) 0x" \
        'skernel-x86: command line "loop"' "gdb: killed"
}

@test "a gdb that dies does not hold up the end of the machine" {
    look_at gone
    assert_in_order "skernel-x86: done" "status: 0 (success)"
    refute_output --partial "the machine stopped before"
}

# that_name_debugger: of the objects on standard input, those that name a
# symbol of the stub's or the debugger's.
that_name_debugger() {
    xargs nm -A -u | grep -E ' (gdb|vcpu_debug|vm_debug)_' | cut -d: -f1 | sort -u
}

# Between two exits there is nothing of the debugger's: no object there knows a
# symbol of it. Those that do start it, end it, or attach it before the first.
@test "without a debugger the way from exit to exit knows nothing of it" {
    cd "$root/build/gcc/obj"
    run that_name_debugger < <(printf '%s.c.o\n' common/boot/kernel h2-vmcs/main)
    assert_output $'common/boot/kernel.c.o\nh2-vmcs/main.c.o'
    run that_name_debugger < <(find common h[0-9]*-* -name '*.o' \
        -not -path 'common/gdb/*' -not -path '*/debug/*' -not -name main.c.o \
        -not -path common/boot/kernel.c.o -not -path common/cpu/panic.c.o)
    assert_output ""
}

@test "QEMU without VT-x has the same stub" {
    look_at qemu
    assert_in_order "#0  kmain" "status: 0 (success)"
}

@test "the page shows a session as it is" {
    look_at page
    assert_session 1
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
