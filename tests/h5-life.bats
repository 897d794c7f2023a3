#!/usr/bin/env bats
# h5-multivcpu: the life of virtual machines, moved by the commands of the
# management console; and those that misbehave beside those that do not.

load helper

# A machine that is started by hand.
off="on = false"

setup_file() {
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img TIMEOUT=400
    a_disk "$TEST_DISK"
    boot_moves
    boot_time
    boot_resets
    boot_crowd
    boot_neighbours
    boot_shut_down
}

#
# Every move of the life cycle, and those that there are not.
#

boot_moves() {
    local vms=""
    describe_vm 1 a 2 loop "$off"
    describe_vm 2 b 1 loop "$off"
    describe_vm 3 c 1 loop "$off"
    moves | sed 's/ *#.*//' | console moves SMP=2 VMS="$vms"
}

# The commands, and what is said to each.
moves() {
    cat <<'END'
vm suspend a     # VM 1 (a): a virtual machine that is Loaded cannot become Suspended: 0x1
vm resume a      # VM 1 (a): a virtual machine that is Loaded cannot become Suspended: 0x1
vm start a       # VM 1 (a) is Running
vm start a       # VM 1 (a): a virtual machine that is Running cannot become Running: 0x2
vm resume a      # VM 1 (a): a virtual machine that is Running cannot become Running: 0x2
vm suspend a     # VM 1 (a) is Suspended
vm suspend 1     # VM 1 (a): a virtual machine that is Suspended cannot become Suspended: 0x3
vm start 1       # VM 1 (a): a virtual machine that is Suspended cannot become Loaded: 0x3
vm resume a      # VM 1 (a) is Running
vm reset a       # VM 1 (a) is Running
vm suspend a     # VM 1 (a) is Suspended
vm reset a       # VM 1 (a) is Running
vm stop a        # VM 1 (a) is Stopped
vm stop a        # VM 1 (a): a virtual machine that is Stopped cannot become Stopping: 0x5
vm suspend a     # VM 1 (a): a virtual machine that is Stopped cannot become Suspended: 0x5
vm resume a      # VM 1 (a): a virtual machine that is Stopped cannot become Running: 0x5
vm start a       # VM 1 (a) is Running
vm suspend a     # VM 1 (a) is Suspended
vm stop a        # VM 1 (a) is Stopped
vm reset a       # VM 1 (a) is Running
vm destroy a     # VM 1 (a) is no more
vm stop b        # VM 2 (b) is Stopped
vm destroy b     # VM 2 (b) is no more
vm reset c       # VM 3 (c) is Running
vm suspend c     # VM 3 (c) is Suspended
vm destroy c     # VM 3 (c) is no more
vm list
vm start a       # there is no VM "a"; there is none
quit
END
}

@test "moves machines as their states allow, and says why where they do not" {
    look_at moves
    assert_equal "$status" 0
    assert_equal \
        "$(grep -E '^(tour> vm (s|r|d)|VM [0-9]+ \(.*\)( is |: )|there is)' \
            <<<"$output" | grep -v ' vCPUs, ')" \
        "$(moves | grep '#' | sed -E 's/^/tour> /; s/ *# /\n/')"
    assert_in_order "tour> vm list" \
        "  ID  NAME  STATE          MEMORY      EXITS  VCPUS" \
        "tour> vm start a"
    assert_line "Frames not given back: 0"
}

#
# Time.
#

# The machine `busy` is suspended while `pause` counts for 200 ms.
boot_time() {
    local vms=""
    describe_vm 1 busy 2 "spin ms=400"
    describe_vm 2 soon 1 "spin ms=100"
    describe_vm 3 pause 1 "spin ms=200" "$off"
    console times SMP=2 VMS="$vms" <<END
vm wait soon Stopped
vm suspend busy
stats busy
vm start pause
vm wait pause Stopped
stats busy
vm resume busy
vm wait busy Stopped
quit
END
}

@test "a machine that is suspended does nothing" {
    look_at times
    assert_equal "$status" 0
    mapfile -t before < <(grep -E '^ +1\.[01] ' <<<"$output")
    assert_equal "${#before[@]}" 4
    assert_regex "${before[0]}" '1\.0  Free +- +[0-9]+ +[0-9]+ ms$'
    assert_equal "${before[0]}" "${before[2]}"
    assert_equal "${before[1]}" "${before[3]}"
}

