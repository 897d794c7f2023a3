#!/usr/bin/env bats
# payload/skernel-x86 on the bare machine: what it does there, a hypervisor has
# to make possible for it as a guest.

load helper

setup_file() {
    local accel
    for accel in bochs tcg; do
        boot "threads-$accel" skernel ACCEL=$accel GUEST_ARGS=threads
        boot "calibrate-$accel" skernel ACCEL=$accel GUEST_ARGS=calibrate
    done
}

# both LABEL FUNCTION: looks at what the machine printed on either emulator.
both() {
    local accel
    for accel in bochs tcg; do
        look_at "$1-$accel"
        "$2"
    done
}

# say TEXT ACCEL: runs `echo` with the text as input.
say() {
    printf '%s' "$1" | env ACCEL="$2" DISK=none GUEST_ARGS=echo \
        "$root/tools/run" skernel 3>&-
}

both_threads_ran() {
    local name slices
    assert_equal "$status" 0
    for name in A B; do
        assert_equal "$(grep -c "^threads: $name has counted to " <<<"$output")" 2
        assert_line --regexp "^threads: $name had [0-9]+ slices of 20, 0 damages: good$"
        slices=$(value_of "threads: $name had ")
        ((${slices%% *} >= 20))
    done
}

@test "the clock interrupt switches two threads, and damages neither" {
    both threads both_threads_ran
}

clocks_agree() {
    local clock khz first=""
    assert_equal "$status" 0
    for clock in "channel 2 of the PIT" "channel 0 of the PIT" "ACPI PM timer"; do
        khz=$(value_of "calibrate: $clock: ")
        khz=${khz% kHz}
        first=${first:-$khz}
        ((khz * 100 >= first * 98 && first * 100 >= khz * 98 && khz > 1000))
    done
    assert_line "calibrate: they agree"
}

@test "three clocks give the time-stamp counter the same frequency" {
    both calibrate clocks_agree
}

@test "Bochs' time-stamp counter is known: 100 MHz" {
    look_at calibrate-bochs
    for clock in "channel 2 of the PIT" "channel 0 of the PIT" "ACPI PM timer"; do
        khz=$(value_of "calibrate: $clock: ")
        khz=${khz% kHz}
        ((khz >= 99900 && khz <= 100100))
    done
}

@test "echoes lines in capitals, woken by the UART's interrupt" {
    for accel in bochs tcg; do
        run say $'hello\r\nLine 2\n\nend\n' $accel
        assert_success
        assert_in_order "echo: ready" "echo: HELLO" "echo: LINE 2" "echo: END" \
            "skernel-x86: done"
    done
}

@test "a line that is too long loses its end" {
    run say "$(printf 'x%.0s' {1..300})y"$'\nend\n' tcg
    assert_success
    assert_line --regexp '^echo: X{255}$'
}

@test "switches the machine off by ACPI, without a status line" {
    boot off skernel GUEST_ARGS=poweroff
    look_at off
    assert_equal "$status" 1
    assert_line "run: the machine switched itself off without a last status line"
}

@test "ends Bochs by its shutdown port" {
    boot shutdown skernel ACCEL=bochs GUEST_ARGS=shutdown
    look_at shutdown
    assert_equal "$status" 1
    assert_line "run: the machine stopped before the kernel had finished"
    assert_line --partial "hutdown"
}

@test "resets the machine by port CF9H" {
    boot reset skernel ACCEL=tcg GUEST_ARGS=reset
    look_at reset
    assert_equal "$status" 1
    assert_line --partial "the machine reset itself"
}

@test "says so where nobody listens at the port that ends it" {
    boot exit skernel ACCEL=tcg GUEST_ARGS=exit=3
    look_at exit
    assert_equal "$status" 1
    assert_in_order "skernel-x86: the machine is still on" \
        "skernel-x86: failed" "status: 1 (failure)"
}
