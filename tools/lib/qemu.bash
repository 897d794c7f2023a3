# shellcheck shell=bash
# QEMU: with KVM where nested VMX is there, with TCG to see a PC without VT-x.
# Sourced by tools/run, whose variables it reads and sets.
# shellcheck disable=SC2034,SC2054,SC2154

OVMF=/usr/share/OVMF/OVMF_CODE.fd

# Every CPU model that this QEMU offers, one on a line.
qemu_models() {
    qemu-system-x86_64 -cpu help | sed -nE 's/^x86 ([^ ]+).*/\1/p'
}

qemu_check_cpu() {
    local model=${CPU:-} models
    [[ -z $model ]] && return
    models=$(qemu_models)
    grep -qxF -- "${model%%,*}" <<<"$models" && return
    usage_error "QEMU has no CPU model '$model';" \
        "qemu-system-x86_64 -cpu help lists them"
}

qemu_cpu() {
    if [[ -n ${CPU:-} ]]; then
        echo "$CPU"
    elif [[ $backend == kvm ]]; then
        echo host,+vmx
    else
        echo max
    fi
}

# The events of the machine monitor tell a power-off from a reset, which the
# exit status does not. It speaks once it has been greeted. Descriptor 4 holds
# its input open.
qemu_command() {
    mkfifo "$run_dir/qmp.in"
    : >"$run_dir/qmp.out"
    exec 4<>"$run_dir/qmp.in"
    echo '{"execute": "qmp_capabilities"}' >&4
    emulator=(qemu-system-x86_64 -accel "$backend" -machine pc
        -cpu "$(qemu_cpu)" -smp "$SMP" -m "$MEM" -nodefaults -display none
        -no-user-config -no-reboot
        -chardev "pipe,id=qmp,path=$run_dir/qmp"
        -mon chardev=qmp,mode=control
        -device ahci,id=sata -device ide-cd,bus=sata.0,drive=cd
        -drive "file=$run_dir/cd.iso,if=none,id=cd,media=cdrom,format=raw"
        -boot d)
    if [[ $input ]]; then
        # It reads NAME.in, which descriptor 6 holds open, and writes NAME.out.
        mkfifo "$run_dir/serial.in"
        exec 6<>"$run_dir/serial.in"
        ln -s serial "$run_dir/serial.out"
        emulator+=(-chardev "pipe,id=console,path=$run_dir/serial"
            -serial chardev:console)
    else
        emulator+=(-serial "file:$run_dir/serial")
    fi
    if [[ -n $disk_copy ]]; then
        emulator+=(-drive "file=$disk_copy,if=ide,index=0,format=raw")
    fi
    if [[ $FIRMWARE == uefi ]]; then
        emulator+=(-drive
            "if=pflash,unit=0,format=raw,readonly=on,file=$OVMF")
    fi
    if [[ -n $GDB_PORT && $STUB == qemu ]]; then
        emulator+=(-S -gdb "tcp:127.0.0.1:$GDB_PORT")
    elif [[ -n $GDB_PORT ]]; then
        emulator+=(-chardev
            "socket,id=gdb,host=127.0.0.1,port=$GDB_PORT,server=on,wait=on"
            -serial chardev:gdb)
    fi
    emulator=(sh -c "echo \$\$ >'$run_dir/pid'; exec \"\$@\" \
>'$emulator_log' 2>&1" sh "${emulator[@]}")
}

qemu_open_input() {
    setpriv --pdeathsig KILL cat <&5 >&6 3>&- &
    input_pid=$!
}

qemu_powered_off() {
    grep -q '"guest-shutdown"' "$run_dir/qmp.out"
}

qemu_last_words() {
    tail -n 3 "$emulator_log"
    if grep -q '"guest-reset"' "$run_dir/qmp.out"; then
        echo "the machine reset itself: a triple fault"
    fi
}
