# shellcheck shell=bash
# The Linux inside Bochs, seen from outside. A folder holds one such machine:
#   system.img boot.iso     what kvm-image made
#   box.img                 the file system of a request, and of its results
#   bell.img                sector 0 rings, sector 1 answers: tools/kvm/init
#   output                  what the running request says, as it comes
#   linux.log bochs.log     what the kernel, and Bochs, complain of
#   pid                     of Bochs

# mke2fs and debugfs are where only root looks.
PATH=$PATH:/usr/sbin:/sbin

# kvm_sector MACHINE NUMBER: the line in that sector of the bell.
kvm_sector() {
    dd if="$1/bell.img" bs=512 skip="$2" count=1 2>/dev/null | head -n 1 |
        tr -d '\0'
}

kvm_ring() {
    local machine=$1
    shift
    echo "$*" | dd of="$machine/bell.img" bs=512 conv=sync,notrunc 2>/dev/null
}

# kvm_alive MACHINE: Bochs runs, and Linux has not given up.
kvm_alive() {
    kill -0 "$(cat "$1/pid" 2>/dev/null || echo none)" 2>/dev/null &&
        ! grep -q 'Kernel panic' "$1/linux.log"
}

# kvm_await MACHINE NUMBER: waits for the answer, prints meanwhile what the
# request says, and sets kvm_status to what the answer tells. Fails when the
# machine is dead, or slower than kvm_patience seconds if that is set.
kvm_await() {
    local machine=$1 answer="" end=$((SECONDS + ${kvm_patience:-999999}))
    while [[ $answer != "$2 "* ]]; do
        kvm_alive "$machine" && ((SECONDS < end)) || return 1
        sleep 0.05
        answer=$(kvm_sector "$machine" 1)
        kvm_hand_on "$machine"
    done
    kvm_status=${answer#* }
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

# kvm_request MACHINE TREE FOLDER: lets Linux run TREE/job in FOLDER, where it
# finds the files of TREE. Prints what the job says, sets kvm_status to its
# exit status. One request at a time; of one whose asker was killed, the job
# is ended first. Fails when the machine dies.
kvm_request() {
    local machine=$1 tree=$2 folder=$3 number _
    exec {kvm_lock}>"$machine/lock"
    flock "$kvm_lock"
    read -r number _ < <(kvm_sector "$machine" 0)
    kvm_said=$(stat -c %s "$machine/output")
    if [[ $(kvm_sector "$machine" 1) != "$number "* ]]; then
        number=$((number + 1))
        kvm_ring "$machine" "$number" stop
        kvm_await "$machine" "$number" >/dev/null || return 1
    fi
    mke2fs -q -F -t ext2 -m 0 -E nodiscard -d "$tree" "$machine/box.img" ||
        return 1
    number=$((number + 1))
    kvm_ring "$machine" "$number" run "$folder"
    kvm_await "$machine" "$number" || return 1
    exec {kvm_lock}>&-
}

# kvm_fetch MACHINE NAME FILE: a result of the last request; nothing if the
# job made no file of that name.
kvm_fetch() {
    debugfs -R "cat /$2" "$1/box.img" 2>/dev/null >"$3"
}
