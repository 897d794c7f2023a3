#!/usr/bin/env bats
# h5-multivcpu: the local APIC of a vCPU is the same for the guest whether the
# CPU helps with it or not, and costs less where it does.

load helper

counts="1 2 4"
models_without_help="corei7_ivy_bridge_3770k corei5_arrandale_m520"

# runs LABEL VCPUS WORDS [SETTING=VALUE...]: the checks of skernel-x86's smp.
runs() {
    local label=$1 vcpus=$2 words=$3
    shift 3
    boot "$label" h5 ACCEL=bochs SMP="$vcpus" ARGS="vcpus=$vcpus $words" \
        GUEST_ARGS=smp TIMEOUT=180 "$@"
}

setup_file() {
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    a_disk "$TEST_DISK"
    local vcpus model
    for vcpus in $counts; do
        runs "hardware-$vcpus" "$vcpus" ""
        runs "software-$vcpus" "$vcpus" software-apic
    done
    for model in $models_without_help; do
        runs "$model" 2 "" CPU="$model"
    done
    boot bench h5 ACCEL=bochs GUEST_ARGS=bench
    boot bench-2 h5 ACCEL=bochs SMP=2 ARGS=vcpus=2 GUEST_ARGS=bench
}

# checks LABEL: all that the guest has checked, and how that went.
checks() {
    look_at "$1"
    grep '^smp: .*: ' <<<"$output"
}

# exits LABEL REASON: how many of that reason the boot processor had.
exits() {
    local count
    look_at "$1"
    count=$(grep -E '^Exits( of vCPU 0)?: ' <<<"$output" |
        grep -oE "(^|[: 0-9])$2 [0-9]+" | grep -oE '[0-9]+$' || true)
    echo "${count:-0}"
}

@test "every check is good, with and without the CPU's help" {
    local vcpus way
    for vcpus in $counts; do
        for way in hardware software; do
            look_at "$way-$vcpus"
            assert_equal "$status" 0
            assert_line "smp: $vcpus CPUs"
            assert_line "smp: priority: good"
            assert_line "smp: x2apic-priority: good"
            refute_line --partial "BAD"
        done
    done
}

@test "the guest finds the same APICs on all CPUs" {
    local label all
    all=$(checks hardware-2)
    for label in hardware-1 hardware-4 software-1 software-2 software-4 \
        $models_without_help; do
        assert_equal "$(checks "$label")" "$all"
        look_at "$label"
        assert_equal "$status" 0
    done
}

@test "the CPU helps where it can, and where it is to" {
    local label
    (($(exits hardware-2 "APIC write") > 0))
    (($(exits hardware-2 "Virtualized EOI") <= 20))
    (($(exits hardware-1 "Virtualized EOI") > 0))
    # Each interrupt's EOI, and what is read of the page.
    (($(exits software-2 "EPT violation") > \
        5 * $(exits hardware-2 "EPT violation")))
    (($(exits software-2 WRMSR) > $(exits hardware-2 WRMSR)))
    assert_equal "$(exits hardware-2 "Interrupt window")" 0
    for label in software-2 $models_without_help; do
        assert_equal "$(exits "$label" "APIC write")" 0
        assert_equal "$(exits "$label" "APIC access")" 0
        assert_equal "$(exits "$label" "Virtualized EOI")" 0
    done
    # The TPR shadow is a help that CPUs had before.
    assert_equal "$(exits software-2 "TPR below threshold")" 0
    (($(exits corei7_ivy_bridge_3770k "TPR below threshold") > 0))
}

@test "an interrupt costs no more instructions than promised" {
    local kind target ticks
    look_at bench-2
    assert_equal "$status" 0
    while IFS=$'\t' read -r kind target; do
        ticks=$(value_of "bench: $kind ")
        ((${ticks% ticks} <= target)) || fail "$kind: $ticks of $target"
    done < <(grep -vE '^(#|vm-switch)' "$root/tests/data/interrupt-targets.tsv")
}

@test "an exit costs what it did in h4" {
    local kind target ticks
    look_at bench
    assert_equal "$status" 0
    while IFS=$'\t' read -r kind target; do
        ticks=$(value_of "bench: $kind ")
        ((${ticks% ticks} <= target)) || fail "$kind: $ticks of $target"
    done < <(grep -v '^#' "$root/tests/data/exit-targets.tsv")
}
