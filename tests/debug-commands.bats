#!/usr/bin/env bats
# `make debug` as it is typed: at a terminal, which script(1) gives it. What the
# stub itself can do is in tests/debug.bats.

load helper

setup_file() {
    local disk=$BATS_FILE_TMPDIR/disk.img
    a_disk "$disk"
    export TEST_DISK=$disk
}

setup() {
    # What is started here is known by this word in its environment.
    export DEBUG_COMMANDS_TEST=$BATS_TEST_TMPDIR
    screen=$BATS_TEST_TMPDIR/screen
    cd "$root" || return
}

teardown() {
    local pid
    for pid in $(ours); do
        kill -KILL "$pid" 2>/dev/null || true
    done
}

# The processes of this test's sessions, but for those that only watch.
ours() {
    grep -lsF "DEBUG_COMMANDS_TEST=$BATS_TEST_TMPDIR" /proc/[0-9]*/environ |
        while IFS=/ read -r _ _ pid _; do
            ! grep -qsE '^(bochs|qemu-system|gdb|make|script|debug|run)' \
                "/proc/$pid/comm" || echo "$pid"
        done
}

# await SECONDS COMMAND...: until the command is true.
await() {
    local tries=$(($1 * 10))
    shift
    until "$@"; do
        ((tries-- > 0)) || return 1
        sleep 0.1
    done
}

none_left() {
    [[ -z $(ours) ]]
}

# at_terminal COMMAND: starts it at a terminal, whose keys are descriptor 9.
at_terminal() {
    mkfifo "$BATS_TEST_TMPDIR/keys"
    : >"$screen"
    exec 9<>"$BATS_TEST_TMPDIR/keys"
    env SHELL=/bin/sh TERM=dumb ACCEL=bochs DISK="$TEST_DISK" \
        script -qefc "$1" /dev/null \
        <"$BATS_TEST_TMPDIR/keys" >"$screen" 2>&1 3>&- 9>&- &
    session=$!
}

on_screen() {
    grep -qF -- "$1" "$screen"
}

# see TEXT: waits until it is on the screen.
see() {
    await 60 on_screen "$1" || fail "never seen: $1"$'\n'"$(<"$screen")"
}

# hear TEXT: the machine says it, with perhaps a prompt of gdb's in the midst,
# each byte where it came. No byte of the text is special in a pattern.
hear() {
    local among='[() gdb]*'
    await 60 grep -qE -- "$(printf %s "$1" | sed "s/./&$among/g")" "$screen" ||
        fail "never said: $1"$'\n'"$(<"$screen")"
}

# prompts N: gdb has asked for a command that often.
prompts() {
    (($(grep -aoF '(gdb) ' "$screen" | wc -l) >= $1))
}

press() {
    printf '%b' "$1" >&9
}

# The session has ended, and the machine with it.
assert_over() {
    await 20 none_left || fail "left: $(ours | xargs ps -fp)"$'\n'"$(<"$screen")"
    wait "$session" || true
}

@test "quit ends gdb and the machine" {
    at_terminal "make debug A=h1"
    see "(gdb) "
    press 'quit\n'
    assert_over
}

@test "so does the end of the input" {
    at_terminal "make debug A=h1"
    see "(gdb) "
    press '\004'
    assert_over
}

@test "kill ends the machine, and gdb stays" {
    at_terminal "make debug A=h1"
    see "(gdb) "
    press 'kill\n'
    hear "gdb: killed"
    await 20 prompts 2
    press 'echo still here\\n\n'
    see "still here"
    press 'quit\n'
    assert_over
}

@test "Ctrl-C stops the guest, and neither make nor the machine" {
    at_terminal "make debug A=h3 GUEST_ARGS=loop"
    see "(gdb) "
    press 'continue\n'
    await 30 prompts 2
    press 'continue\n'
    see "KiB of memory are free"
    press '\003'
    see "received signal SIGINT"
    press 'monitor cpus\n'
    see "vCPU 0"
    press 'kill\n'
    hear "gdb: killed"
    press 'quit\n'
    assert_over
}

@test "a terminal that is closed takes all with it" {
    at_terminal "make debug A=h1"
    see "(gdb) "
    kill -KILL "$session"
    assert_over
}

