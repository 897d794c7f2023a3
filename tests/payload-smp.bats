#!/usr/bin/env bats
# payload/skernel-x86 on all CPUs of the bare machine: what it finds there, a
# guest with several CPUs has to find as well.

load helper

counts="1 2 4 8"

setup_file() {
    local cpus
    for cpus in $counts; do
        boot "smp-$cpus" skernel ACCEL=bochs SMP="$cpus" \
            GUEST_ARGS="smp mp-table"
    done
    boot smp-tcg skernel ACCEL=tcg SMP=4 GUEST_ARGS="smp"
    boot rounds skernel ACCEL=bochs SMP=2 \
        GUEST_ARGS="smp rounds=2 without-x2apic"
    boot busy skernel ACCEL=bochs SMP=3 \
        GUEST_ARGS="bench smp stress-registers spin ms=20"
    boot single skernel ACCEL=bochs GUEST_ARGS="bench stress-registers ms=5"
}

# The checks that any machine of Bochs passes in xAPIC and x2APIC mode alike.
either_mode="ids locks atomics ipi-one ipi-all ipi-broadcast ipi-others ipi-self
    ipi-logical ipi-nmi priority halt shoot-down timer-once timer-periodic
    timer-deadline io-apic-edge io-apic-level io-apic-masked registers tsc"

@test "every check is good, with any number of CPUs" {
    local cpus check
    for cpus in $counts; do
        look_at "smp-$cpus"
        assert_equal "$status" 0
        assert_line "smp: $cpus CPUs"
        for check in start mp-table $either_mode ipi-lowest apic-base x2apic; do
            assert_line "smp: $check: good"
        done
        for check in $either_mode; do
            assert_line "smp: x2apic-$check: good"
        done
        refute_line --partial "BAD"
    done
}

@test "one CPU finds the same as eight" {
    local alone
    look_at smp-1
    alone=$(grep '^smp: .*: ' <<<"$output")
    look_at smp-8
    assert_equal "$(grep '^smp: .*: ' <<<"$output")" "$alone"
}

@test "what only the tour's own APICs can is not asked of others" {
    look_at smp-4
    refute_line --partial "apic-off"
}

@test "QEMU's APICs pass, and what they do not have is skipped" {
    look_at smp-tcg
    assert_equal "$status" 0
    assert_line "smp: 4 CPUs"
    assert_line "smp: shoot-down: good"
    assert_line --regexp "^smp: timer-deadline: (good|skipped: not offered)$"
    refute_line --partial "BAD"
}

@test "one word's work is not in the way of the next one's" {
    look_at busy
    assert_line --regexp "^bench: x2apic-timer [0-9]+ ticks$"
    assert_line "smp: x2apic-ipi-one: good"
    refute_line "smp: ipi-one: good"
    refute_line --partial "BAD"
}

@test "without-x2apic leaves the APICs in the mode that they are in" {
    look_at rounds
    assert_equal "$status" 0
    assert_line "smp: ipi-one: good"
    refute_line --partial "smp: x2apic"
    assert_equal "$(grep -c '^smp: ipi-one' <<<"$output")" 1
}

@test "a table that is not there is bad, and the run fails" {
    # QEMU's firmware lists one CPU of each package.
    boot no-table skernel ACCEL=tcg SMP=4 GUEST_ARGS="smp mp-table"
    look_at no-table
    assert_equal "$status" 1
    assert_line --regexp "^smp: mp-table: BAD: CPU 0: CPUs in it: 0x1$"
    assert_line "skernel-x86: failed"
}

@test "every CPU keeps its registers" {
    look_at busy
    assert_equal "$status" 0
    assert_registers_kept 20 0 1 2
    look_at single
    assert_line --regexp "^stress-registers: CPU 0: [0-9]+ rounds: good$"
}

@test "CPUs of their own count equally far, without a pause" {
    local cpu counted first=""
    look_at busy
    for cpu in 0 1 2; do
        counted=$(value_of "spin: CPU $cpu counted ")
        assert_equal "${counted#* }" "in 20 ms, without 0 us at most"
        counted=${counted%% *}
        first=${first:-$counted}
        ((counted * 100 >= first * 95 && first * 100 >= counted * 95))
    done
}

@test "measures interrupts, in both modes of the APIC" {
    local kind mode ticks
    look_at busy
    for mode in "" x2apic-; do
        for kind in self-ipi ipi wake timer; do
            ticks=$(value_of "bench: $mode$kind ")
            ticks=${ticks% ticks}
            ((ticks > 5 && ticks < 1000))
        done
    done
}

@test "one CPU has nobody to interrupt or to wake" {
    look_at single
    assert_equal "$status" 0
    assert_line --regexp "^bench: self-ipi [0-9]+ ticks$"
    assert_line --regexp "^bench: timer [0-9]+ ticks$"
    assert_line "bench: ipi skipped: a single CPU"
    assert_line "bench: wake skipped: a single CPU"
}
