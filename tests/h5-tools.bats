#!/usr/bin/env bats
# The virtual machines that a disk describes: how they get there, and how a
# kernel reads them from it.

load helper

# write_vm FILE ID KERNEL: a description.
write_vm() {
    cat >"$1" <<END
# "/boot/remark" is no file that the machine needs.
[base]
id = $2
name = "vm$2"
cpu_num = 3
[kernel]
kernel_path = "$3"
memory_regions = [[0, 0x400000, 7, 0]]
END
}

setup_file() {
    export TEST_ACCEL=tcg TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    local folder=$BATS_FILE_TMPDIR
    a_disk "$TEST_DISK"
    local sample
    for sample in "$root"/h5-multivcpu/samples/*.toml; do
        DISK=$TEST_DISK "$root/update_disk.sh" "$sample" \
            "/vms/$(basename "$sample")"
    done

    mkdir "$folder/one" "$folder/two"
    write_vm "$folder/one/first.toml" 8 /boot/kernel.elf
    echo "a kernel of 25 characters" | tr -d '\n' >"$folder/one/kernel.elf"
    echo "a remark" >"$folder/one/remark"
    write_vm "$folder/two/Zero.toml" 9 /sbin/skernel-x86
    write_vm "$folder/two/wrong.toml" 300 /sbin/skernel-x86

    boot samples vms
    boot mine vms VMS="$folder/two/Zero.toml  $folder/one/first.toml"
    boot wrong vms VMS="$folder/one/first.toml $folder/two/wrong.toml"
    boot again vms
    boot one endings GUEST="$root/LICENSE" VCPUS=4 GUEST_MEM=64 \
        GUEST_ARGS=smp ARGS=a
}

@test "the samples are read from the disk, in the order of their names" {
    look_at samples
    assert_equal "$status" 0
    local size
    size=$(stat -c %s "$root/build/gcc/skernel-x86.elf")
    assert_in_order \
        "/vms/alpha.toml: 1 alpha: 2 CPUs, 32 MiB, /sbin/skernel-x86 ($size bytes) \"smp\"" \
        "/vms/beta.toml: 2 beta: 2 CPUs, 32 MiB, /sbin/skernel-x86 ($size bytes) \"smp\""
}

@test "VMS= takes the place of the samples, and brings what lies beside it" {
    look_at mine
    assert_equal "$status" 0
    assert_in_order "vms: \"\"" \
        "/vms/first.toml: 8 vm8: 3 CPUs, 4 MiB, /boot/kernel.elf (25 bytes) \"\"" \
        "/vms/Zero.toml: 9 vm9: 3 CPUs, 4 MiB, /sbin/skernel-x86"
    refute_output --partial "alpha"
    refute_output --partial "(0 bytes)"
}

@test "a mistake is told with file, line and column" {
    look_at wrong
    assert_equal "$status" 1
    assert_line "/vms/wrong.toml:3:1: id takes 0 to 255, not 300"
}

@test "VMS= leaves the disk as it was" {
    look_at again
    assert_equal "$status" 0
    assert_output --partial "alpha"
    refute_output --partial "first"
    run mdir -i "$TEST_DISK" -b ::/boot/
    assert_failure
}

@test "VCPUS= and GUEST_MEM= become words for the one guest" {
    look_at one
    assert_equal "$status" 0
    assert_line 'endings: "a guest=/sbin/LICENSE vcpus=4 mem=64 -- smp"'
}

# refuses TEXT SETTING=VALUE... NAME: status 2 and one line with the text.
refuses() {
    local text=$1
    shift
    run env DISK="$TEST_DISK" ACCEL=tcg "${@:1:$#-1}" "$root/tools/run" \
        "${@: -1}"
    assert_equal "$status" 2
    assert_line --partial "$text"
    refute_output --partial "line "
}

@test "settings of virtual machines that make no sense are refused" {
    local folder=$BATS_FILE_TMPDIR file
    : >"$folder/empty.toml"
    cp "$folder/one/first.toml" "$folder/a b.toml"
    cp "$folder/one/first.toml" "$folder/first.txt"
    mkdir "$folder/three"
    cp "$folder/one/first.toml" "$folder/three/FIRST.toml"
    file=$folder/one/first.toml

    refuses "VMS: '/no/such.toml' is not a file" VMS=/no/such.toml endings
    refuses "VMS: '$folder' is not a file" VMS="$folder" endings
    refuses "VMS: '$folder/empty.toml' is not a file that can be read, or" \
        VMS="$folder/empty.toml" endings
    refuses "VMS: '$folder/a' is not a file" VMS="$folder/a b.toml" endings
    refuses "VMS: 'first.txt' has to be letters" VMS="$folder/first.txt" \
        endings
    refuses "VMS: two files are called 'FIRST.toml'" \
        VMS="$file $folder/three/FIRST.toml" endings
    refuses "VMS names more than 16 files" \
        VMS="$(printf '/no/such.toml %.0s' {1..17})" endings
    refuses "VMS is one line" VMS=$'\na.toml' endings
    refuses "VMS= says all of its guests" VMS="$file" GUEST="$root/LICENSE" \
        endings
    refuses "VMS= says all of its guests" VMS="$file" VCPUS=2 endings
    refuses "VMS= says all of its guests" VMS="$file" GUEST_ARGS=smp endings
    refuses "VMS= and VCPUS= need a stage" VMS="$file" h4
    refuses "VMS= and VCPUS= need a stage" VCPUS=2 h3
    refuses "VMS= and VCPUS= need a stage" VMS="$file" DISK=none endings
    refuses "VCPUS='9' is not a number from 1 to 8" VCPUS=9 endings
    refuses "VCPUS='0' is not a number from 1 to 8" VCPUS=0 endings
    refuses "GUEST_MEM='x' is not a number from 1 to 65536" GUEST_MEM=x endings
    refuses "GUEST_MEM= needs a stage" GUEST_MEM=64 h2
}

@test "make hands the settings on" {
    run env DISK="$TEST_DISK" make --no-print-directory -C "$root" run \
        A=endings ACCEL=tcg VCPUS=2 GUEST_MEM=16
    assert_success
    assert_line 'endings: "vcpus=2 mem=16"'
    run make --no-print-directory -C "$root" run A=endings \
        VMS="/no such.toml"
    assert_equal "$status" 2
    assert_line --partial "VMS: '/no' is not a file"
}

@test "disk.img gets the samples, and later only newer ones" {
    local tree=$BATS_TEST_TMPDIR/tree
    mkdir -p "$tree/build/gcc" "$tree/h5-multivcpu/samples"
    cp -a "$root/tools" "$root/update_disk.sh" "$tree"
    cp "$root"/h5-multivcpu/samples/*.toml "$tree/h5-multivcpu/samples"
    echo "payload" >"$tree/build/gcc/skernel-x86.elf"
    "$tree/tools/refresh-disk"
    mtype -i "$tree/disk.img" ::/vms/alpha.toml |
        cmp - "$root/h5-multivcpu/samples/alpha.toml"
    mtype -i "$tree/disk.img" ::/vms/beta.toml |
        cmp - "$root/h5-multivcpu/samples/beta.toml"
    assert_equal "$(mtype -i "$tree/disk.img" ::/sbin/skernel-x86)" payload

    # What somebody has changed on the disk stays, until the sample changes.
    DISK=$tree/disk.img "$tree/update_disk.sh" "$root/LICENSE" /vms/beta.toml
    run "$tree/tools/refresh-disk"
    assert_output ""
    echo "# newer" >>"$tree/h5-multivcpu/samples/alpha.toml"
    touch -d "1 minute" "$tree/h5-multivcpu/samples/alpha.toml"
    "$tree/tools/refresh-disk"
    mtype -i "$tree/disk.img" ::/vms/alpha.toml | grep -q "^# newer"
    mtype -i "$tree/disk.img" ::/vms/beta.toml | cmp - "$root/LICENSE"
}
