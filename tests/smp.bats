#!/usr/bin/env bats
# common/smp/: all CPUs of the machine at work, and their common end. The
# kernel tests/kernels/smp makes the checks; it fails if one does.

load helper

setup_file() {
    local cpus
    for cpus in 1 2 4 8; do
        boot cpus$cpus smp SMP=$cpus
    done
    boot tcg smp ACCEL=tcg SMP=4
    boot x2apic smp SMP=2 CPU=tigerlake ARGS=x2apic
    boot few smp SMP=4 ARGS=cpus=2
    boot phantom smp SMP=4 ARGS=phantom
    boot panic smp SMP=4 ARGS=panic=2
    boot panics smp SMP=4 ARGS=panics=all
    boot nmi smp SMP=2 ARGS=nmi=1
    boot guard smp SMP=4 ARGS=guard=3
    boot deep smp SMP=2 ARGS=deep=1
    boot end smp SMP=4 ARGS=end=3
}

# lines_of REGEXP: how many lines of the output match it as a whole.
lines_of() {
    grep -cxE -- "$1" <<<"$output" || true
}

# assert_worked_together CPUS: all of them did their work, and no line of one
# was cut by another's.
assert_worked_together() {
    local cpu
    refute_output --partial "FAILED"
    assert_line "CPUs: $1, missing: 0"
    assert_line "ok: the lock"
    assert_line "ok: the atomic additions"
    for ((cpu = 0; cpu < $1; cpu++)); do
        assert_line "CPU $cpu was kicked"
        assert_equal 8 "$(lines_of \
            "line [ 0-9]{2} of CPU  $cpu, and nobody else's")"
    done
    assert_equal $((8 * $1)) "$(grep -c "line" <<<"$output")"
    assert_equal "$status" 0
}

# assert_one_end STATUS REPORTS: so many panics were reported, all CPUs
# stopped, and the machine was switched off by the one that ended it.
assert_one_end() {
    assert_equal "$2" "$(grep -o "PANIC" <<<"$output" | wc -l)"
    assert_equal 1 "$(grep -c "status: " <<<"$output")"
    refute_output --partial "was kicked"
    assert_equal "$status" "$1"
}

@test "one, two, four and eight CPUs work together" {
    local cpus
    for cpus in 1 2 4 8; do
        look_at cpus$cpus
        assert_worked_together $cpus
        assert_equal $cpus "$(lines_of "ok: its TSC is in step")"
    done
}

@test "CPUs have the numbers in which they came, and their APIC IDs" {
    local cpu
    look_at cpus8
    for cpu in 0 1 2 3 4 5 6 7; do
        [[ $(value_of "CPU $cpu: APIC ID ") == "$cpu, TSC "* ]] ||
            fail "CPU $cpu"
    done
}

@test "they work together where time is real" {
    look_at tcg
    assert_worked_together 4
}

@test "all local APICs are brought into x2APIC mode" {
    look_at x2apic
    assert_worked_together 2
}

@test "no more CPUs are started than are wanted" {
    look_at few
    assert_worked_together 2
}

@test "a CPU that does not come is named, and the others go on" {
    look_at phantom
    assert_line "no sign of life from the CPU with APIC ID 0x4d"
    assert_line "CPUs: 3, missing: 1"
    assert_line --partial "CPU 1: APIC ID 2, "
    assert_line --partial "CPU 2: APIC ID 3, "
    assert_line "ok: the atomic additions"
    assert_line "CPU 2 was kicked"
    assert_equal "$status" 1
}

@test "a panic of one CPU is the end of all" {
    look_at panic
    assert_one_end 1 1
    assert_in_order "PANIC: CPU 2: asked for" "Back-trace:" "work_together" \
        "ap_main" "status: 1 (failure)"
}

@test "of CPUs that panic at the same time one reports" {
    look_at panics
    assert_one_end 1 1
    assert_equal 1 "$(lines_of 'PANIC: CPU [0-3]: asked for')"
    assert_equal 1 "$(lines_of 'Back-trace:')"
}

@test "an NMI that nobody sent to end the kernel is a panic" {
    look_at nmi
    assert_one_end 1 1
    assert_line "PANIC: CPU 1: Interrupt 2: NMI Interrupt"
}

@test "the page below a stack is not mapped" {
    look_at guard
    assert_one_end 1 1
    assert_line "PANIC: CPU 3: Interrupt 14: Page-Fault Exception (#PF)"
    assert_line --regexp "A write of address 0x[0-9a-f]+ff8, which is not mapped."
    assert_in_order "Back-trace:" "work_together" "ap_main"
}

@test "a stack that is too deep is a double fault, on a stack of its own" {
    look_at deep
    assert_one_end 1 1
    assert_line "PANIC: CPU 1: Interrupt 8: Double Fault Exception (#DF)"
    assert_in_order "Back-trace:" "use_up_stack"
}

@test "any CPU can end the kernel" {
    look_at end
    assert_one_end 0 0
    assert_line "status: 0 (success)"
}
