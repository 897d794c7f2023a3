# shellcheck shell=bash disable=SC2034  # kvm_status is for the caller
# The Linux inside Bochs, seen from outside. A folder holds one such machine:
#   system.img   the disk with QEMU, from tools/kvm-image
#   box.img      the file system of a request, and of its results
#   bell.img     sector 0 rings, sector 1 answers: tools/kvm/init; sector 2
#                offers input to the job, which takes it with sector 3: a
#                number, in sector 2 with the size of what lies behind
#   output       what the running request says, as it comes
#   linux.log    what the kernel says, and bochs.log what Bochs complains of
#   pid          of Bochs
#   lock         held by who makes a request

# mke2fs and debugfs are where only root looks.
PATH=$PATH:/usr/sbin:/sbin

# kvm_read MACHINE SECTOR: the line in that sector of the bell.
kvm_read() {
    dd if="$1/bell.img" bs=512 skip="$2" count=1 2>/dev/null | head -n 1 |
        tr -d '\0'
}

# kvm_write MACHINE SECTOR LINE
kvm_write() {
    echo "$3" |
        dd of="$1/bell.img" bs=512 seek="$2" conv=sync,notrunc 2>/dev/null
}

# kvm_alive MACHINE: Bochs runs, and Linux has not given up.
kvm_alive() {
    kill -0 "$(cat "$1/pid" 2>/dev/null || echo none)" 2>/dev/null &&
        ! grep -q 'Kernel panic' "$1/linux.log"
}

# Prints what has been said since the last call, counted in kvm_said.
kvm_hand_on() {
    local size
    size=$(stat -c %s "$1/output")
    if ((size > kvm_said)); then
        tail -c "+$((kvm_said + 1))" "$1/output" |
            head -c "$((size - kvm_said))"
        kvm_said=$size
    fi
}

# kvm_ask MACHINE WORDS...: rings with the next number, prints what the request
# says until it is answered, and sets kvm_status to what the answer tells.
# Fails when the machine dies, or takes more than kvm_patience seconds.
kvm_ask() {
    local machine=$1 number answer="" end=$((SECONDS + kvm_patience))
    shift
    number=$(kvm_read "$machine" 0)
    number=$((${number%% *} + 1))
    kvm_said=$(stat -c %s "$machine/output")
    kvm_write "$machine" 0 "$number $*"
    while [[ $answer != "$number "* ]]; do
        kvm_alive "$machine" && ((SECONDS < end)) || return 1
        sleep 0.05
        answer=$(kvm_read "$machine" 1)
        kvm_hand_on "$machine"
    done
    kvm_status=${answer#* }
}

# kvm_kill MACHINE: ends Bochs, if that is still what its number stands for.
kvm_kill() {
    local pid
    pid=$(cat "$1/pid" 2>/dev/null) || return 0
    rm -f "$1/pid"
    if grep -qsF "$1" "/proc/$pid/cmdline"; then
        kill -KILL "$pid"
    fi
}

# Makes sure that Linux listens. Who asked before may have been killed, and
# its job still run: a newer request ends it. But a guest that loops with
# interrupts off keeps them even from Linux, since Bochs 2.7 forgets the
# external-interrupt exit of a guest that was entered so: then Linux boots
# anew (tools/kvm/keep-up).
kvm_ready() {
    local kvm_patience=6 tries=0
    [[ $(kvm_read "$1" 1) != "$(kvm_read "$1" 0 | cut -d ' ' -f 1) "* ]] ||
        return 0
    kvm_ask "$1" stop >/dev/null && return
    kvm_kill "$1"
    until [[ -s $1/pid ]]; do
        ((++tries < 200)) || return 1
        sleep 0.05
    done
}

# Where a piece of input begins in the bell, and how long it can be.
kvm_input_sector=4
kvm_input_bytes=4096

# kvm_feed MACHINE PIPE: offers what comes through the pipe, a piece when the
# one before has been taken; until the pipe's other end or the pipe is gone.
kvm_feed() {
    local number=0 piece=$1/piece
    while ((++number)); do
        dd bs="$kvm_input_bytes" count=1 of="$piece" <"$2" 2>/dev/null
        [[ -s $piece ]] || return 0
        dd if="$piece" of="$1/bell.img" bs=512 seek="$kvm_input_sector" \
            conv=sync,notrunc 2>/dev/null
        kvm_write "$1" 2 "$number $(stat -c %s "$piece")"
        until [[ $(kvm_read "$1" 3) == "$number" ]]; do
            [[ -p $2 ]] || return 0
            sleep 0.05
        done
    done
}

# kvm_ask_feeding MACHINE PIPE WORDS...: kvm_ask, and kvm_feed meanwhile. What
# the one before has offered is gone first. Descriptor 6 is of tools/run, and
# holds the pipe open.
kvm_ask_feeding() {
    local machine=$1 pipe=$2 feeder status=0
    shift 2
    kvm_write "$machine" 2 "0 0"
    kvm_write "$machine" 3 "0"
    kvm_feed "$machine" "$pipe" {lock}>&- 6>&- &
    feeder=$!
    kvm_ask "$machine" "$@" || status=$?
    kill "$feeder" 2>/dev/null || true
    return "$status"
}

# kvm_request MACHINE TREE FOLDER [PIPE]: lets Linux run TREE/job in FOLDER, where it
# finds the files of TREE, and input from the pipe. Prints what the job says, sets kvm_status to its
# exit status. One request at a time; more wait. Fails when the machine dies.
kvm_request() {
    local machine=$1 tree=$2 folder=$3 pipe=${4:-} lock status=0
    local ask=(kvm_ask "$machine")
    [[ ! $pipe ]] || ask=(kvm_ask_feeding "$machine" "$pipe")
    exec {lock}>"$machine/lock"
    flock "$lock"
    kvm_ready "$machine" &&
        mke2fs -q -F -t ext2 -m 0 -E nodiscard -d "$tree" \
            "$machine/box.img" &&
        "${ask[@]}" run "$folder" || status=1
    exec {lock}>&-
    return "$status"
}

# kvm_fetch MACHINE NAME FILE: a result of the last request; nothing if the
# job made no file of that name.
kvm_fetch() {
    debugfs -R "cat /$2" "$1/box.img" 2>/dev/null >"$3"
}

# Seconds that an answer may take; who asks may set another limit.
kvm_patience=86400
