#!/usr/bin/env bats
# h5-multivcpu: how the CPUs of the host are shared out, by what guests get of
# them: they count, each for so many milliseconds of its TSC, which goes on
# while others have the CPU.

load helper

setup_file() {
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img TIMEOUT=400
    a_disk "$TEST_DISK"
    boot three h5 SMP=2 VCPUS=3 GUEST_ARGS="spin ms=1000"
    boot_five
    boot_bound
    boot_moved
    boot_asleep
}

# counted VM CPU: how far it has counted, in a line of that machine.
counted() {
    local count
    count=$(sed -nE "s/^${1:+vm$1\| }spin: CPU $2 counted ([0-9]+) .*/\1/p" \
        <<<"$output" | tail -n 1)
    [[ $count ]] || fail "VM $1 has no line of CPU $2"$'\n'"$output"
    echo "$count"
}

# assert_near PERCENT WANTED NUMBER...: none is farther from what is wanted.
assert_near() {
    local number
    for number in "${@:3}"; do
        ((number * 100 >= $2 * (100 - $1) &&
            number * 100 <= $2 * (100 + $1))) ||
            fail "$number is not $2, give or take $1 %"
    done
}

# mean NUMBER...
mean() {
    local sum=0 number
    for number; do
        ((sum += number))
    done
    echo $((sum / $#))
}

# Column COLUMN of the last line of a vCPU, N.V, or of a CPU of the host that
# `stats` has printed.
figure() {
    figures "$1" "$2" | tail -n 1
}

# Column COLUMN of the lines NAME, one for each `stats`.
figures() {
    awk -v name="$1" -v column="$2" '$1 "" == name "" { print $column }' \
        <<<"$output"
}

# How much column COLUMN of the line NAME has grown from the first `stats` to
# the last.
growth() {
    local values
    mapfile -t values < <(figures "$1" "$2")
    echo $((values[-1] - values[0]))
}

@test "three vCPUs share two CPUs equally" {
    look_at three
    assert_equal "$status" 0
    local counts=("$(counted "" 0)" "$(counted "" 1)" "$(counted "" 2)")
    assert_near 5 "$(mean "${counts[@]}")" "${counts[@]}"
}

@test "and none waits longer than the others' turns take" {
    local cpu gap
    look_at three
    for cpu in 0 1 2; do
        gap=$(value_of "spin: CPU $cpu counted ")
        gap=${gap#*without }
        ((${gap%% *} > 1000 && ${gap%% *} < 12000))
    done
}

#
# Five machines. They go on when they have counted, so that the last one, which
# says when all have, does not get more than the others. Then it does it again:
# since when the four are there is not the same for each, so that their times
# can be compared only from one moment to another.
#

boot_five() {
    local i vms=""
    for i in 1 2 3 4; do
        describe_vm "$i" "vm$i" 1 "spin ms=600 loop"
    done
    describe_vm 5 vm5 1 "spin ms=800"
    console five SMP=2 VMS="$vms" <<'END'
vm wait 5 Stopped
stats
vm start 5
vm wait 5 Stopped
stats
quit
END
}

@test "five machines share two CPUs equally" {
    local i counts=()
    look_at five
    assert_equal "$status" 0
    for i in 1 2 3 4; do
        counts+=("$(counted "$i" 0)")
    done
    counts+=($(($(counted 5 0) * 600 / 800)))
    assert_near 5 "$(mean "${counts[@]}")" "${counts[@]}"
}

@test "the console's figures say so too, and neither CPU has been idle" {
    local i times=()
    look_at five
    for i in 1 2 3 4; do
        times+=("$(growth "$i.0" 5)")
    done
    assert_near 5 "$(mean "${times[@]}")" "${times[@]}"
    ((times[0] > 300))
    for i in 0 1; do
        (($(growth "$i" 2) > 100))
        (($(growth "$i" 5) * 20 < times[0]))
    done
}

#
# Machines that are bound to CPUs: two of them to CPU 1, one to CPU 2. CPU 0,
# which could run any of them sooner, runs none.
#

boot_bound() {
    local vms=""
    describe_vm 1 half 1 "spin ms=300 loop" "phys_cpu_sets = [0b010]"
    describe_vm 2 whole 1 "spin ms=300 loop" "phys_cpu_sets = [0b100]"
    describe_vm 3 other 1 "spin ms=400" "phys_cpu_sets = [0b010]"
    describe_vm 4 first 1 loop "phys_cpu_ids = [2]" "on = false"
    console bound SMP=3 VMS="$vms" <<'END'
vm wait 3 Stopped
stats
vm stop 1
vm stop 2
vm start 4
vm list
vm list
stats
quit
END
}

@test "a machine has the CPUs that its description says, and no other" {
    look_at bound
    assert_equal "$status" 0
    assert_line --regexp '^ +2\.0  Running +2 '
    assert_near 5 "$(counted 2 0)" $((2 * $(counted 1 0))) \
        $((2 * $(counted 3 0) * 300 / 400))
    # Of the first `stats`: CPU 0 has run nobody, and nobody has moved.
    output=${output%%tour> vm stop 1*}
    assert_equal "$(figure 0 2)" 0
    (($(figure 0 5) > 300))
    assert_equal "$(figure 1 4) $(figure 2 4)" "0 0"
}

@test "it begins on the CPU that its description names" {
    look_at bound
    output=${output#*tour> vm start 4}
    assert_line --regexp '^ +4  first +Running .* Running@2$'
    assert_equal "$(figure 4.0 3)" 2
}

#
# Three vCPUs on two CPUs, of which one has to move with each slice of 100
# microseconds.
#

boot_moved() {
    local vms=""
    describe_vm 1 moved 3 "stress-registers ms=600"
    console moved SMP=2 ARGS="monitor slice=100" VMS="$vms" <<'END'
vm wait 1 Stopped
stats
quit
END
}

@test "registers stay whole through thousands of moves" {
    local moves
    look_at moved
    assert_equal "$status" 0
    assert_registers_kept 100 0 1 2
    moves=$(($(figure 0 4) + $(figure 1 4)))
    ((moves > 2000)) || fail "only $moves moves"
    (($(figure 0 3) + $(figure 1 3) >= moves))
    assert_line "Frames not given back: 0"
}

#
# A machine that waits in HLT for input, beside one that computes: once without
# the other, once with it.
#

boot_asleep() {
    local vms=""
    describe_vm 1 busy 1 "spin ms=300"
    describe_vm 2 asleep 1 echo "on = false"
    describe_vm 3 pause 1 "spin ms=50" "on = false"
    console asleep SMP=1 VMS="$vms" <<'END'
vm wait busy Stopped
vm start asleep
vm start pause
vm wait pause Stopped
stats
vm start busy
vm wait busy Stopped
stats
quit
END
}

@test "a vCPU that waits costs nothing" {
    local alone beside before exits
    look_at asleep
    assert_equal "$status" 0
    assert_line "vm2| echo: ready, until a line says \"end\""
    mapfile -t counts < <(sed -nE \
        's/^vm1\| spin: CPU 0 counted ([0-9]+) in 300 ms.*/\1/p' <<<"$output")
    alone=${counts[0]} beside=${counts[1]}
    ((beside * 100 > alone * 95)) || fail "$beside beside, $alone alone"
    # Between the two `stats` it has not run: nobody hears the clock's ticks.
    exits=$(output=${output%%tour> vm start busy*} figure 2.0 4)
    before=$(output=${output%%tour> vm start busy*} figure 2.0 5)
    assert_equal "$(figure 2.0 2) $(figure 2.0 4) $(figure 2.0 5)" \
        "Blocked $exits $before"
}
