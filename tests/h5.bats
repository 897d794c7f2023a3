#!/usr/bin/env bats
# h5-multivcpu: a guest with several CPUs, on as many of the host, more or
# fewer; and two of them at once. What a guest finds is what the payload finds
# on the bare machine, check by check: tests/payload-smp.bats.

load helper

counts="1 2 4 8"

setup_file() {
    local cpus
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img TIMEOUT=240
    a_disk "$TEST_DISK"
    for sample in "$root"/h5-multivcpu/samples/*.toml; do
        DISK=$TEST_DISK "$root/update_disk.sh" "$sample" \
            "/vms/$(basename "$sample")" >/dev/null
    done
    boot bare skernel SMP=2 GUEST_ARGS="smp mp-table"
    for cpus in $counts; do
        boot "smp-$cpus" h5 SMP="$cpus" VCPUS="$cpus" \
            GUEST_ARGS="smp mp-table"
    done
    boot crowd h5 SMP=1 VCPUS=8 ARGS=slice=500 GUEST_ARGS="smp mp-table"
    boot pairs h5 SMP=2 VCPUS=4 GUEST_ARGS="smp mp-table"
    boot bios h5 GUEST="$root/build/guests/flat16-bios" GUEST_KIND=flat16
    boot samples h5 SMP=2
    boot some h5 SMP=4 VCPUS=1 ARGS=cpus=3
}

# What came of each check, of the machine with that prefix.
checks() {
    sed -nE "s/^${1:-}(smp: [a-z0-9-]+: .*)/\1/p" <<<"$output"
}

# The checks of the bare machine, and those that emulators have wrong.
expected_checks() {
    look_at bare
    (($(checks | wc -l) > 40))
    refute_line --partial "BAD"
    {
        checks
        printf 'smp: %s: good\n' apic-off {,x2apic-}ipi-nmi-two
    } | sort
}

# assert_smp VCPUS: the guest has so many CPUs, and each check went well.
assert_smp() {
    assert_equal "$status" 0
    assert_line "smp: $1 CPUs"
    assert_equal "$(checks | sort)" "$expected"
    assert_in_order "skernel-x86: done" \
        "The guest has switched its machine off" \
        "VM 1 (guest) has ended well" "VMX cleanup complete" \
        "Frames not given back: 0"
}

@test "a guest with 1, 2, 4 and 8 CPUs finds what the bare machine has" {
    local cpus
    expected=$(expected_checks)
    for cpus in $counts; do
        look_at "smp-$cpus"
        assert_line "CPUs that run guests: $cpus"
        assert_smp "$cpus"
    done
}

@test "so does one with eight CPUs on a single CPU" {
    expected=$(expected_checks)
    look_at crowd
    assert_line "CPUs that run guests: 1"
    assert_smp 8
}

@test "and one with four CPUs on two" {
    expected=$(expected_checks)
    look_at pairs
    assert_line "CPUs that run guests: 2"
    assert_smp 4
}

@test "the MP table is where a boot sector looks" {
    look_at bios
    assert_line "the data area is filled in: yes"
    assert_line "there is an MP table in the EBDA: yes"
}

@test "two machines of two CPUs each end well beside each other" {
    local prefix
    expected=$(expected_checks | grep -v ": mp-table:")
    look_at samples
    assert_equal "$status" 0
    for prefix in "vm1\| " "vm2\| "; do
        assert_equal "$(checks "$prefix" | sort)" "$expected"
        assert_line --regexp "^${prefix}smp: 2 CPUs$"
        assert_line --regexp "^${prefix}skernel-x86: done$"
        assert_line --regexp "^${prefix}status: 0 \(success\)$"
    done
    assert_line "VM 1 (alpha) has ended well"
    assert_line "VM 2 (beta) has ended well"
    assert_line "Frames not given back: 0"
}

@test "each line is one machine's, and says whose" {
    local line mine='skernel-x86: .*|smp: [0-9]+ CPUs|smp: [a-z0-9-]+: good'
    look_at samples
    while read -r line; do
        assert_regex "$line" "^vm[12]\| ($mine|status: 0 \(success\))$"
    done < <(grep -E 'vm[0-9]|smp|skernel' <<<"$output" |
        grep -vE '^(run|update_disk|VM [12] \(|terminal): ?|, loading /sbin')
    # They have been there at the same time: their lines take turns.
    (($(grep -oE '^vm[12]' <<<"$output" | uniq | wc -l) > 10))
}

@test "the second machine's memory came when it was touched" {
    look_at samples
    assert_line "Guest RAM: 32768 KiB, of which 32768 KiB have backing"
    backing=$(sed -nE 's/^Guest RAM: 32768 KiB, of which ([0-9]+) KiB.*/\1/p' \
        <<<"$output" | sort -n | head -n 1)
    ((backing > 0 && backing < 16384))
}

@test "uses no more CPUs of the host than it is told to" {
    look_at some
    assert_equal "$status" 0
    assert_line "CPUs that run guests: 3"
    assert_line "Frames not given back: 0"
}
