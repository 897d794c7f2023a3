# shellcheck shell=bash
# Bochs: the emulated PC with VT-x, for every machine. Sourced by tools/run,
# whose variables it reads (run_dir, emulator_log, disk_copy, input) and
# sets (emulator: the command to start; input_pid).
# shellcheck disable=SC2034,SC2154

BOCHS_DEFAULT_CPU=corei7_skylake_x

# MiB that Bochs holds in memory at most; the rest it keeps in a file.
BOCHS_HOST_MEM=2048

# The CPU models with VMX, of which Bochs itself does not say which they are.
BOCHS_VMX_MODELS=(core2_penryn_t9600 corei5_lynnfield_750
    corei5_arrandale_m520 corei7_sandy_bridge_2600k corei7_ivy_bridge_3770k
    corei7_haswell_4770 broadwell_ult corei7_skylake_x corei3_cnl
    corei7_icelake_u tigerlake)

# Every CPU model that this Bochs offers, one on a line.
bochs_models() {
    bochs --help cpu </dev/null 2>&1 | grep -E '^[a-z0-9_]+$'
}

# The default is one of them; to ask would cost each run a start of Bochs.
bochs_check_cpu() {
    local models
    [[ $CPU ]] || return 0
    models=$(bochs_models)
    grep -qxF -- "$CPU" <<<"$models" && return
    usage_error "Bochs has no CPU model '$CPU'; with VT-x it has:" \
        "${BOCHS_VMX_MODELS[@]}"
}

# The BIOS takes a second drive that is not there for one that is silent, and
# waits for it, 30 ms each. So there is one: an empty disk, an empty CD drive.
bochs_disk_lines() {
    echo "ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14"
    echo "ata1: enabled=1, ioaddr1=0x170, ioaddr2=0x370, irq=15"
    if [[ -n $disk_copy ]]; then
        truncate -s $((16 * 63 * 512)) "$run_dir/empty.img"
        echo "ata0-master: type=disk, mode=flat, path=\"$disk_copy\""
        echo "ata0-slave: type=disk, mode=flat, path=\"$run_dir/empty.img\""
    fi
    echo "ata1-master: type=cdrom, path=\"$run_dir/cd.iso\", status=inserted"
    echo "ata1-slave: type=cdrom, status=ejected"
    echo "boot: cdrom"
}

# Where the first serial port leads to. With input that is a terminal, made by
# bochs_open_input: Bochs reads from no file, and a socket that it closes with
# input left in it may drop its last output.
bochs_line() {
    if [[ ${input:-} ]]; then
        echo "mode=term, dev=\"$run_dir/tty\""
    else
        echo "mode=file, dev=\"$run_dir/serial\""
    fi
}

# clock: sync=none makes a run repeatable: time passes by instructions, one
# TSC tick for each, ips of them a second. The fewer these are, the shorter is
# every wait of the BIOS, of GRUB and of kernels. ignore_bad_msrs=0 and panics
# that end the run keep a kernel's mistakes visible.
bochs_config() {
    cat <<RC
cpu: model=${CPU:-$BOCHS_DEFAULT_CPU}, count=$SMP, ips=25000000, \
reset_on_triple_fault=0, ignore_bad_msrs=0
memory: guest=$MEM, host=$((MEM < BOCHS_HOST_MEM ? MEM : BOCHS_HOST_MEM))
romimage: file=/usr/share/bochs/BIOS-bochs-latest, options=fastboot
vgaromimage: file=/usr/share/vgabios/vgabios.bin
clock: sync=none
com1: enabled=1, $(bochs_line)
display_library: term
speaker: enabled=0
sound: waveoutdrv=dummy
magic_break: enabled=0
log: $emulator_log
logprefix: %t %d
debug: action=ignore
info: action=report
error: action=report
panic: action=fatal
RC
    bochs_disk_lines
    # The machine waits, switched off, until somebody connects.
    if [[ -n $GDB_PORT ]]; then
        echo "com2: enabled=1, mode=socket-server, dev=localhost:$GDB_PORT"
    fi
}

# A seek takes Bochs' CD drive up to 80 ms, in proportion to how much of the
# whole disc it crosses. What fills the beginning of a large one is near.
spread_cd() {
    truncate -s 600M "$run_dir/cd.iso"
}

# Debian builds Bochs with its debugger, which waits for a first `c`. The
# display library `term` wants a terminal, which script(1) gives it by way of
# $SHELL. A gdb that dies would take Bochs with it, which writes to its
# connection: no SIGPIPE.
bochs_command() {
    spread_cd
    bochs_config >"$run_dir/bochsrc"
    echo c >"$run_dir/start"
    emulator=(env SHELL=/bin/sh TERM=xterm script -qfc
        "trap '' PIPE; echo \$\$ >'$run_dir/pid'; exec bochs -q -f '$run_dir/bochsrc' \
-rc '$run_dir/start'" /dev/null)
}

# The terminal has to be there before Bochs is.
bochs_open_input() {
    setpriv --pdeathsig KILL tools/serial-line "$run_dir/tty" \
        "$run_dir/serial" <&5 3>&- &
    input_pid=$!
    until [[ -e $run_dir/tty ]]; do
        kill -0 "$input_pid" 2>/dev/null || exit 1
        sleep 0.01
    done
}

# Bochs ends with status 1 whatever happened; its log tells how.
bochs_powered_off() {
    grep -q 'ACPI control: soft power off' "$emulator_log"
}

# The line of the log that says why the machine stopped, if one does.
bochs_last_words() {
    grep -aE '>>PANIC<<|VMENTER FAIL|VMFAIL' "$emulator_log" |
        grep -v 'soft power off' | tail -n 3 || true
}
