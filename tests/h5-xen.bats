#!/usr/bin/env bats
# h5-multivcpu: a guest that nobody wrote for this tour. Xen is a hypervisor for
# machines without VT-x, too: it starts the CPUs, programs every interrupt
# controller and timer, and gives up where its first guest should be.

load helper

setup_file() {
    local xen
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img TIMEOUT=240
    xen=$("$root/tools/xen" 2>&1) || {
        export NO_XEN=$xen
        return
    }
    a_disk "$TEST_DISK"
    boot_xen two SMP=2 VCPUS=2
    boot_xen eight SMP=2 VCPUS=8
    XEN_ARGS=x2apic=0 boot_xen xapic CPU=corei5_arrandale_m520 VCPUS=4
}

# boot_xen LABEL SETTING=VALUE...: a kernel that is not one for Xen is enough
# for a first guest.
boot_xen() {
    local label=$1 words="console=com1 com1=115200,8n1 loglvl=all noreboot"
    shift
    boot "$label" h5 "$@" GUEST="$xen" GUEST_MEM=256 MEM=512 \
        GUEST_MODULES="$root/build/gcc/skernel-x86.elf dom0" \
        GUEST_ARGS="xen $words ${XEN_ARGS:-}"
}

setup() {
    [[ -z ${NO_XEN:-} ]] || skip "$NO_XEN"
}

@test "Xen finds its memory and its machine" {
    look_at two
    assert_line --partial "(XEN)  [0000000000100000, 000000000fffffff] (usable)"
    assert_line "(XEN) System RAM: 255MB (261756kB)"
    assert_line "(XEN) found SMP MP-table at 0009fc10"
    assert_line "(XEN) Using ACPI (MADT) for SMP configuration information"
    assert_line "(XEN) ACPI: PM-Timer IO Port: 0x608 (24 bits)"
    assert_line --partial "IOAPIC[0]: apic_id 14, version 32, address 0xfec00000"
}

@test "its clocks agree" {
    on_bochs_only
    look_at two
    assert_line "(XEN) Platform timer is 3.580MHz ACPI PM Timer"
    # The TSC of this Bochs, measured by the PIT.
    assert_line --regexp '^\(XEN\) Detected (24\.9|25\.0)[0-9]+ MHz processor\.$'
}

@test "it brings up all CPUs, in x2APIC and in xAPIC mode" {
    look_at two
    assert_line --partial "Switched to APIC driver x2apic"
    assert_line "(XEN) Brought up 2 CPUs"
    look_at eight
    assert_line "(XEN) Brought up 8 CPUs"
    look_at xapic
    assert_line "(XEN) Not enabling x2APIC: disabled by cmdline."
    assert_line "(XEN) Brought up 4 CPUs"
}

@test "it gets as far as its own first guest, and ends" {
    local label
    for label in two eight xapic; do
        look_at "$label"
        assert_in_order "*** Building a PV Dom0 ***" "Not a Xen-ELF image" \
            "Could not construct domain 0" "VM 1 (guest) has ended well" \
            "Frames not given back: 0"
        assert_equal "$status" 0
    done
}
