#!/usr/bin/env bats
# The entry doctor against the CPU: tests/kernels/corruptions, on a CPU without
# EPT, on the default one and on the newest.

load helper

known=$root/tests/kernels/corruptions/known-${TEST_ACCEL:-bochs}.txt
machines="core2_penryn_t9600 corei7_skylake_x tigerlake"

# known_rows MODEL: what is known of this backend there: lines `ROW VERDICT`.
known_rows() {
    [[ -f $known ]] || return 0
    awk -F '\t' -v model="$1" '
        !/^#/ && ($3 == "*" || $3 == model) { print $1 " " $2 }' "$known"
}

setup_file() {
    local model skip
    for model in $machines; do
        skip=$(known_rows "$model" | sed -n 's/ stops$//p' | paste -sd ,)
        boot "$model" corruptions CPU="$model" ${skip:+ARGS="skip=$skip"}
    done
    boot control corruptions ARGS=show=vpid-zero
    boot host corruptions ARGS=show=host-cs-null
    boot guest corruptions ARGS=show=link-unaligned
}

# The rows that were tried, without what stands before their names.
tried() {
    grep $'^corruption: .*\thardware=' <<<"$output" | sed 's/^corruption: //'
}

@test "the CPU takes what is sound, and the doctor finds nothing" {
    for model in $machines; do
        look_at "$model"
        assert_equal "$status" 0
        sound=$(grep -E '^(sound|variation): ' <<<"$output")
        run grep -vE $'\tdoctor=none\thardware=accepted$|\tskipped: ' \
            <<<"$sound"
        assert_output ""
    done
}

@test "at least 80 corruptions are tried on each CPU" {
    for model in $machines; do
        look_at "$model"
        (($(tried | wc -l) >= 80)) || fail "$model: $(tried | wc -l)"
    done
}

@test "the doctor names the rule that is broken, and no other" {
    for model in $machines; do
        look_at "$model"
        run awk -F '\t' '$3 != "doctor=" $2' <(tried)
        assert_output ""
    done
}

@test "the CPU refuses each corruption as the SDM demands, but for those known" {
    [[ -f $known ]] || skip "nothing is known of ${TEST_ACCEL:-bochs}"
    for model in $machines; do
        look_at "$model"
        # Known rows that this model cannot show are not expected of it.
        expected=$(awk 'NR == FNR { tried[$1] = 1; next } $1 in tried' \
            <(tried) <(known_rows "$model") | sort)
        differing=$(tried | grep $'\tSDM=' |
            sed -E 's/\t.*\thardware=([^\t]*)\t.*/ \1/' | sort)
        assert_equal "$model"$'\n'"$differing" "$model"$'\n'"$expected"
    done
}

@test "a failed entry is explained with field, value, rule and section" {
    look_at control
    assert_equal "$status" 0
    assert_in_order "VM entry failed: VM entry with invalid control field(s): 7" \
        "Doctor: VPID_ZERO: Virtual-processor identifier (VPID) is 0" \
        'SDM: "VM-Execution Control Fields"'
    look_at host
    assert_equal "$status" 0
    assert_in_order \
        "VM entry failed: VM entry with invalid host-state field(s): 8" \
        "Doctor: HOST_CS_NULL: Host CS selector is 0" \
        "The rule: the selector is not 0000H." \
        'SDM: "Checks on Host Segment and Descriptor-Table Registers"'
    look_at guest
    assert_equal "$status" 0
    assert_in_order "VM entry failed: Reason: 0x80000021 (33)" \
        "Exit qualification: 0x4" \
        "Doctor: LINK_POINTER_ALIGNMENT: VMCS link pointer is 0x" \
        'SDM: "Checks on Guest Non-Register State"'
    refute_output --partial "VM exited successfully"
}
