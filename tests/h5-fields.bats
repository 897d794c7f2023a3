#!/usr/bin/env bats
# h5-multivcpu: every field that describes a machine has its effect.

load helper

# vm ID CMDLINE [BASE [KERNEL [DEVICES]]]: a description with these lines in its
# tables; prints its path. Without other KERNEL lines it has 8 MiB.
vm() {
    local file=$BATS_FILE_TMPDIR/vm$1.toml
    local kernel=${4:-memory_regions = [[0, 0x80_0000, 7, 0]]}
    cat >"$file" <<END
[base]
id = $1
name = "m$1"
cpu_num = 1
${3:-}
[kernel]
kernel_path = "/sbin/skernel-x86"
cmdline = "$2"
$kernel
[devices]
${5:-}
END
    echo "$file"
}

# boot_typing LABEL TEXT SETTING...: h5, with something typed at its terminal.
boot_typing() {
    local boot_input=$BATS_FILE_TMPDIR/$1.input
    printf '%b' "$2" >"$boot_input"
    boot "$1" h5 "${@:3}"
}

# VM 3 is the clock: what is typed goes on when its time is over.
boot_cpus() {
    local last second clock
    last=$(vm 1 loop "phys_cpu_sets = [0b1100]")
    second=$(vm 2 loop "phys_cpu_ids = [1]")
    clock=$(vm 3 loop $'limit_ms = 30\nvm_type = "linux"\nphys_cpu_sets = [1]')
    boot_typing cpus "vm wait 3 stopped\nvm list\nvm show 1\nvm show 2\nvm show 3\nquit\n" \
        ARGS=monitor SMP=3 VMS="$last $second $clock"
}

boot_refusals() {
    local vms vga='passthrough_devices = [["vga", 0xe000_0000, 0xb_8000, 0x1000, 0]]'
    local ram='[0, 0x80_0000, 7, 0]' module='path = "/sbin/skernel-x86"'
    vms=$(vm 1 "" "phys_cpu_sets = [0b110]"
        vm 2 "" "phys_cpu_ids = [3]"
        vm 3 "" "" "memory_regions = [[0, 0x20_0000, 7, 0], [0x20_0000, 0x1000, 7, 1]]"
        vm 4 "" "" "memory_regions = [$ram, [0x90_0000, 0x1000, 3, 2]]"
        vm 5 "" "" "" "passthrough_ports = [[0x3f0, 0x3ff]]"
        vm 6 "" "" "" "passthrough_ports = [[0x1f0, 0x1f7]]"
        vm 7 "" "" "" 'passthrough_devices = [["apic", 0xe000_0000, 0xfee0_0000, 0x1000, 0]]'
        vm 8 "" "" "" "passthrough_ports = [[0x170, 0x177]]"
        vm 9 "" "" "" "passthrough_ports = [[0x177, 0x177]]"
        vm 10 "" "" "" "$vga"
        vm 11 "" "" "" "$vga"
        vm 12 "" "" "memory_regions = [$ram]
            modules = [{ $module, load_addr = 0x10_0000 }]"
        vm 13 "" "" "memory_regions = [$ram]
            modules = [{ $module, load_addr = 0x60_0000 }, { $module, load_addr = 0x60_1000 }]"
        vm 14 "" "" "memory_regions = [$ram]
            modules = [{ $module, load_addr = 0x7f_f000 }]"
        vm 15 "" "" "" 'emu_devices = [{ emu_type = "virtio-console", irq_id = 0 }]'
        vm 16 "" "" "" 'emu_devices = [["ivc", 0x8000_0000_0000, 0x1000, 0, 0x0a]]')
    boot refusals h5 VMS="${vms//$'\n'/ }"
}

boot_memory() {
    local vms ram='[0, 0x80_0000, 7, 0]'
    regions() {
        echo "memory_regions = [$ram, { gpa = 0x4000_0000, $1 }]"
    }
    # The first one is made first, and its frames are free.
    vms=$(vm 1 "touch=20" "" "memory_regions = [$ram, [0xc00_0000, 0x100_0000, 7, 1]]"
        vm 2 "write=0x40000fff jump=0x40000000" "" "$(regions 'size = 0x1000, rights = "rw"')"
        vm 3 "write=0x40000000 jump=0x40000000" "" "$(regions 'size = 0x1000, rights = "rwx"')"
        vm 4 "read=0x40000800 jump=0x40000800" "" "$(regions 'size = 0x1000, rights = "rx"')"
        vm 5 "touch=20" "" "$(regions 'size = 0x100_0000')"
        vm 6 "write=0x40400000" "" "$(regions 'size = 0x4000_0000, rights = "rw", lazy = true')"
        vm 7 "read=0x40000000 write=0x40000000" "" "$(regions 'size = 0x1000, rights = "r"')"
        vm 8 "read=0xfffffff0" "" "memory_regions = [$ram, [0xffff_0000, 0x1_0000, 5, 2]]")
    boot_typing memory "$(printf 'vm wait %s stopped\\n' {1..8})ept 5\nept 6\nept 1 0xc345678\nquit\n" \
        ARGS=monitor VMS="${vms//$'\n'/ }"
}

