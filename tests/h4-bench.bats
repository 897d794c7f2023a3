#!/usr/bin/env bats
# h4-exits: what an exit costs, counted in instructions by Bochs.

load helper

setup_file() {
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    a_disk "$TEST_DISK"
    boot bench h4 GUEST_ARGS=bench
}

@test "an exit and the way back cost no more instructions than promised" {
    on_bochs_only
    look_at bench
    assert_equal "$status" 0
    while IFS=$'\t' read -r kind target; do
        ticks=$(value_of "bench: $kind ")
        ((${ticks% ticks} <= target)) || fail "$kind: $ticks of $target"
    done < <(grep -v '^#' "$root/tests/data/exit-targets.tsv")
}