@test "and its time stands still: it goes on as if nothing had been" {
    local cpu gap
    look_at times
    assert_line --regexp '^vm3\| spin: CPU 0 counted [0-9]+ in 200 ms'
    for cpu in 0 1; do
        gap=$(sed -nE "s/^vm1\| spin: CPU $cpu .* in 400 ms, without \
([0-9]+) us at most/\1/p" <<<"$output")
        ((gap > 0 && gap < 100000))
    done
    assert_line "VM 1 (busy) has ended well"
    assert_line "VM 3 (pause) has ended well"
    assert_line "Frames not given back: 0"
}

#
# Resets, at random.
#

# So many blank lines take the console a while.
blanks() {
    printf '\n%.0s' $(seq 1 $((RANDOM % 40 + 1)))
}

boot_resets() {
    local i vms=""
    describe_vm 1 victim 2 "smp without-x2apic"
    describe_vm 2 bystander 2 "smp stress-registers ms=300"
    describe_vm 3 sleeper 2 "smp calibrate"
    RANDOM=5
    {
        for ((i = 0; i < 20; i++)); do
            blanks
            echo "vm reset victim"
            echo "vm suspend sleeper"
            blanks
            echo "vm resume sleeper"
        done
        echo "vm wait victim Stopped"
        echo "vm wait sleeper Stopped"
        echo "vm wait bystander Stopped"
        echo "quit"
    } | console resets SMP=2 VMS="$vms"
}

# assert_smp PREFIX: every check of that machine is good, and there are many.
assert_smp() {
    refute_line --regexp "^$1.*BAD"
    (($(grep -c "^$1smp: .*: good$" <<<"$output") > 20))
}

