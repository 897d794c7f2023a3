#!/usr/bin/env bats
# payload/skernel-x86 on the bare machine: what it does there, a hypervisor has
# to make possible for it as a guest.

load helper

setup_file() {
    local accel
    for accel in bochs tcg; do
        boot "threads-$accel" skernel ACCEL=$accel GUEST_ARGS=threads
        boot "calibrate-$accel" skernel ACCEL=$accel GUEST_ARGS=calibrate
        boot "bench-$accel" skernel ACCEL=$accel GUEST_ARGS=bench
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

@test "Bochs' time-stamp counter is known: 25 MHz" {
    look_at calibrate-bochs
    for clock in "channel 2 of the PIT" "channel 0 of the PIT" "ACPI PM timer"; do
        khz=$(value_of "calibrate: $clock: ")
        khz=${khz% kHz}
        ((khz >= 24975 && khz <= 25025))
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

@test "says so where there is no virtio console" {
    boot virtio skernel ACCEL=tcg GUEST_ARGS="virtio-console echo"
    look_at virtio
    assert_equal "$status" 1
    assert_in_order "virtio-console: no virtio device at: 0xd0000000" \
        "skernel-x86: failed" "status: 1 (failure)"
}

@test "measures every instruction as one tick where nothing exits" {
    look_at bench-bochs
    assert_equal "$status" 0
    for kind in cpuid port-device port-in port-pic port-nobody rdmsr wrmsr \
        cr0 mmio-read mmio-write; do
        assert_line "bench: $kind 1 ticks"
    done
}

@test "skips what the CPU refuses" {
    for label in bench-bochs bench-tcg; do
        look_at "$label"
        assert_line "bench: vmcall skipped: this CPU refuses it"
        assert_line "skernel-x86: done"
    done
}

# bench_with OURS KVM: tools/bench h4, where a run prints the lines of these
# files; without the second, there is no KVM.
bench_with() {
    tree=$BATS_TEST_TMPDIR/tree
    mkdir -p "$tree/tools/lib" "$tree/tests/data"
    cp "$root/tools/bench" "$tree/tools"
    cp "$root/tools/lib/bench.bash" "$tree/tools/lib"
    cp "$root/tests/data/exit-targets.tsv" "$tree/tests/data"
    printf '#!/bin/sh\ncat %s\n' "$1" >"$tree/tools/run"
    printf '#!/bin/sh\ncat %s\n' "${2:-/nowhere}" >"$tree/tools/with-kvm"
    chmod +x "$tree"/tools/{run,with-kvm}
    run "$tree/tools/bench" h4
    tsv=$tree/build/bench/h4.tsv
}

# lines_of KIND=N...: what the payload prints.
lines_of() {
    printf 'bench: %s ticks\n' "${@/=/ }"
}

@test "make bench puts both figures beside each other and keeps them" {
    lines_of cpuid=120 vmcall=100 port-device=150 port-in=5 rdmsr=120 \
        mmio-read=500 >"$BATS_TEST_TMPDIR/ours"
    lines_of cpuid=1165 port-device=5203 >"$BATS_TEST_TMPDIR/kvm"
    bench_with "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/kvm"
    assert_success
    assert_line --regexp '^cpuid +120 +1165 +120$'
    assert_line --regexp '^port-in +5 +- *$'
    assert_equal "$(head -n 3 "$tsv")" \
        $'kind\th4\tkvm\ncpuid\t120\t1165\nvmcall\t100\t-'
}

@test "make bench fails if a target is missed, or has no figure" {
    lines_of cpuid=121 vmcall=100 port-device=150 mmio-read=500 \
        >"$BATS_TEST_TMPDIR/ours"
    bench_with "$BATS_TEST_TMPDIR/ours" "$BATS_TEST_TMPDIR/ours"
    assert_failure 1
    assert_line --regexp '^cpuid +121 +121 +120 +missed$'
    assert_equal "$(grep -c missed <<<"$output")" 1
    assert_line "bench: h4 has no figure for rdmsr"
}

@test "make bench does without KVM" {
    lines_of cpuid=1 vmcall=1 port-device=1 rdmsr=1 mmio-read=1 \
        >"$BATS_TEST_TMPDIR/ours"
    bench_with "$BATS_TEST_TMPDIR/ours"
    assert_success
    assert_line --partial "bench: without KVM's figures"
    assert_equal "$(sed -n 2p "$tsv")" $'cpuid\t1\t-'
}

@test "make bench names the usage, and a stage that is not one" {
    run "$root/tools/bench"
    assert_failure 2
    run "$root/tools/bench" h99
    assert_failure 2
    assert_line "bench: which stage? make bench A=h4, or A=h5"
}

# What a run with this seed prints, and that it goes on well after that.
fuzz() {
    run env ACCEL="$1" DISK=none GUEST_ARGS="fuzz seed=$2 count=20 in=0x80" \
        "$root/tools/run" skernel
    assert_success
    assert_in_order "fuzz: seed $2: 20 attempts, " "skernel-x86: read "
    faults=$(value_of "fuzz: seed $2: 20 attempts, ")
}

@test "fuzzing survives its own faults, in every mode" {
    local accel seed
    for seed in 3 6; do
        fuzz bochs $seed
        ((${faults% faults} > 5 && ${faults% faults} < 18))
        fuzz tcg $seed
        ((${faults% faults} > 5 && ${faults% faults} < 18))
    done
}

@test "the same seed makes the same attempts" {
    local first
    fuzz bochs 3
    first=$faults
    fuzz bochs 3
    assert_equal "$faults" "$first"
    fuzz bochs 6
    [[ $faults != "$first" ]]
}