# free_port: one where nothing listens. Sets port.
free_port() {
    port=$((30000 + RANDOM % 2000))
    while grep -qE ":$(printf '%04X' "$port") [0-9A-F]+:0000 0A " \
        /proc/net/tcp; do
        port=$((port + 1))
    done
}

# hold KERNEL [SETTING...]: a machine with GDB=none, waiting. Sets line, what it
# says is to be typed.
hold() {
    free_port
    at_terminal "make debug A=$1 GDB=none PORT=$port ${*:2}"
    see "localhost:$port"
    line=$(tr -d '\r' <"$screen" | grep '^gdb ')
    await 30 grep -qE ":$(printf '%04X' "$port") [0-9A-F]+:0000 0A " \
        /proc/net/tcp
}

@test "GDB=none prints the line that connects a gdb" {
    hold h3
    run timeout 60 bash -c "$line -batch -ex continue -ex 'bt 1' -ex continue" \
        </dev/null
    assert_in_order "Temporary breakpoint 1, kmain" "_start () at" \
        "exited normally"
    see "status: 0 (success)"
    assert_over
}

@test "a port in use is refused in one line" {
    hold h1
    run env PORT="$port" tools/debug h1
    assert_equal "$status" 2
    assert_output "debug: port $port is in use"
    run timeout 60 bash -c "$line -batch" </dev/null
    assert_over
}

@test "QEMU's own stub, where the machine is QEMU" {
    run env ACCEL=tcg STUB=qemu GDB="gdb -batch -ex bt -ex delete -ex continue" \
        DISK="$TEST_DISK" timeout 60 tools/debug skernel </dev/null
    assert_in_order "#0  kmain" "skernel-x86: done"
    refute_output --partial "gdb: waiting"
    run env ACCEL=bochs STUB=qemu DISK="$TEST_DISK" tools/debug h1
    assert_equal "$status" 2
    assert_line "run: STUB=qemu needs QEMU: ACCEL=kvm or ACCEL=tcg"
}

@test "a gdb that is not there is refused before the machine starts" {
    run env GDB="no-such-gdb -q" ACCEL=bochs tools/debug h1
    assert_equal "$status" 2
    assert_output "debug: GDB='no-such-gdb -q': there is no such program"
}

# launch_json WHAT: of .vscode/launch.json, for the kernel h3, a line for each:
# "program", "server", and the commands before and after the connection.
launch_json() {
    cat >"$BATS_TEST_TMPDIR/read.py" <<'PY'
import json, os
with open(".vscode/launch.json") as file:
    launch = json.load(file)["configurations"][0]
values = {"workspaceFolder": os.getcwd(), "input:kernel": "h3",
          "input:guest": "skernel-x86"}
def said(text):
    for name, value in values.items():
        text = text.replace("${" + name + "}", value)
    return text
print("file", said(launch["program"]))
for command in launch["setupCommands"]:
    print(said(command["text"]))
print("target remote", launch["miDebuggerServerAddress"])
for command in launch["postRemoteConnectCommands"]:
    print(said(command["text"]))
print("continue")
PY
    gdb -batch -x "$BATS_TEST_TMPDIR/read.py"
}

# The commands in the line that GDB=none prints, one on a line.
commands_of_line() {
    local words
    mapfile -t words < <(xargs -n 1 <<<"$line")
    echo "file ${words[1]}"
    set -- "${words[@]:2}"
    while (($# > 0)); do
        case $1 in
        -x) echo "source $2" && shift ;;
        -ex) echo "$2" && shift ;;
        esac
        shift
    done
}

@test "Visual Studio Code does what the line of GDB=none does" {
    hold h3
    launch_json >"$BATS_TEST_TMPDIR/launch.gdb"
    sed -i "s/localhost:1234/localhost:$port/" "$BATS_TEST_TMPDIR/launch.gdb"
    run diff <(sed "s|$PWD/||" "$BATS_TEST_TMPDIR/launch.gdb" | sort) \
        <(commands_of_line | sort)
    assert_output ""
    run timeout 60 gdb -batch -x "$BATS_TEST_TMPDIR/launch.gdb" -ex continue \
        -ex "bt 1" -ex continue </dev/null
    assert_in_order "Temporary breakpoint 1" " kmain (boot=" "_start () at" \
        "exited normally"
    assert_over
}
