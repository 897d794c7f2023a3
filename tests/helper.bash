# shellcheck shell=bash
# What the bats files share. A file boots each machine once, in setup_file,
# and its tests look at what that machine printed:
#
#     setup_file() {
#         boot plain h1
#         boot eager h3 ARGS=doctor MEM=64
#     }
#
#     @test "says what it is" {
#         look_at plain
#         assert_line "x86_64 Hypervisor ..."
#         assert_equal "$status" 0
#     }
#
# look_at sets $status, $output and $lines as bats' own `run` does. The
# machine is Bochs unless the test says ACCEL=...; TEST_ACCEL=kvm make test
# runs the same on KVM.

# What bats_load_library would read, which starts a program for each file, and
# every test reads them anew.
for library in "${BATS_LIB_PATH:?}"/bats-{support,assert}/src/*.bash; do
    # shellcheck source=/dev/null
    source "$library"
done
unset library

root=$(cd "${BASH_SOURCE[0]%/*}/.." && pwd -P)

# boot LABEL KERNEL [SETTING=VALUE...]: runs a kernel to its end and keeps its
# console and exit status under the label. Its input is the file boot_input,
# or nothing.
boot() {
    local label=$1 kernel=$2 begin=$EPOCHREALTIME status=0
    shift 2
    env ACCEL="${TEST_ACCEL:-bochs}" DISK="${TEST_DISK:-none}" "$@" \
        "$root/tools/run" "$kernel" <"${boot_input:-/dev/null}" \
        >"$BATS_FILE_TMPDIR/$label.console" 2>&1 3>&- || status=$?
    keep_figures "$label" "$status" "$begin"
}

# debug LABEL KERNEL [SETTING=VALUE...]: a session of gdb with the commands that
# the test's function script_LABEL prints; what gdb and the console show is kept
# under the label.
debug() {
    local label=$1 script=$BATS_FILE_TMPDIR/$1.gdb begin=$EPOCHREALTIME
    local kernel=$2 status=0
    shift 2
    "script_$label" >"$script"
    env ACCEL="${TEST_ACCEL:-bochs}" DISK="$TEST_DISK" "$@" \
        GDB="gdb -batch -x $script" timeout 240 "$root/tools/debug" "$kernel" \
        </dev/null >"$BATS_FILE_TMPDIR/$label.console" 2>&1 3>&- || status=$?
    keep_figures "$label" "$status" "$begin"
}

# Where the instruction VMXON of h1 is, in hexadecimal.
address_of_vmxon() {
    objdump -d "$root/build/gcc/h1.elf" |
        sed -nE 's/^ *([0-9a-f]+):.*\tvmxon .*/0x\1/p' | head -n 1
}

# keep_figures LABEL STATUS BEGIN: what look_at reads, beside the console.
keep_figures() {
    echo "$2 $(((${EPOCHREALTIME/./} - ${3/./}) / 1000))" \
        >"$BATS_FILE_TMPDIR/$1.figures"
}

# look_at LABEL: $status, $output, $lines, $milliseconds of that machine.
# shellcheck disable=SC2034  # the tests read them
look_at() {
    read -r status milliseconds <"$BATS_FILE_TMPDIR/$1.figures"
    output=$(<"$BATS_FILE_TMPDIR/$1.console")
    mapfile -t lines <<<"$output"
}

# value_of PREFIX: what follows the prefix in the first line that has it.
value_of() {
    local line
    for line in "${lines[@]}"; do
        if [[ $line == "$1"* ]]; then
            echo "${line#"$1"}"
            return
        fi
    done
    fail "no line begins with: $1"
}

