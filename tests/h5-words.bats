#!/usr/bin/env bats
# h5-multivcpu: what it refuses, of its command line, its disk and the
# descriptions there, and what it says then.

load helper

# The words that make no sense, by label.
declare -A bad=(
    [no-vcpu]="vcpus=0" [nine-vcpus]="vcpus=9" [no-cpu]="cpus=0"
    [short]="slice=99" [long]="slice=1000001" [unknown]="seeds=1-2"
    [mem]="vcpus=2 mem=0"
)

# A disk with the payload and the descriptions that are named.
disk_with() {
    local file
    cp "$TEST_DISK" "$BATS_FILE_TMPDIR/with.img"
    for file in "$@"; do
        DISK=$BATS_FILE_TMPDIR/with.img "$root/update_disk.sh" "$file" \
            "/vms/$(basename "$file")" >/dev/null
    done
    echo "$BATS_FILE_TMPDIR/with.img"
}

setup_file() {
    local label i vms=""
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img TIMEOUT=240
    a_disk "$TEST_DISK"
    # What is wrong with these is found before VMX is switched on.
    for label in "${!bad[@]}"; do
        boot "bad-$label" h5 ACCEL=tcg ARGS="${bad[$label]}"
    done

    boot no-disk h5 DISK=none
    boot no-vms h5
    boot no-description h5 DISK="$(disk_with "$root/LICENSE")"
    for ((i = 1; i <= 17; i++)); do
        describe_vm "$i" "vm$i" 1 ""
    done
    # shellcheck disable=SC2086  # words, each a file
    boot seventeen h5 DISK="$(disk_with $vms)"
    boot_described
}

# Two machines, of which the second one is wrong.
boot_described() {
    local label files=$BATS_FILE_TMPDIR vms=""
    describe_vm 1 good 1 ""
    describe_vm 2 broken 1 "" 'vm_type = "rtos'
    describe_vm 2 nine 9 ""
    describe_vm 1 twice 1 ""
    vm_kernel=/no/such describe_vm 2 no-kernel 1 ""
    vm_mib=64 describe_vm 2 no-room 2 ""
    for label in broken nine twice no-kernel no-room; do
        boot "$label" h5 MEM=64 VMS="$files/good.toml $files/$label.toml"
    done
    describe_vm 1 no-word 1 nonsense
    boot no-word h5 VMS="$files/no-word.toml"
}

# refused LABEL STATUS LINE: with that status, that line, and nothing left.
refused() {
    look_at "$1"
    assert_line "$3"
    assert_equal "$status" "$2"
    refute_line --partial "Panic"
}

# The same after VMX has been switched on.
refused_on() {
    refused "$@"
    refute_line --partial "skernel-x86: hello"
    assert_in_order "$3" "VMX cleanup complete" "Frames not given back: 0"
}

@test "words of the command line that make no sense" {
    refused bad-no-vcpu 2 "vcpus= takes a number from 1 to 8"
    refused bad-nine-vcpus 2 "vcpus= takes a number from 1 to 8"
    refused bad-no-cpu 2 "cpus= takes a number from 1 to 32"
    refused bad-short 2 "slice= takes a number from 100 to 1000000"
    refused bad-long 2 "slice= takes a number from 100 to 1000000"
    refused bad-mem 2 "mem= takes a number of MiB from 1 to 65536"
    look_at bad-unknown
    assert_equal "$status" 2
    assert_line --partial "seeds=1-2"
}

@test "a machine without a disk, or without descriptions on it" {
    look_at no-disk
    assert_equal "$status" 1
    assert_line --regexp "^Disk: no ATA hard disk"
    assert_line "Frames not given back: 0"
    look_at no-vms
    assert_equal "$status" 1
    assert_line --regexp "^/vms: .*: 0x"
    refused_on no-description 1 "/vms: no file NAME.toml describes a VM"
}

@test "a mistake in a description, with file, line and column" {
    refused_on broken 1 "/vms/broken.toml:5:16: a string has no closing quotation mark"
    refused_on nine 1 "/vms/nine.toml:4:1: cpu_num takes 1 to 8, not 9"
    refused_on twice 1 \
        "/vms/twice.toml:2:1: id 1 is that of /vms/good.toml already"
    refused_on seventeen 1 "/vms: more than 16 files describe VMs"
}

@test "a kernel that is not there, and memory that is not there" {
    refused_on no-kernel 1 "VM 2 (no-kernel): /no/such: no such file; the \
path is unknown from character: 0x1"
    look_at no-room
    assert_equal "$status" 1
    assert_line --partial "VM 2 (no-room): memory: "
    assert_line "Frames not given back: 0"
    assert_in_order "VM 1 (good)" "VM 2 (no-room)"
}

@test "a guest that refuses its command line has failed, and so has the run" {
    look_at no-word
    assert_equal "$status" 1
    assert_line "VM 1 (no-word) has failed"
    assert_line "Frames not given back: 0"
}
