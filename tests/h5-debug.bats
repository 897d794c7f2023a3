#!/usr/bin/env bats
# h5-multivcpu under gdb: virtual machines as processes, their vCPUs as threads.

load helper

setup_file() {
    local folder=$BATS_FILE_TMPDIR i
    export TEST_DISK=$folder/disk.img
    a_disk "$TEST_DISK"
    cp "$root/build/gcc/debuggee.elf" "$folder"
    for i in 1 2; do
        cat >"$folder/watched$i.toml" <<END
[base]
id = $i
name = "watched$i"
cpu_num = 1
[kernel]
kernel_path = "/boot/debuggee.elf"
memory_regions = [[0, 0x1000000, 7, 0]]
END
    done
    debug host h5 ARGS=vcpus=2
    debug vcpus h5 ARGS=vcpus=2 GUEST_ARGS=smp
    debug loop h5 ARGS=vcpus=2 GUEST_ARGS=loop
    debug idle h5 GUEST_ARGS=echo
    debug page h5 VCPUS=2 GUEST_ARGS=smp
    debug vms h5 VMS="$folder/watched1.toml $folder/watched2.toml"
}

# A vCPU is looked at while the host is at work for it.
script_host() {
    cat <<'GDB'
break exit_control_register
continue
continue
bt 1
thread 2.1
x/i $pc
delete
continue
GDB
}

# Each vCPU comes to each of the two functions twice: in xAPIC mode, in x2APIC
# mode. No breakpoint may be passed while gdb steps the other vCPU over one.
script_vcpus() {
    cat <<'GDB'
continue
info threads
break check_id
break hold_registers
python
hits = []
for i in range(8):
    gdb.execute("continue", to_string=True)
    hits.append("%d.%d %s" % (gdb.selected_inferior().num,
        gdb.selected_thread().num, gdb.selected_frame().name()))
for hit in sorted(set(hits)):
    print("hit:", hit, hits.count(hit))
end
info threads
monitor cpus
thread apply 2.1 2.2 monitor vmcs guest_gs_base
thread apply 2.1 2.2 info registers gs_base
thread apply 2.1 2.2 print *(unsigned int *)($gs_base + 8)
thread apply 2.1 2.2 print $r15
thread apply 2.1 2.2 set $r15 = 0x1500 + $_thread
thread apply 2.1 2.2 set $rip = $rip
thread apply 2.1 2.2 info registers r15
thread apply 2.1 2.2 info registers rip
thread 2.1
set $r15 = $3
monitor exits
walk $pc
thread 2.2
set $r15 = $4
monitor exits
walk $pc
delete
python
def step(thread):
    gdb.execute("thread " + thread, to_string=True)
    before = gdb.selected_frame().pc()
    gdb.execute("stepi", to_string=True)
    print("stepped:", thread, gdb.selected_frame().pc() != before)
step("2.1")
step("2.2")
step("2.1")
end
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

script_idle() {
    script_loop
}

script_page() {
    session_commands 2
}

# Two guests that would notice a debugger. One of them is left in the end.
script_vms() {
    cat <<'GDB'
python
for number in 2, 3:
    gdb.execute("inferior %d" % number)
    gdb.execute("file build/gcc/debuggee.elf")
gdb.execute("inferior 1")
end
continue
continue
info inferiors
break save_flags
continue
python
for i in range(4):
    gdb.execute("stepi", to_string=True)
    print(gdb.execute("x/i $pc", to_string=True), end="")
end
continue
python
for i in range(4):
    gdb.execute("stepi", to_string=True)
    print(gdb.execute("x/i $pc", to_string=True), end="")
end
thread 2.1
monitor ept 0x100000
thread 3.1
monitor ept 0x100000
delete
detach inferior 3
info threads
inferior 2
continue
GDB
}

@test "a breakpoint of the host's, with a vCPU beside it" {
    look_at host
    assert_in_order "Thread 1.1 hit Breakpoint" "#0  exit_control_register" \
        ">:	mov " ",%cr0" "skernel-x86: done" "status: 0 (success)"
}

@test "each vCPU is a thread of its machine's process" {
    look_at vcpus
    assert_in_order "CPUs that run guests: 1" \
        "Thread 2.1 received signal SIGTRAP" "_start () at" \
        "Thread 2.1 (vCPU 0) _start ()" "Thread 2.2 (vCPU 1) 0x0"
}

@test "a breakpoint hits on every vCPU, each time" {
    look_at vcpus
    assert_in_order "hit: 2.1 check_id 2" "hit: 2.1 hold_registers 2" \
        "hit: 2.2 check_id 2" "hit: 2.2 hold_registers 2"
}

@test "a vCPU that is off the CPU has its own registers, VMCS and memory" {
    look_at vcpus
    local part first second
    part=${output#*"hit: 2.2 hold_registers"}
    mapfile -t bases < <(grep -oE 'GUEST_GS_BASE +[0-9a-f]+' <<<"$part" |
        sed -E 's/.* 0*//')
    first=${bases[0]} second=${bases[1]}
    [[ $first != "$second" ]]
    assert_in_order "hit: 2.2 hold_registers" "thread 2.1  vCPU 0" \
        "thread 2.2  vCPU 1" "GUEST_GS_BASE" "GUEST_GS_BASE" \
        "gs_base        0x$first" "gs_base        0x$second" \
        " = 0" " = 1"
}

@test "a vCPU that is off the CPU takes what is written to it" {
    look_at vcpus
    assert_in_order " = 1" "r15            0x1501" "r15            0x1502" \
        "External interrupt" "PML4E" "EPT PML4E" \
        "External interrupt" "PML4E" "EPT PML4E" \
        "stepped: 2.1 True" "stepped: 2.2 True" "stepped: 2.1 True" \
        "smp: x2apic-tsc: good" "skernel-x86: done" \
        "Frames not given back: 0" "status: 0 (success)"
    refute_output --partial "BAD"
}

@test "Ctrl-C stops a guest that loops, and a host that waits" {
    look_at loop
    assert_in_order "Thread 2.1 received signal SIGINT" "actions_run" \
        "gdb: killed"
    look_at idle
    assert_in_order "Thread 1.1 received signal SIGINT" "host_cpu_wait" \
        "gdb: killed"
}

@test "two machines are two processes, and notice nothing" {
    look_at vms
    assert_in_order "Thread 2.1 received signal SIGTRAP" \
        "Thread 3.1 received signal SIGTRAP" \
        "  2    process 2 " "* 3    process 3 " \
        ">:	int " "<trap_stubs+" ">:	int " "<trap_stubs+" \
        "-> hpa 0x" "-> hpa 0x" "debuggee: noticed nothing" \
        "debuggee: noticed nothing" "status: 0 (success)"
    local part=${output#*"<trap_stubs+"}
    [[ $(grep -oE 'hpa 0x[0-9a-f]+' <<<"$part" | sort -u | wc -l) == 2 ]]
}

@test "a machine that gdb has left goes on" {
    look_at vms
    local part=${output##*"Target Id"}
    [[ ${part%%process*} == *"Thread 2.1 (vCPU 0)"* ]]
    [[ $part != *"Thread 3.1"* ]]
    assert_in_order "VM 2 (watched2) has ended well" "status: 0 (success)"
}

@test "the page shows a session as it is" {
    look_at page
    assert_session 2
}
