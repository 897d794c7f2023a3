#!/usr/bin/env bats
# h5-multivcpu/scheduler/ on CPUs with alarms and interrupts of their own. The
# kernel tests/kernels/scheduler makes the checks; it fails if one does.

load helper

setup_file() {
    boot one scheduler SMP=1
    boot four scheduler SMP=4
}

# assert_shared_out CPUS
assert_shared_out() {
    refute_output --partial "FAILED"
    assert_line "CPUs: $1"
    assert_equal 2 "$(grep -c "^ok: a sleeper wakes in time" <<<"$output")"
    assert_equal 5 "$(grep -c "^ok: a spinner has its share" <<<"$output")"
    assert_equal "$status" 0
}

@test "five units share one CPU" {
    look_at one
    assert_shared_out 1
}

@test "five units share four CPUs" {
    look_at four
    assert_shared_out 4
}
