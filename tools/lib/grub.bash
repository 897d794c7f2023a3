# shellcheck shell=bash
# What GRUB is told about a kernel. Sourced by tools/make-cd and
# tools/make-iso.

# A blank, and a word of the command line, quoted for GRUB, to which nothing is
# special between single quotes.
quote() {
    printf " '%s'" "${1//\'/\'\\\'\'}"
}

# load_line NAME COMMAND-LINE: the command that loads a kernel. The words reach
# it with one blank between them. set -f: a word is never taken for a file name
# pattern.
load_line() {
    local word
    printf 'multiboot2 /boot/%s' "$1"
    set -f
    for word in $2; do
        quote "$word"
    done
    set +f
}

# report_lines NAME: says on the serial port that the kernel could not be
# loaded, and switches off.
report_lines() {
    printf '%s\n' "serial --unit=0 --speed=115200" \
        "terminal_output serial" \
        "echo \"GRUB cannot load the kernel $1\"" \
        "halt"
}

# Symbols stay: GRUB hands them to the kernel, which names the functions of a
# back-trace with them. Debugging sections would only cost time.
put_kernel() {
    objcopy --strip-debug "$1" "$2/boot/${1##*/}"
}

# read_usage SELF ARGUMENTS...: sets elf, image and command_line.
# shellcheck disable=SC2034  # who sources this reads them
read_usage() {
    local self=$1
    shift
    if (($# < 2)); then
        echo "$self: usage: tools/$self KERNEL.elf OUT.iso [COMMAND-LINE]" >&2
        exit 2
    fi
    elf=$1 image=$2 command_line=${3-}
    if [[ $command_line == *[[:cntrl:]]* ]]; then
        echo "$self: the command line holds a control character" >&2
        exit 2
    fi
}