boot_devices() {
    local vms restart='on_reset = "restart"'
    printf 'Z' >"$BATS_FILE_TMPDIR/chip.bin"
    vms=$(vm 1 "virtio-console echo" "" "" 'emu_devices = [{ emu_type = "virtio-console" }]'
        vm 2 "read=0xffc00000" "" "" 'emu_devices = [{ emu_type = "flash", path = "/boot/chip.bin" }]'
        vm 3 "read=0xfffffff0" "" "" 'emu_devices = [{ emu_type = "flash", path = "host" }]'
        vm 4 "channel-publish messages=50" "" "" \
            'emu_devices = [["ivc", 0xd100_0000, 0x10_0000, 5, 0x0a]]'
        vm 5 "channel-subscribe=4" "" "memory_regions = [[0, 0x80_0000, 7, 0]]"
        vm 6 cdrom "" "" 'interrupt_mode = "passthrough"
            passthrough_ports = [{ first = 0x170, last = 0x177, irq = 15 }, [0x376, 0x376]]'
        vm 7 "in=0x92" "" "" "passthrough_ports = [[0x92, 0x92]]"
        vm 8 "read=0xe0000000 write=0xe0000000 reset" "$restart" "" \
            'passthrough_devices = [["vga", 0xe000_0000, 0xb_8000, 0x2000, 0]]
            excluded_devices = [[0xb_9000, 0x1000]]'
        vm 9 "read=0xe0000000 in=0x92" "" "" \
            'passthrough_ports = [[0x90, 0x92]]
            excluded_ports = [[0x92, 0x92]]
            passthrough_devices = [["vga", 0xe000_0000, 0xb_a000, 0x2000, 0]]
            excluded_devices = [[0xb_a000, 0x1000]]')
    boot_typing devices "vm wait 8 stopped\nconsole 1\nmake it louder\n\001c
$(printf 'vm wait %s stopped\\n' {1..9})quit\n" ARGS=monitor VMS="${vms//$'\n'/ }"
}

boot_life() {
    local vms restart='on_reset = "restart"'
    vms=$(vm 1 threads "limit_ms = 2000"
        vm 2 threads "limit_ms = 200" "" 'interrupt_mode = "none"'
        vm 3 triple-fault "$restart"
        vm 4 triple-fault
        vm 5 await=5 "on = false"
        vm 6 await=11 "on = false")
    boot_typing life "vm wait 3 stopped\nvm wait 2 stopped
vm list\nvm start 5\nvm start m6\nvm start 2\nvm interrupt 2 5\nvm wait 2 stopped
vm interrupt 5 4\nvm interrupt 5 24\nvm interrupt 5 5\nvm interrupt m6 11
vm wait 5 stopped\nvm wait 6 stopped\nquit\n" \
        ARGS=monitor SMP=2 VMS="${vms//$'\n'/ }"
}

boot_images() {
    local i modules="" vms words="ms=1 "
    while ((${#words} < 4095 - 20)); do
        words+="ms=1 "
    done
    for i in {1..31}; do
        echo "text $i" >"$BATS_FILE_TMPDIR/$i.txt"
        modules+="{ path = '/m/$i.txt', args = 'module $i' }, "
    done
    vms=$(vm 1 "${words}read=0x700000" "" "memory_regions = [[0, 0x80_0000, 7, 0]]
            ramdisk_path = '/m/1.txt'
            ramdisk_load_addr = 0x70_0000"
        vm 2 "" "" "memory_regions = [[0, 0x80_0000, 7, 0]]
            ramdisk_path = '/m/chip.bin'
            modules = [$modules]")
    sed -i 's/skernel-x86/multiboot2-modules/' "$BATS_FILE_TMPDIR/vm2.toml"
    ln -s "$root/build/guests/multiboot2-modules" "$BATS_FILE_TMPDIR/"
    boot images h5 VMS="${vms//$'\n'/ }"
}

setup_file() {
    export TEST_DISK=$BATS_FILE_TMPDIR/disk.img
    a_disk "$TEST_DISK"
    boot_cpus
    boot_refusals
    boot_memory
    boot_devices
    boot_life
    boot_images
}

@test "phys_cpu_sets and phys_cpu_ids say where a vCPU runs" {
    look_at cpus
    # The third one's time is up, which is a failure.
    assert_equal "$status" 1
    assert_line "VM 3 (m3) has failed"
    assert_line --regexp '^ +1  m1 +Running .* Running@2$'
    assert_line --regexp '^ +2  m2 +Running .* Running@1$'
    assert_line "vCPU 0: phys_cpu_set 0xc"
    assert_line "vCPU 0: phys_cpu_set 0xffffffff, begins on CPU 1"
}

@test "vm_type is for people, who are told" {
    look_at cpus
    assert_line "VM 3 (m3): vm_type linux, limit_ms 30, on_reset stop, interrupt_mode emulated"
}

@test "what a machine cannot have is refused, and why is told" {
    look_at refusals
    assert_equal "$status" 1
    assert_line "VM 1 (m1): vCPU 0: no CPU of its phys_cpu_sets is online; the mask is: 0x6"
    assert_line "VM 2 (m2): vCPU 0: the CPU of its phys_cpu_ids is not online, number: 0x3"
    assert_line "VM 3 (m3): memory: not all frames of an identical memory region are free; it begins at: 0x200000"
    assert_line "VM 4 (m4): memory: a reserved memory region lies in the host's RAM, at: 0x900000"
    assert_line "VM 15 (m15): devices: a virtio device has the interrupt of its slot, 16 for the first one, not: 0"
    assert_line "VM 16 (m16): channels: addresses for channels end beyond what the CPU can address, at: 0x800000001000"
    assert_line "Frames not given back: 0"
}

@test "what the hypervisor itself uses is not passed through" {
    look_at refusals
    assert_line "VM 5 (m5): pass-through: the hypervisor itself uses a port of those that are passed through from: 0x3f0"
    assert_line "VM 6 (m6): pass-through: the hypervisor itself uses a port of those that are passed through from: 0x1f0"
    assert_line "VM 7 (m7): pass-through: the hypervisor itself uses memory of a device that is passed through, at: 0xfee00000"
}

@test "nor is what another machine has" {
    look_at refusals
    refute_line --partial "VM 8 (m8): pass-through"
    assert_line "VM 9 (m9): pass-through: another virtual machine has the port: 0x177"
    refute_line --partial "VM 10 (m10): pass-through"
    assert_line "VM 11 (m11): pass-through: another virtual machine has the device's memory at: 0xb8000"
}

@test "a module lies over nothing else" {
    look_at refusals
    assert_line "VM 12 (m12): /sbin/skernel-x86: a module would lie over the guest's image, at: 0x100000"
    assert_line "VM 13 (m13): /sbin/skernel-x86: a module would lie over another one, at: 0x601000"
    assert_line "VM 14 (m14): /sbin/skernel-x86: a module would end beyond guest RAM or 4 GiB; it is to lie at: 0x7ff000"
}

@test "memory has the rights that its region says" {
    look_at memory
    # To be read: what is written is lost.
    assert_line "vm7| skernel-x86: read 0"
    assert_line "vm7| skernel-x86: written"
    assert_line "VM 7 (m7) has ended well"
    # To be written, not executed.
    assert_line "vm2| skernel-x86: written"
    assert_line --regexp '^instruction fetch from 0x40000000, which is mapped rw-'
    assert_line "The guest has been stopped: it executes RAM that it may not execute"
    # To be executed: 0x5a, which was written, takes the return address off the
    # stack, and 0 writes to where the guest has nothing.
    assert_line --regexp '^vm3\|   RIP 0000000040000001 '
    assert_line --regexp '^vm4\|   RIP 0000000040000800 '
}

@test "a guest finds and uses its further RAM, and large pages map it" {
    look_at memory
    assert_line "vm5| skernel-x86: touched 20480 KiB of 20480, 20480 read back well"
    assert_line --regexp '^gpa 0x000040000000-0x000040ffffff -> .* rwx WB 8 x 2M$'
}

@test "lazy memory has no frames but those that were touched" {
    look_at memory
    assert_line "VM 6 (m6) has ended well"
    # 8 MiB of RAM, and 2 MiB around the byte.
    assert_line "Guest RAM: 8192 KiB, of which 10240 KiB have backing"
    assert_line --regexp '^gpa 0x000040400000-0x0000405fffff -> .* rw- WB 1 x 2M$'
    refute_line --partial "gpa 0x000040000000-0x0000401fffff"
}

@test "identical memory is at the same address for host and guest" {
    look_at memory
    assert_line "vm1| skernel-x86: touched 20480 KiB of 20480, 20480 read back well"
    assert_line "gpa 0xc345678 -> hpa 0xc345678, a page of 2048 KiB, rwx"
}

# The machine finds what it has written before it reset itself.
assert_device_keeps_a_byte() {
    assert_in_order "$1| skernel-x86: written" "$1| skernel-x86: read 0x5a" \
        "$1| skernel-x86: written"
}

@test "reserved memory is what the host has there" {
    look_at memory
    # Where a PC begins: a jump.
    assert_line "vm8| skernel-x86: read 0xea"
}

@test "a virtio console gets what is typed" {
    look_at devices
    assert_line "vm1| skernel-x86: hello over virtio"
    assert_line "vm1| make it louder"
    assert_line "VM 1 (m1) has ended well"
}

@test "a flash is a file, or the host's" {
    look_at devices
    assert_line "vm2| skernel-x86: read 0x5a"
    # Where a PC begins: a jump.
    assert_line "vm3| skernel-x86: read 0xea"
}

@test "an ivc-channel says where channels are, and which interrupt they have" {
    look_at devices
    assert_line "vm4| channel: published by guest 4 at 0xd1000000"
    assert_line "vm5| channel: subscribed to guest 4 at 0xc0000000"
    assert_line "vm4| channel: 50 messages, 0 damages: good"
    assert_line "vm5| channel: 50 messages, 0 damages: good"
}

@test "a device that is passed through is reached, and interrupts" {
    look_at devices
    assert_line --regexp '^vm6\| cdrom: the drive is ".*"$'
    assert_line --regexp '^vm6\| cdrom: the CD is called "ISOIMAGE *"$'
    assert_line --regexp '^vm6\| cdrom: [1-9][0-9]* interrupts: good$'
    assert_device_keeps_a_byte vm8
    # "System Control Port A": the A20 line is on.
    assert_line "vm7| skernel-x86: read 0x2"
}

@test "at what is kept back the guest finds nothing" {
    look_at devices
    assert_line "vm9| skernel-x86: read 0xff"
    # The port is the emulated machine's again.
    assert_line "vm9| skernel-x86: read 0x2"
}

@test "interrupt_mode none: no device interrupts" {
    look_at life
    assert_line "VM 1 (m1) has ended well"
    assert_line --regexp '^vm1\| threads: '
    assert_line 'vm2| skernel-x86: command line "threads"'
    refute_line --partial "vm2| threads: "
    assert_line "VM 2 (m2): its interrupt_mode is none; there is no line: 0x5"
}

@test "limit_ms ends a machine" {
    look_at life
    assert_in_order "VM 2 (m2), vCPU 0:" "The guest's time is up"
    assert_line "VM 2 (m2) has failed"
}

@test "on = false waits for vm start" {
    look_at life
    assert_line --regexp '^ +5  m5 +Loaded '
    assert_in_order "VM 5 (m5) is Running" "vm5| skernel-x86: hello"
}

@test "vm interrupt pulses a line of any machine" {
    look_at life
    assert_line "VM 5 (m5): a device of the machine's own has the interrupt line: 0x4"
    assert_line "VM 5 (m5): an interrupt line is a number below 24, not: 0x18"
    assert_line "vm5| await: interrupt 5 has come"
    assert_line "vm6| await: interrupt 11 has come"
    assert_line "VM 6 (m6) has ended well"
}

@test "a machine that resets itself stops, or is booted again, but not for ever" {
    look_at life
    assert_equal "$(grep -c "^vm3| skernel-x86: hello" <<<"$output")" 11
    assert_line "VM 3 (m3) has reset itself 11 times in a row within a second, and stays off"
    assert_line "VM 3 (m3) has failed"
    assert_equal "$(grep -c "^vm4| skernel-x86: hello" <<<"$output")" 1
    assert_line "VM 4 (m4) has failed"
}

@test "a module lies where it is wanted, behind a long command line" {
    look_at images
    # The t of its text.
    assert_line "vm1| skernel-x86: read 0x74"
}

@test "a machine has up to 32 modules" {
    look_at images
    assert_equal "$status" 0
    assert_in_order "module: module 1" "text 1" "module: module 31" "text 31"
    # The RAM disk, which is the first of the 32, has no text to show.
    assert_equal "$(grep -c "module: module " <<<"$output")" 31
}
