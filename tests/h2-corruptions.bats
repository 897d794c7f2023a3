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