# assert_in_order TEXT...: the texts occur in the output, in this order.
assert_in_order() {
    local text rest=$output
    for text in "$@"; do
        [[ $rest == *"$text"* ]] ||
            fail "missing, or not in this order: $text"$'\n'"$output"
        rest=${rest#*"$text"}
    done
}

# a_disk FILE: a new disk image with skernel-x86 on it.
a_disk() {
    DISK=$1 "$root/update_disk.sh" "$root/build/gcc/skernel-x86.elf" \
        /sbin/skernel-x86 >/dev/null
}

# The CPU models of tests/data/vmx-capabilities.tsv, which are Bochs' own.
models() {
    [[ ${TEST_ACCEL:-bochs} == bochs ]] || return 0
    head -n 1 "$root/tests/data/vmx-capabilities.tsv" | cut -f 2- | tr '\t' ' '
}

# For a test that is about those models.
on_bochs_only() {
    [[ ${TEST_ACCEL:-bochs} == bochs ]] || skip "these are models of Bochs"
}

# capability MODEL MSR: in hexadecimal without leading zeros, then as a number.
capability_hex() {
    awk -F '\t' -v model="$1" -v msr="msr $2" '
        NR == 1 { for (i = 2; i <= NF; i++) if ($i == model) column = i }
        $1 == msr { sub(/^0+/, "", $column); print $column }' \
        "$root/tests/data/vmx-capabilities.tsv"
}

capability() {
    echo $((0x$(capability_hex "$1" "$2")))
}

# describe_vm ID NAME CPUS CMDLINE [LINE...]: describes a virtual machine for
# VMS= of h5, with $vm_mib MiB, or 8, and the kernel $vm_kernel, or the payload;
# further lines are of its table [base]. Appends the file's path to $vms.
describe_vm() {
    local file=$BATS_FILE_TMPDIR/$2.toml
    {
        echo "[base]"
        echo "id = $1"
        echo "name = \"$2\""
        echo "cpu_num = $3"
        (($# < 5)) || printf '%s\n' "${@:5}"
        echo "[kernel]"
        echo "kernel_path = \"${vm_kernel:-/sbin/skernel-x86}\""
        echo "cmdline = \"$4\""
        echo "memory_regions = [{ gpa = 0, size = $((${vm_mib:-8} << 20)) }]"
    } >"$file"
    vms+="${vms:+ }$file"
}

# assert_registers_kept ROUNDS CPU...: skernel-x86's stress-registers has looked
# more often than that on each of its CPUs, and found them whole.
assert_registers_kept() {
    local cpu rounds
    for cpu in "${@:2}"; do
        rounds=$(value_of "stress-registers: CPU $cpu: ")
        assert_equal "${rounds#* }" "rounds: good"
        ((${rounds%% *} > $1)) || fail "CPU $cpu: $rounds of $1"
    done
}

# session NUMBER: one of the sessions of gdb that docs/debugging.md shows, and
# the commands in it.
session() {
    awk -v wanted="$1" '/^```/ { inside = /gdb/ && ++number == wanted; next }
        inside' "$root/docs/debugging.md"
}

session_commands() {
    session "$1" | sed -nE 's/^\(gdb\) //p'
}

# assert_session NUMBER: what the page shows has been said, in that order.
# Addresses differ, and … stands for anything.
assert_session() {
    local line real pattern rest
    rest=$(sed -E 's/0x[0-9a-f]+/0x0/g' <<<"$output")
    while IFS= read -r line; do
        [[ $line != "(gdb) "* && -n $line ]] || continue
        pattern=$(sed -E 's/0x[0-9a-f]+/0x0/g; s/[][\\*?]/\\&/g; s/…/*/g' \
            <<<"$line")
        # shellcheck disable=SC2053,SC2295  # a pattern is wanted
        real=${rest#*$pattern}
        [[ $real != "$rest" ]] ||
            fail "not said, or not in this order: $line"$'\n'"$output"
        rest=$real
    done < <(session "$1")
}

# console LABEL [SETTING=VALUE...]: a boot of h5 whose management console gets
# the commands on standard input. ARGS= has to have `monitor` among its words.
console() {
    local input=$BATS_FILE_TMPDIR/$1.input
    cat >"$input"
    boot_input=$input boot "$1" h5 ARGS=monitor "${@:2}"
}
