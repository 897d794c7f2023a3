#!/usr/bin/env bats
# h4-exits under hostile guests: many seeds in one boot, canaries around guest
# RAM, and an end for guests that have none.

load helper

guests=$root/build/guests

setup_file() {
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    a_disk "$TEST_DISK"
    boot fifty h4 MEM=32 ARGS="mem=4 limit=100 seeds=1-50" \
        GUEST_ARGS="count=60" TIMEOUT=120
    boot again h4 MEM=32 ARGS="mem=4 limit=100 seeds=21-23" \
        GUEST_ARGS="count=60"
    boot looping h4 GUEST="$guests/loop-forever" ARGS="limit=20"
    boot endless h4 MEM=32 ARGS="mem=4 limit=20 seeds=7-8" \
        GUEST_ARGS="count=0 loop"
    boot no-room h4 MEM=32 ARGS="mem=30 seeds=1-2"
    boot odd h4 MEM=32 ARGS="mem=3 seeds=1-2"
    boot no-range h4 ARGS="seeds=5"
    boot no-limit h4 ARGS="limit=0"
}

@test "survives fifty seeds, each with a line of its own" {
    look_at fifty
    assert_equal "$status" 0
    for ((seed = 1; seed <= 50; seed++)); do
        assert_line --regexp "^seed $seed: .+; console [0-9a-f]{8}$"
    done
    assert_in_order "Seeds: 50 survived" "Frames not given back: 0"
}

@test "the fifty guests end in many ways" {
    look_at fifty
    assert_line --regexp '^seed [0-9]+: switched off; '
    assert_line --regexp '^seed [0-9]+: stopped, TRIPLE_FAULT; '
    assert_line --regexp '^seed [0-9]+: stopped, NOT_EMULATED; '
    assert_line --regexp '^seed [0-9]+: time is up; '
    (($(grep -o 'console .*' <<<"$output" | sort -u | wc -l) == 50))
}

@test "a seed gives the same line again, after others or not" {
    local -a first
    look_at fifty
    mapfile -t first < <(grep -E '^seed 2[123]: ' <<<"$output")
    assert_equal "${#first[@]}" 3
    look_at again
    assert_equal "$status" 0
    for line in "${first[@]}"; do
        assert_line "$line"
    done
}

@test "a guest that loops with interrupts off ends when its time is up" {
    look_at looping
    assert_equal "$status" 1
    assert_in_order "Launching VM..." "The guest's time is up" \
        "Frames not given back: 0"
    look_at endless
    assert_equal "$status" 0
    assert_line --regexp '^seed 7: time is up; '
    assert_line --regexp '^seed 8: time is up; '
}

@test "refuses guest RAM that canaries cannot surround" {
    look_at no-room
    assert_equal "$status" 1
    assert_line --partial "no room for canaries around guest RAM of size"
    assert_line "Frames not given back: 0"
    look_at odd
    assert_equal "$status" 1
    assert_line --partial \
        "guest RAM between canaries is a multiple of 2 MiB, not: 0x300000"
}

@test "refuses a bad seeds= or limit=" {
    look_at no-range
    assert_equal "$status" 2
    assert_line "seeds= takes two numbers, such as 1-50"
    look_at no-limit
    assert_equal "$status" 2
    assert_line "limit= takes a number of milliseconds from 1 to 86400000"
}