@test "twenty resets at any time, and the machine works after the last" {
    look_at resets
    assert_equal "$status" 0
    assert_equal 20 "$(grep -c '^VM 1 (victim) is Running' <<<"$output")"
    output=${output##*tour> vm reset victim} assert_smp "vm1\| "
    assert_line "VM 1 (victim) has ended well"
}

@test "a machine that is suspended and resumed twenty times finds all well" {
    look_at resets
    assert_equal 20 "$(grep -c '^VM 3 (sleeper) is Running' <<<"$output")"
    assert_smp "vm3\| "
    assert_line "VM 3 (sleeper) has ended well"
}

@test "a third one sees nothing of that" {
    look_at resets
    assert_smp "vm2\| "
    for cpu in 0 1; do
        assert_line --regexp \
            "^vm2\| stress-registers: CPU $cpu: [0-9]+ rounds: good$"
    done
    assert_line "VM 2 (bystander) has ended well"
    assert_line "Frames not given back: 0"
}

#
# Sixteen machines, of which every second one is killed.
#

# The odd ones, in an order that looks like none.
victims() {
    shuf -e 1 3 5 7 9 11 13 15 --random-source="$root/LICENSE"
}

boot_crowd() {
    # shellcheck disable=SC2034  # it is the default of what a VM gets
    local i vms="" vm_mib=4 word how=(stop destroy)
    for ((i = 1; i <= 16; i++)); do
        word=loop
        ((i % 2 == 1)) || word="stress-registers ms=100"
        describe_vm "$i" "vm$i" $((i % 2 + 1)) "$word"
    done
    {
        echo "vm list"
        RANDOM=7
        for i in $(victims); do
            blanks
            echo "vm ${how[i / 2 % 2]} $i"
        done
        for ((i = 2; i <= 16; i += 2)); do
            echo "vm wait $i Stopped"
        done
        echo "quit"
    } | console crowd SMP=2 MEM=256 VMS="$vms"
}

@test "sixteen machines at once, and those that are left end well" {
    local i
    look_at crowd
    assert_equal "$status" 0
    for ((i = 1; i <= 16; i++)); do
        assert_line --regexp "^ +$i +vm$i +Running +4 MiB "
    done
    for ((i = 2; i <= 16; i += 2)); do
        assert_line --regexp \
            "^vm$i\| stress-registers: CPU 0: [0-9]+ rounds: good$"
        assert_line "VM $i (vm$i) has ended well"
    done
}

@test "those that were killed have left nothing behind" {
    local i
    look_at crowd
    for i in 1 5 9 13; do
        assert_line "VM $i (vm$i) is Stopped"
        assert_line "VM $i (vm$i) has been shut down"
    done
    for i in 3 7 11 15; do
        assert_line "VM $i (vm$i) is no more"
        refute_line --partial "VM $i (vm$i) has"
    done
    assert_line "Frames not given back: 0"
}

#
# Neighbours.
#

boot_neighbours() {
    local vms="" limit="limit_ms = 400"
    # What lies beside the descriptions gets to the disk with them. In the first
    # machine nothing exits, and its interrupts are off.
    cp "$root"/build/guests/{loop-forever,init-itself} "$BATS_FILE_TMPDIR"
    vm_kernel=/sbin/loop-forever describe_vm 1 looping 1 ""
    describe_vm 2 good 2 "touch=2 smp stress-registers ms=200"
    describe_vm 3 faulting 1 triple-fault
    describe_vm 4 panicking 2 panic
    describe_vm 5 fuzzing 1 "fuzz seed=5 count=60" "$limit"
    describe_vm 6 fuzzed 1 "fuzz seed=1234 count=60" "$limit"
    describe_vm 7 resetting 1 reset
    describe_vm 8 timely 2 loop "limit_ms = 150"
    vm_kernel=/sbin/init-itself describe_vm 9 starting 1 ""
    console neighbours SMP=2 VMS="$vms" <<END
vm wait 2 Stopped
vm list
vm wait 5 Stopped
vm wait 6 Stopped
vm stop looping
quit
END
}

@test "a machine with bad neighbours ends well, its registers and memory whole" {
    look_at neighbours
    assert_line --regexp "^vm2\| .* touched 2048 KiB of 2048, 2048 read back"
    assert_smp "vm2\| "
    assert_line --regexp "^vm2\| stress-registers: CPU 1: [0-9]+ rounds: good$"
    assert_line "vm2| skernel-x86: done"
    assert_line "VM 2 (good) has ended well"
}

@test "each of the others has its own end, and the hypervisor stays" {
    look_at neighbours
    assert_line --partial "The guest has been stopped: a triple fault"
    assert_line "VM 3 (faulting) has failed"
    assert_line --partial "as the command line asked for"
    assert_line "VM 4 (panicking) has failed"
    assert_line "The guest has asked for a reset of its machine"
    assert_line "VM 7 (resetting) has failed"
    assert_line "The guest's time is up"
    assert_line "VM 8 (timely) has failed"
    refute_line --partial "wrong: there is no INIT"
    assert_in_order "vm9| init-itself: now" \
        "The guest has asked for a reset of its machine" \
        "VM 9 (starting) has failed"
    assert_line --regexp "^VM 5 \(fuzzing\) has (failed|ended well)$"
    assert_line --regexp "^VM 6 \(fuzzed\) has (failed|ended well)$"
    assert_line "Frames not given back: 0"
}

@test "one that loops with its interrupts off is stopped by command" {
    look_at neighbours
    assert_line --regexp "^ +1 +looping +Running "
    assert_in_order "tour> vm stop looping" "VM 1 (looping) is Stopped" \
        "VM 1 (looping) has been shut down"
}

@test "the run has failed, since some of its machines have" {
    look_at neighbours
    assert_equal "$status" 1
}

#
# What the exit status says.
#

boot_shut_down() {
    local vms=""
    describe_vm 1 good 1 ""
    describe_vm 2 looping 1 loop
    describe_vm 3 unused 1 "" "$off"
    console shut-down SMP=2 VMS="$vms" <<END
vm wait 1 Stopped
quit
END
}

@test "a machine that is shut down, or never started, is no failure" {
    look_at shut-down
    assert_equal "$status" 0
    assert_in_order "VM 1 (good) has ended well" \
        "VM 2 (looping) has been shut down" \
        "VM 3 (unused) has not been switched on" "Frames not given back: 0"
}
