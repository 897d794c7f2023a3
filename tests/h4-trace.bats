#!/usr/bin/env bats
# h4-exits: a line for each exit, and a table of what exits cost.

load helper

setup_file() {
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    a_disk "$TEST_DISK"
    boot plain h4
    boot trace h4 ARGS=trace
    boot stats h4 ARGS=stats
    boot refused h4 ARGS=trace GUEST_ARGS=rdmsr=0x1234
    boot triple h4 ARGS=trace GUEST_ARGS=triple-fault
    boot examined h4 ARGS="dump doctor"
}

# The lines of exits: TIME us 0xRIP REASON (QUALIFICATION) ANSWER CHANGES...
exits() {
    grep -aE '^ *[0-9]+ us 0x[0-9a-f]+ ' <<<"$output"
}

# The table: a line "REASON<tab>COUNT MIN MEDIAN MAX" for each reason.
costs() {
    sed -nE '/^Ticks per exit /,/^A median /{
        s/^  (.*[^ ])  +([0-9]+) +([0-9]+) +([0-9]+) +([0-9]+)$/\1\t\2 \3 \4 \5/p
    }' <<<"$output"
}

# assert_costs: least, median and most are in that order, and there are some.
assert_costs() {
    local reason count least median most rows=0
    while IFS=$'\t ' read -r count least median most; do
        ((rows += 1, count > 0 && 0 < least))
        ((least <= median && median <= most))
    done < <(costs | cut -f 2)
    ((rows >= 3))
}

@test "shows the registers that CPUID changes, and RIP two bytes on" {
    local line
    look_at trace
    assert_equal "$status" 0
    exits | grep -qE ' CPUID \(0\) done RAX 0->0x[0-9a-f]+ RCX .*->0x6c65746e RDX .*->0x49656e69 RBX .*->0x756e6547 RIP 0x[0-9a-f]+->0x[0-9a-f]+$'
    while read -r line; do
        [[ $line =~ us\ (0x[0-9a-f]+)\ .*\ RIP\ (0x[0-9a-f]+)-\>(0x[0-9a-f]+)$ ]]
        ((BASH_REMATCH[1] == BASH_REMATCH[2]))
        ((BASH_REMATCH[2] + 2 == BASH_REMATCH[3]))
    done < <(exits | grep ' CPUID ')
}

@test "shows a change of CR0 with what follows from it" {
    look_at trace
    exits | grep -qE ' Control-register access \(0\) done .*CR0 0x11->0x80010033 EFER 0x900->0xd00$'
}

@test "says what is injected instead, and what ends the guest" {
    look_at refused
    exits | grep -qE ' RDMSR \(0\) inject #GP\(0\), delivering vector 13 RFLAGS 0x[0-9a-f]+->0x1[0-9a-f]{4}$'
    look_at triple
    assert_equal "$status" 1
    exits | tail -n 1 | grep -q ' Triple fault (0) stop: a triple fault: '
}

@test "has a line for each exit that the table and the report count" {
    local reason figures
    look_at trace
    while IFS=$'\t' read -r reason figures; do
        assert_equal "$(exits | grep -cF " $reason (")" "${figures%% *}"
        assert_line --regexp "^Exits: .*$reason ${figures%% *}( |\$)"
    done < <(costs)
    assert_equal "$(exits | wc -l)" \
        "$(costs | cut -f 2 | awk '{ n += $1 } END { print n }')"
}

@test "has least, median and most in order" {
    look_at trace
    assert_costs
    look_at stats
    assert_costs
}

@test "keeps the guest's output in whole lines" {
    look_at trace
    assert_line "skernel-x86: done"
    assert_line "status: 0 (success)"
}

# At 115200 baud the lines themselves take seconds.
@test "takes the guest no time" {
    look_at trace
    exits | awk '$1 < last { exit 1 } { last = $1 }
        END { exit !(NR > 100 && last < 1000000) }'
}

@test "prints the table alone where that is asked for" {
    look_at stats
    assert_equal "$status" 0
    run exits
    assert_output ""
}

@test "prints neither where nobody watches" {
    look_at plain
    assert_equal "$status" 0
    assert_line --regexp '^Exits: .*CPUID [0-9]+'
    refute_line --regexp '^Ticks per exit'
    run exits
    assert_output ""
}

@test "dump and doctor show and examine the VMCS before the first entry" {
    look_at examined
    assert_equal "$status" 0
    assert_in_order "EPT_POINTER " "GUEST_RIP " \
        "Doctor: no rule of the SDM is broken." "Launching VM..." \
        "skernel-x86: done" "status: 0 (success)"
}
