#!/usr/bin/env bats
# h5-multivcpu watched from outside: what exits there were, what they cost, each
# of them by a line, and the VMCSs before the first of them.

load helper

setup_file() {
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    a_disk "$TEST_DISK"
    boot several h5 SMP=2 ARGS="vcpus=2 stats dump doctor" GUEST_ARGS="spin ms=20"
    boot trace h5 ARGS="vcpus=1 trace"
    boot both h5 SMP=2 ARGS="vcpus=2 trace" GUEST_ARGS="spin ms=1" TIMEOUT=240
    boot limited h5 ARGS="vcpus=2 limit=50" GUEST_ARGS=loop
}

# exits NAME: the lines of the vCPU's exits, without its name.
exits() {
    sed -nE "s/^VM 1, vCPU $1: +([0-9]+ us 0x)/\1/p" <<<"$output"
}

# table NUMBER: lines "REASON<tab>COUNT" of the vCPU's table.
table() {
    awk -v head="VM 1 (guest), vCPU $1:" '
        /^Ticks per exit / { inside = last == head }
        /^A median / { inside = 0 }
        inside { print }
        { last = $0 }' <<<"$output" |
        sed -nE 's/^  (.*[^ ])  +([0-9]+) +[0-9]+ +[0-9]+ +[0-9]+$/\1\t\2/p'
}

# assert_table NUMBER OF: the table says of each reason what the report does.
assert_table() {
    local reason count rows=0 report
    report=$(grep "^Exits$2: " <<<"$output")
    while IFS=$'\t' read -r reason count; do
        ((rows += 1))
        [[ "$report " == *" $reason $count "* ]]
    done < <(table "$1")
    ((rows >= 3))
}

@test "VMCS and EPT are shown and examined before a machine starts" {
    look_at several
    assert_equal "$status" 0
    assert_in_order "VM 1 (guest), vCPU 0:" "GUEST_RIP " \
        "Doctor: no rule of the SDM is broken." "VM 1 (guest), vCPU 1:" \
        "GUEST_RIP " "Doctor: no rule of the SDM is broken." \
        "gpa 0x000000000000-" "skernel-x86: hello" "status: 0 (success)"
}

@test "each vCPU has a table, and it says what the report says" {
    look_at several
    assert_table 0 " of vCPU 0"
    assert_table 1 " of vCPU 1"
    look_at both
    assert_table 0 " of vCPU 0"
    assert_table 1 " of vCPU 1"
    look_at trace
    assert_table 0 ""
}

@test "each exit has a line that says whose it is" {
    local number
    look_at both
    assert_equal "$status" 0
    for number in 0 1; do
        assert_equal "$(exits "$number" | wc -l)" \
            "$(table "$number" | awk -F '\t' '{ n += $2 } END { print n }')"
    done
}

@test "what a guest says under a trace stays in whole lines" {
    look_at both
    assert_line --regexp '^spin: CPU 1 counted [0-9]+ in 1 ms, without '
    look_at trace
    assert_line "skernel-x86: done"
    assert_line "status: 0 (success)"
    assert_equal "$(grep -c '^skernel-x86: hel' <<<"$output")" 1
}

# At 115200 baud the lines themselves take seconds.
@test "a trace takes a machine with one vCPU no time" {
    look_at trace
    assert_equal "$status" 0
    exits 0 | awk '$1 < last { exit 1 } { last = $1 }
        END { exit !(NR > 100 && last < 1000000) }'
}

@test "a machine's time has an end" {
    look_at limited
    assert_equal "$status" 1
    assert_line "The guest's time is up"
}

@test "machines give all their frames back, whatever CPUs there are" {
    local label
    for label in several trace both limited; do
        look_at "$label"
        assert_line "Frames not given back: 0"
    done
}
