#!/usr/bin/env bats
# h5-multivcpu: what it costs to give a CPU to another machine, counted in
# instructions by Bochs. What an interrupt costs is tested by h5-apic.bats.

load helper
# shellcheck source=tools/lib/bench.bash
source "$BATS_TEST_DIRNAME/../tools/lib/bench.bash"

setup_file() {
    local vms
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    a_disk "$TEST_DISK"
    vms=$(bench_switch_vms "$BATS_FILE_TMPDIR" | tr '\n' ' ')
    boot switch h5 ACCEL=bochs ARGS=slice=200 VMS="$vms"
}

@test "a CPU goes from one machine to another as promised" {
    local target ticks
    look_at switch
    assert_equal "$status" 0
    target=$(sed -nE 's/^vm-switch\t//p' "$root/tests/data/interrupt-targets.tsv")
    ticks=$(value_of "vm1| bench: vm-switch ")
    ((${ticks% ticks} <= target)) || fail "$ticks of $target"
}
