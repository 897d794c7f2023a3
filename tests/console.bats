#!/usr/bin/env bats
# The console's input: what tools/run gets on its standard input arrives at the
# kernel's first serial port. tests/kernels/echo sends it back.

load helper

setup_file() {
    local accel
    keys=$BATS_FILE_TMPDIR/keys
    some_keys=$BATS_FILE_TMPDIR/some-keys
    export keys some_keys
    { head -c 2400 /dev/urandom | base64 -w 70 && echo end; } >"$keys"
    { head -c 250 /dev/urandom | base64 -w 0 && echo && echo end; } \
        >"$some_keys"
    head -c 300000 /dev/zero >"$BATS_FILE_TMPDIR/zeros"
    for accel in $(accels); do
        boot_with "$keys" "$accel-polled" echo ACCEL="$accel"
        boot_with "$keys" "$accel-interrupt" echo ACCEL="$accel" ARGS=interrupt
        boot_with "$some_keys" "$accel-slow" echo ACCEL="$accel" ARGS=delay=10
        boot_with "$BATS_FILE_TMPDIR/zeros" "$accel-unread" endings \
            ACCEL="$accel"
        boot_with /dev/null "$accel-null" endings ACCEL="$accel"
    done
}

# The emulators at hand.
accels() {
    echo "${TEST_ACCEL:-bochs}" tcg
}

# boot_with FILE LABEL KERNEL [SETTING=VALUE...]: boot, with this input.
boot_with() {
    boot_input=$1 boot "${@:2}"
}

# arrived LABEL FILE: the kernel has got the file, no more and no less.
arrived() {
    local sum bytes
    look_at "$1"
    read -r sum bytes _ < <(cksum "$2")
    assert_equal "$status" 0
    assert_line "echo: $bytes bytes, cksum $sum"
    assert_output --partial "$(<"$2")"
}

@test "a file arrives whole and in order, and is echoed" {
    local accel
    for accel in $(accels); do
        arrived "$accel-polled" "$keys"
    done
}

@test "a kernel that waits for the interrupt misses no byte" {
    local accel
    for accel in $(accels); do
        arrived "$accel-interrupt" "$keys"
    done
}

@test "a kernel that reads slowly gets every byte" {
    local accel
    for accel in $(accels); do
        arrived "$accel-slow" "$some_keys"
    done
}

@test "input that no kernel reads does no harm" {
    local accel
    for accel in $(accels); do
        look_at "$accel-unread"
        assert_equal "$status" 0
        assert_equal "${lines[-1]}" "status: 0 (success)"
        assert_equal "$output" "$(<"$BATS_FILE_TMPDIR/$accel-null.console")"
    done
}

# run_kernel ACCEL KERNEL: tools/run, with the input of the caller.
run_kernel() {
    ACCEL=$1 DISK=none "$root/tools/run" "$2" 2>&1 3>&-
}

# The same with none; bats' own `run` would give it one.
run_kernel_closed() {
    run_kernel "$@" <&-
}

@test "an empty file, or standard input that is closed" {
    local accel
    for accel in $(accels); do
        run run_kernel "$accel" endings < <(:)
        assert_success
        run run_kernel_closed "$accel" endings
        assert_success
    done
}

@test "a pipe that brings its text late" {
    local accel
    for accel in $(accels); do
        run run_kernel "$accel" echo < <(sleep 2 && echo late &&
            sleep 1 && echo end)
        assert_success
        assert_line "late"
        assert_line --partial "echo: 9 bytes"
    done
}

# at_a_terminal ACCEL KEYS: runs the echo kernel before a terminal, on which
# these keys are typed once it is ready. What is seen there
# becomes the output; the terminal's settings lie in before and after. Ctrl-C
# reaches the shell as well, which does not mind.
at_a_terminal() {
    local accel=$1 keys=$2 seen=$BATS_TEST_TMPDIR/$1.seen script
    script="trap : INT; stty -a >'$BATS_TEST_TMPDIR/before'
        ACCEL=$accel DISK=none '$root/tools/run' echo
        echo exit status: \$?
        stty -a >'$BATS_TEST_TMPDIR/after'"
    # shellcheck disable=SC2094  # what is seen decides when to type
    type_keys "$seen" "$keys" |
        SHELL=$BASH timeout 60 script -qfc "$script" /dev/null \
            >"$seen" 2>&1 3>&-
    output=$(tr -d '\r' <"$seen")
    mapfile -t lines <<<"$output"
}

# The keys come one by one, when the kernel is ready, and the line stays open.
type_keys() {
    local i
    for ((i = 0; i < 300; i++)); do
        ! grep -qs "echo: ready" "$1" || break
        sleep 0.1
    done
    for ((i = 0; i < ${#2}; i++)); do
        printf '%s' "${2:i:1}"
        sleep 0.1
    done
    for ((i = 0; i < 100; i++)); do
        ! grep -qs "exit status" "$1" || break
        sleep 0.1
    done
}

@test "keys typed at a terminal arrive as they are" {
    local accel
    for accel in $(accels); do
        # Ctrl-Z and Ctrl-D are keys like others, Enter is a carriage return.
        at_a_terminal "$accel" $'hi\x1a\x04\rend\r'
        assert_line "exit status: 0"
        assert_line $'hi\x1a\x04'
        assert_line "echo: 9 bytes, cksum $(printf 'hi\x1a\x04\rend\r' |
            cksum | cut -d ' ' -f 1)"
        diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
    done
}

@test "Ctrl-C at a terminal ends the run, and the terminal is as before" {
    local accel
    for accel in $(accels); do
        at_a_terminal "$accel" $'hi\x03'
        assert_line --partial "exit status: 130"
        diff "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
    done
}

@test "without input Bochs writes to a file and has no terminal" {
    run bash -c "source '$root/tools/lib/bochs.bash'
        SMP=1 MEM=64 run_dir=/x emulator_log=/x disk_copy= bochs_config"
    assert_line 'com1: enabled=1, mode=file, dev="/x/serial"'
    run bash -c "source '$root/tools/lib/bochs.bash'
        input=x SMP=1 MEM=64 run_dir=/x emulator_log=/x disk_copy= bochs_config"
    assert_line 'com1: enabled=1, mode=term, dev="/x/tty"'
}

# The two serial ports have an interrupt each.
@test "gdb and the console's input work together" {
    local accel port
    for accel in $(accels); do
        port=$((10000 + RANDOM % 10000))
        ACCEL=$accel DISK=none GDB=none PORT=$port ARGS=interrupt \
            timeout 60 "$root/tools/debug" echo <"$keys" \
            >"$BATS_TEST_TMPDIR/console" 2>&1 3>&- &
        run timeout 60 gdb -q -batch -ex "set remotetimeout 60" \
            -ex "target remote localhost:$port" \
            -ex "tbreak receive" -ex continue \
            -ex continue "$root/build/gcc/echo.elf"
        assert_line --partial "Temporary breakpoint 1, receive"
        assert_line --partial "exited normally"
        wait $!
        output=$(<"$BATS_TEST_TMPDIR/console")
        assert_output --partial "cksum $(cksum <"$keys" | cut -d ' ' -f 1)"
    done
}
