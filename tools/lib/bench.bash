# shellcheck shell=bash
# What tools/bench measures of h5 beside the payload's bench in one guest.
# Sourced by tools/bench and tests/h5-bench.bats.

# bench_vm FOLDER ID CPUS CMDLINE [LINE...]: describes a virtual machine with
# the payload, which gets its memory lazily; further lines follow the memory's
# first region. Prints the file's name.
bench_vm() {
    local file=$1/vm-$2.toml
    {
        printf '[base]\nid = %s\nname = "vm-%s"\ncpu_num = %s\n' "$2" "$2" "$3"
        printf '[kernel]\nkernel_path = "/sbin/skernel-x86"\ncmdline = "%s"\n' \
            "$4"
        echo "lazy = true"
        echo "memory_regions = ["
        echo "    { gpa = 0, size = $((32 << 20)) },"
        (($# > 4)) && printf '%s\n' "${@:5}" || echo "]"
    } >"$file"
    echo "$file"
}

# Each of these prints the descriptions of some machines, for VMS=.

# Two guests that one CPU takes turns with.
bench_switch_vms() {
    bench_vm "$1" 1 1 bench-switch
    bench_vm "$1" 2 1 bench-switch-with=1
}

# One that measures, among 15 that wait for a key.
bench_16_vms() {
    local id
    bench_vm "$1" 1 1 bench
    for id in {2..16}; do
        bench_vm "$1" "$id" 1 echo
    done
}

# One with 16 regions of memory, and all the devices that there can be.
bench_16_regions_vms() {
    local i lines=()
    for i in {1..15}; do
        lines+=("    { gpa = $(((1 << 30) + (i << 26))), size = 0x20_0000 },")
    done
    bench_vm "$1" 1 1 bench "${lines[@]}" "]" "[devices]" "emu_devices = [" \
        '    { emu_type = "virtio-console" },' \
        '    { emu_type = "virtio-console" },' \
        '    { emu_type = "virtio-console" },' \
        '    { emu_type = "virtio-console" },' "]"
}

# What somebody types who waits for the first machine's end.
bench_commands() {
    printf '\001cvm wait 1 stopped\nquit\n'
}
