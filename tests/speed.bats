#!/usr/bin/env bats
# What is promised about time, on two cores. tools/test runs this file alone.

load helper

# took COMMAND...: sets milliseconds.
took() {
    local begin=$EPOCHREALTIME
    "$@" >/dev/null 2>&1 </dev/null 3>&-
    milliseconds=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000))
}

setup() {
    cd "$root" || return
}

@test "make run A=h1 ends within 3 seconds of a build" {
    make run A=h1 ACCEL=bochs >/dev/null 2>&1 </dev/null 3>&-
    took make run A=h1 ACCEL=bochs
    ((milliseconds < 3000)) || fail "$milliseconds ms"
}

@test "a clean build of all stages takes no 5 seconds" {
    took make -j2 BUILD="$BATS_TEST_TMPDIR/build" all
    [[ -s $BATS_TEST_TMPDIR/build/h3.elf ]]
    ((milliseconds < 5000)) || fail "$milliseconds ms"
}
