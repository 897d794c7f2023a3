/*
 * modules: h5-multivcpu/config/toml.c h5-multivcpu/config/toml_key.c
 * modules: h5-multivcpu/config/toml_reader.c h5-multivcpu/config/toml_string.c
 * modules: h5-multivcpu/config/toml_text.c h5-multivcpu/config/toml_tree.c
 * modules: h5-multivcpu/config/toml_value.c h5-multivcpu/config/toml_word.c
 * modules: h5-multivcpu/config/vm_config.c h5-multivcpu/config/config_base.c
 * modules: h5-multivcpu/config/config_devices.c
 * modules: h5-multivcpu/config/config_emulated.c
 * modules: h5-multivcpu/config/config_error.c h5-multivcpu/config/config_job.c
 * modules: h5-multivcpu/config/config_kernel.c
 * modules: h5-multivcpu/config/config_memory.c
 * modules: h5-multivcpu/config/config_modules.c
 * modules: h5-multivcpu/config/config_pass.c
 * modules: h5-multivcpu/config/config_ports.c
 * modules: h5-multivcpu/config/config_ranges.c
 * modules: h5-multivcpu/config/config_record.c
 * modules: h5-multivcpu/config/config_value.c common/lib/printk.c
 *
 * What is said of a description that is wrong, and of which line.
 */
#include "config/vm_config.h"
#include "config_text.h"
#include "unit.h"

#define BASE "[base]\nid = 3\nname = 'x'\ncpu_num = 2\n"
#define KERNEL                           \
	"[kernel]\nkernel_path = '/k'\n" \
	"memory_regions = [[0, 0x20_0000, 7, 0]]\n"
#define REGIONS BASE "[kernel]\nmemory_regions = "
#define DEVICES BASE KERNEL "[devices]\n"

static const struct {
	const char *text, *says;
} wrong[] = {
	{"", "1:1: base is missing in the file"},
	{"base = 5", "1:1: [base] is a table, not an integer"},
	{"[base]\n[kernel]\n[devices]\n[kernal]",
	 "4:2: the file has no 'kernal'; did you mean kernel?"},
	{"[[base]]", "1:3: [base] is a table, not an array"},
	{"[base]", "1:2: id is missing in [base]"},
	{"[base]\nid = 256", "2:1: id takes 0 to 255, not 256"},
	{"[base]\nid = -1", "2:1: id takes 0 to 255, not -1"},
	{"[base]\nid = '1'", "2:1: id takes an integer, not a string"},
	{"[base]\nid = 1", "1:2: name is missing in [base]"},
	{"[base]\nid = 1\nname = ''",
	 "3:1: name takes letters, digits and . _ - alone, and at least one"},
	{"[base]\nid = 1\nname = 'a b'",
	 "3:1: name takes letters, digits and . _ - alone, and at least one"},
	{"[base]\nid = 1\nname = 'abcdefghijklmnopqrstuvwxyz012345'",
	 "3:1: name takes at most 31 bytes, not 32"},
	{"[base]\nid = 1\nname = 'x'", "1:2: cpu_num is missing in [base]"},
	{"[base]\nid = 1\nname = 'x'\ncpu_num = 0",
	 "4:1: cpu_num takes 1 to 8, not 0"},
	{"[base]\nid = 1\nname = 'x'\ncpu_num = 9",
	 "4:1: cpu_num takes 1 to 8, not 9"},
	{"[base]\nid = 1\nname = 'x'\ncpunum = 2",
	 "4:1: [base] has no 'cpunum'; did you mean cpu_num?"},
	{"[base]\nid = 1\nname = 'x'\ncolour = 2",
	 "4:1: [base] has no 'colour'; there are id, name, vm_type, cpu_num, "
	 "phys_cpu_ids, phys_cpu_sets, on, limit_ms, on_reset"},
	{BASE "limits = 2", "5:1: [base] has no 'limits'; did you mean "
			    "limit_ms?"},
	{BASE "limited = 2", "5:1: [base] has no 'limited'; there are id, "
			     "name, vm_type, cpu_num, phys_cpu_ids, "
			     "phys_cpu_sets, on, limit_ms, on_reset"},
	{BASE "on_reset = 'again'", "5:1: on_reset takes one of stop, restart"},
	{BASE "vm_type = 3",
	 "5:1: vm_type takes one of host (0), rtos (1), linux (2)"},
	{BASE "vm_type = 'bsd'",
	 "5:1: vm_type takes one of host (0), rtos (1), linux (2)"},
	{BASE "on = 1", "5:1: on takes a boolean, not an integer"},
	{BASE "limit_ms = 0", "5:1: limit_ms takes 1 to 86400000, not 0"},
	{BASE "phys_cpu_ids = 1",
	 "5:1: phys_cpu_ids takes an array, not an integer"},
	{BASE "phys_cpu_ids = [1]",
	 "5:1: phys_cpu_ids takes a number for each of the 2 CPUs of cpu_num, "
	 "not 1"},
	{BASE "phys_cpu_ids = [0, 32]",
	 "5:20: phys_cpu_ids takes 0 to 31, not 32"},
	{BASE "phys_cpu_ids = [0, 1, 2, 3, 4, 5, 6, 7, 8]",
	 "5:1: phys_cpu_ids takes at most 8, not 9"},
	{BASE "phys_cpu_sets = [1, 2, 3]",
	 "5:1: phys_cpu_sets takes a number for each of the 2 CPUs of "
	 "cpu_num, not 3"},
	{BASE "phys_cpu_sets = [1, 0]",
	 "5:21: phys_cpu_sets takes 0x1 to 0xffffffff, not 0"},
	{BASE "phys_cpu_sets = [1, 0x1_0000_0000]",
	 "5:21: phys_cpu_sets takes 0x1 to 0xffffffff, not 0x100000000"},
	{BASE "phys_cpu_sets = [1, true]",
	 "5:21: phys_cpu_sets takes an integer, not a boolean"},
	{BASE "phys_cpu_ids = [0, 1]\nphys_cpu_sets = [1, 1]",
	 "5:20: phys_cpu_ids has CPU 1 for CPU 1, whose phys_cpu_sets is 0x1"},
	{BASE, "1:1: kernel is missing in the file"},
	{BASE "[kernel]", "5:2: memory_regions is missing in [kernel]"},
	{REGIONS "1", "6:1: memory_regions takes an array, not an integer"},
	{REGIONS "[]",
	 "6:1: memory_regions needs RAM: a region at gpa 0 of 2 MiB or more, "
	 "with rights rwx and type alloc"},
	{REGIONS "[1]",
	 "6:19: a memory region is a table or an array, not an integer"},
	{REGIONS "[[0, 0x200000, 7]]",
	 "6:19: a memory region as an array has 4 values, not 3: [gpa, size, "
	 "flags, map_type]"},
	{REGIONS "[[0, 0x200000, 7, 0, 1]]",
	 "6:19: a memory region as an array has 4 values, not 5: [gpa, size, "
	 "flags, map_type]"},
	{REGIONS "[[1, 0x200000, 7, 0]]",
	 "6:20: gpa takes a multiple of 4 KiB, 0x1000, not 0x1"},
	{REGIONS "[[0, 0x200001, 7, 0]]",
	 "6:23: size takes a multiple of 4 KiB, 0x1000, not 0x200001"},
	{REGIONS "[[0, 0, 7, 0]]",
	 "6:23: size takes 0x1000 to 0x1000000000000, not 0"},
	{REGIONS "[[-4096, 4096, 7, 0]]",
	 "6:20: gpa takes 0 to 0x1000000000000, not -0x1000"},
	{REGIONS "[[0, 0x200000, 8, 0]]",
	 "6:33: flags takes one of r (1), rw (3), rx (5), rwx (7)"},
	{REGIONS "[[0, 0x200000, 2, 0]]",
	 "6:33: flags takes one of r (1), rw (3), rx (5), rwx (7)"},
	{REGIONS "[[0, 0x200000, 7, 3]]",
	 "6:36: map_type takes one of alloc (0), identical (1), reserved (2)"},
	{REGIONS "[[0, 0x200000, 'wx', 'malloc']]",
	 "6:33: flags takes one of r (1), rw (3), rx (5), rwx (7)"},
	{REGIONS "[[0, 0x1ff000, 7, 0]]",
	 "6:1: memory_regions needs RAM: a region at gpa 0 of 2 MiB or more, "
	 "with rights rwx and type alloc"},
	{REGIONS "[[0x200000, 0x200000, 7, 0]]",
	 "6:1: memory_regions needs RAM: a region at gpa 0 of 2 MiB or more, "
	 "with rights rwx and type alloc"},
	{REGIONS "[[0, 0x200000, 7, 1]]",
	 "6:1: memory_regions needs RAM: a region at gpa 0 of 2 MiB or more, "
	 "with rights rwx and type alloc"},
	{REGIONS "[[0, 0x200000, 3, 0]]",
	 "6:1: memory_regions needs RAM: a region at gpa 0 of 2 MiB or more, "
	 "with rights rwx and type alloc"},
	{REGIONS "[{gpa = 0}]", "6:19: size is missing in a memory region"},
	{REGIONS "[{size = 4096}]", "6:19: gpa is missing in a memory region"},
	{REGIONS "[{gpa = 0, size = 4096, lasy = true}]",
	 "6:42: a memory region has no 'lasy'; did you mean lazy?"},
	{REGIONS "[{gpa = 0, size = 4096, flags = 7, rights = 7}]",
	 "6:53: rights says again what flags says"},
	{REGIONS "[{gpa = 0, size = 4096, type = 1, lazy = true}]",
	 "6:52: lazy is for a region of type alloc"},
	{REGIONS "[[0, 0x200000, 7, 0],\n[0x1ff000, 0x1000, 7, 0]]",
	 "7:1: memory at 0x1ff000-0x1fffff overlaps memory, of line 6, at "
	 "0-0x1fffff"},
	{REGIONS "[[0, 0xfec01000, 7, 0]]",
	 "6:19: memory at 0-0xfec00fff overlaps the IO-APIC, every machine's, "
	 "at 0xfec00000-0xfec00fff"},
	{REGIONS "[[0xfee00000, 0x1000, 7, 0]]",
	 "6:19: memory at 0xfee00000-0xfee00fff overlaps the local APIC, "
	 "every machine's, at 0xfee00000-0xfee00fff"},
	{REGIONS "[[0xfffffffff000, 0x2000, 7, 0]]",
	 "6:19: memory ends at 0x1000000001000; addresses end at "
	 "0x1000000000000"},
	{REGIONS "[[0x1000000000000, 0x1000, 7, 0]]",
	 "6:19: memory ends at 0x1000000001000; addresses end at "
	 "0x1000000000000"},
	{REGIONS "[[0, 0x2000000000000, 7, 0]]",
	 "6:23: size takes 0x1000 to 0x1000000000000, not 0x2000000000000"},
	{REGIONS "[[0, 0x200000, 7, 0]]",
	 "5:2: kernel_path is missing in [kernel]"},
	{REGIONS "[[0, 0x200000, 7, 0]]\nkernel_path = 'k'",
	 "7:1: kernel_path takes a file on the disk, which begins with /"},
	{REGIONS "[[0, 0x200000, 7, 0]]\nkernel_path = '/'",
	 "7:1: kernel_path takes a file on the disk, which begins with /"},
	{REGIONS "[[0, 0x200000, 7, 0]]\nkernel_path = 1",
	 "7:1: kernel_path takes a string, not an integer"},
	{REGIONS "[[0, 0x200000, 7, 0]]\nkernel_path = \"/\\u0000\"",
	 "7:1: kernel_path takes no control characters, as \\x00 is"},
	{BASE KERNEL "bios_path = '/bios'",
	 "8:1: bios_path is not used here: a guest is started by the "
	 "hypervisor, without a BIOS"},
	{BASE KERNEL "bios_load_addr = 4096",
	 "8:1: bios_load_addr is not used here: there is no BIOS"},
	{BASE KERNEL "dtb_path = '/dtb'",
	 "8:1: dtb_path is not used here: an x86 guest reads ACPI tables, no "
	 "device tree"},
	{BASE KERNEL "dtb_load_addr = 4096",
	 "8:1: dtb_load_addr is not used here: there is no device tree"},
	{BASE KERNEL "image_location = 'memory'",
	 "8:1: image_location takes fs"},
	{BASE KERNEL "image_kind = 'linux'",
	 "8:1: image_kind takes one of auto, multiboot1, multiboot2, flat, "
	 "flat16"},
	{BASE KERNEL "image_kind = 1",
	 "8:1: image_kind takes one of auto, multiboot1, multiboot2, flat, "
	 "flat16"},
	{BASE KERNEL "lazy = 'yes'", "8:1: lazy takes a boolean, not a string"},
	{BASE KERNEL "kernel_load_addr = 0x100000",
	 "8:1: kernel_load_addr is for image_kind flat or flat16; other "
	 "images say it themselves"},
	{BASE KERNEL "image_kind = 'multiboot1'\nentry_point = 0x100000",
	 "9:1: entry_point is for image_kind flat or flat16; other images say "
	 "it themselves"},
	{BASE KERNEL "image_kind = 'flat'\nkernel_load_addr = 0x200000",
	 "9:1: kernel_load_addr takes 0 to 0x1fffff, not 0x200000"},
	{BASE KERNEL "image_kind = 'flat'\nentry_point = 0x200000",
	 "9:1: entry_point takes 0 to 0x1fffff, not 0x200000"},
	{BASE KERNEL "image_kind = 'flat16'\nentry_point = 0x100000",
	 "9:1: entry_point has a real-mode guest start at 0x100000; real mode "
	 "ends at 0x100000"},
	{BASE KERNEL "image_kind = 'flat16'\nkernel_load_addr = 0x100000",
	 "9:1: kernel_load_addr has a real-mode guest start at 0x100000; real "
	 "mode ends at 0x100000"},
	{BASE KERNEL "image_kind = 'flat'\ncmdline = 'smp'",
	 "9:1: cmdline is not for a flat image, which cannot find it"},
	{BASE KERNEL "image_kind = 'flat'\nramdisk_path = '/r'",
	 "9:1: ramdisk_path is not for a flat image, which cannot find it"},
	{BASE KERNEL "image_kind = 'flat'\nmodules = ['/m']",
	 "9:1: modules is not for a flat image, which cannot find it"},
	{BASE KERNEL "cmdline = \"a\\nb\"",
	 "8:1: cmdline takes no control characters, as \\x0a is"},
	{BASE KERNEL "ramdisk_load_addr = 0x100000",
	 "8:1: ramdisk_load_addr needs a ramdisk_path"},
	{BASE KERNEL "ramdisk_path = 'r'",
	 "8:1: ramdisk_path takes a file on the disk, which begins with /"},
	{BASE KERNEL "ramdisk_path = '/r'\nramdisk_load_addr = 0x100001",
	 "9:1: ramdisk_load_addr takes a multiple of 4 KiB, 0x1000, not "
	 "0x100001"},
	{BASE KERNEL "ramdisk_path = '/r'\nramdisk_load_addr = 0x200000",
	 "9:1: ramdisk_load_addr is 0x200000; RAM ends at 0x200000"},
	{BASE KERNEL "ramdisk_path = '/r'\nramdisk_load_addr = 0xff000",
	 "9:1: ramdisk_load_addr takes 0x100000 to 0x1000000000000, not "
	 "0xff000"},
	{BASE KERNEL "modules = [{path = '/m', load_addr = 0x200000}]",
	 "8:26: load_addr is 0x200000; RAM ends at 0x200000"},
	{BASE KERNEL "modules = '/m'",
	 "8:1: modules takes an array, not a string"},
	{BASE KERNEL "modules = [1]",
	 "8:12: a module is a table, not an integer"},
	{BASE KERNEL "modules = ['m']",
	 "8:12: modules takes a file on the disk, which begins with /"},
	{BASE KERNEL "modules = [{args = 'a'}]",
	 "8:12: path is missing in a module"},
	{BASE KERNEL "modules = [{path = '/m', arg = 'a'}]",
	 "8:26: a module has no 'arg'; did you mean args?"},
	{BASE KERNEL "devices = 1",
	 "8:1: [kernel] has no 'devices'; there are kernel_path, image_kind, "
	 "kernel_load_addr, entry_point, cmdline, ramdisk_path, "
	 "ramdisk_load_addr, modules, memory_regions, lazy, image_location, "
	 "bios_path, bios_load_addr, dtb_path, dtb_load_addr"},
	{DEVICES "emu_device = []",
	 "9:1: [devices] has no 'emu_device'; did you mean emu_devices?"},
	{DEVICES "interrupt_mode = 'all'",
	 "9:1: interrupt_mode takes one of none, no, emulated, emu, "
	 "passthrough, pt"},
	{DEVICES "emu_devices = [['c', 0xd0000000, 0x1000, 16]]",
	 "9:16: an emulated device as an array has 5 to 6 values, not 4: "
	 "[name, base_gpa, length, irq_id, emu_type, cfg_list]"},
	{DEVICES "emu_devices = [{name = 'c'}]",
	 "9:16: emu_type is missing in an emulated device"},
	{DEVICES "emu_devices = [{emu_type = 'virtio-blk'}]",
	 "9:17: emu_type takes one of virtio-console (0xe3), flash, "
	 "ivc-channel (0xa)"},
	{DEVICES "emu_devices = [{emu_type = 0xe1}]",
	 "9:17: emu_type takes one of virtio-console (0xe3), flash, "
	 "ivc-channel (0xa)"},
	{DEVICES "emu_devices = [{emu_type = 0xe3, irq_id = 24}]",
	 "9:34: irq_id takes 0 to 23, not 24"},
	{DEVICES "emu_devices = [{emu_type = 0xe3, irq_id = 4}]",
	 "9:34: irq_id 4 is taken already, by every machine's serial port"},
	{DEVICES "emu_devices = [{emu_type = 0xe3, irq_id = 2}]",
	 "9:34: irq_id 2 is taken already, by every machine's timer"},
	{DEVICES "emu_devices = [{emu_type = 0xe3, irq_id = 8}]",
	 "9:34: irq_id 8 is taken already, by every machine's clock"},
	{DEVICES "emu_devices = [{emu_type = 0xe3, irq_id = 9}]",
	 "9:34: irq_id 9 is taken already, by every machine's ACPI"},
	{DEVICES
	 "emu_devices = [{emu_type = 0xe3, name = 'a'},\n{emu_type = 0xe3, "
	 "irq_id = 16}]",
	 "10:19: irq_id 16 is taken already, by a"},
	{DEVICES
	 "emu_devices = [{emu_type = 0xe3},\n{emu_type = 0xe3, base_gpa = "
	 "0xd0000000}]",
	 "10:1: virtio-console at 0xd0000000-0xd0000fff overlaps "
	 "virtio-console, of line 9, at 0xd0000000-0xd0000fff"},
	{DEVICES "emu_devices = [{emu_type = 0xe3, base_gpa = 0x1ff000}]",
	 "9:16: virtio-console at 0x1ff000-0x1fffff overlaps memory, of line "
	 "7, at 0-0x1fffff"},
	{DEVICES "emu_devices = [{emu_type = 0xe3, length = 0x2000}]",
	 "9:34: length takes 0x1000, which a virtio device has"},
	{DEVICES "emu_devices = [{emu_type = 0xe3, path = '/p'}]",
	 "9:34: path is for emu_type flash"},
	{DEVICES "emu_devices = [{emu_type = 0xe3, cfg_list = [1]}]",
	 "9:34: cfg_list has to be empty"},
	{DEVICES "emu_devices = [{emu_type = 'flash'}]",
	 "9:16: path takes the path of the file in the flash, or \"host\""},
	{DEVICES "emu_devices = [{emu_type = 'flash', path = 'f'}]",
	 "9:37: path takes a file on the disk, which begins with /"},
	{DEVICES
	 "emu_devices = [{emu_type = 'flash', cfg_list = ['/a', '/b']}]",
	 "9:37: cfg_list takes at most 1, not 2"},
	{DEVICES
	 "emu_devices = [{emu_type = 'flash', path = '/f', irq_id = 5}]",
	 "9:50: irq_id takes 0: a flash has no interrupt"},
	{DEVICES
	 "emu_devices = [{emu_type = 'flash', path = '/f', length = 4096}]",
	 "9:16: a flash lies at 0xffc00000 and has 0x400000 bytes"},
	{DEVICES
	 "emu_devices = [{emu_type = 'flash', path = '/f'},\n{emu_type = "
	 "'flash', path = '/f'}]",
	 "10:1: flash at 0xffc00000-0xffffffff overlaps flash, of line 9, at "
	 "0xffc00000-0xffffffff"},
	{DEVICES "emu_devices = [{emu_type = 'ivc-channel'}]",
	 "9:16: base_gpa is missing in an emulated device"},
	{DEVICES "emu_devices = [{emu_type = 10, base_gpa = 0xd0000000}]",
	 "9:16: length is missing in an emulated device"},
	{DEVICES "emu_devices = [1, 2, 3, 4, 5, 6, 7, 8, 9]",
	 "9:1: emu_devices takes at most 8, not 9"},
	{DEVICES
	 "passthrough_devices = [['h', 0xfed00000, 0xfed00000, 0x1000]]",
	 "9:24: a passed-through device as an array has 5 values, not 4: "
	 "[name, base_gpa, base_hpa, length, irq_id]"},
	{DEVICES "passthrough_devices = [{base_gpa = 0xfed00000}]",
	 "9:24: name is missing in a passed-through device"},
	{DEVICES
	 "passthrough_devices = [['h', 0xfed00000, 0xfed00001, 0x1000, 0]]",
	 "9:42: base_hpa takes a multiple of 4 KiB, 0x1000, not 0xfed00001"},
	{DEVICES
	 "passthrough_devices = [['h', 0xfed00000, 0xfffffffff000, 0x2000, 0]]",
	 "9:42: base_hpa 0xfffffffff000 is too near to the end of addresses, "
	 "0x1000000000000"},
	{DEVICES "passthrough_devices = [['h', 0xfed00000, 0xfed00000, 0, 0]]",
	 "9:54: length takes 0x1000 to 0x1000000000000, not 0"},
	{DEVICES
	 "passthrough_devices = [['h', 0x100000, 0xfed00000, 0x1000, 0]]",
	 "9:24: h at 0x100000-0x100fff overlaps memory, of line 7, at "
	 "0-0x1fffff"},
	{DEVICES
	 "passthrough_devices = [['h', 0xfed00000, 0xfed00000, 0x1000, 11]]",
	 "9:62: irq_id needs interrupt_mode = \"passthrough\""},
	{DEVICES "passthrough_ports = [[0x80]]",
	 "9:22: a range of ports as an array has 2 values, not 1: [first, "
	 "last]"},
	{DEVICES "passthrough_ports = [[0x81, 0x80]]",
	 "9:29: last takes 0x81 to 0xffff, not 0x80"},
	{DEVICES "passthrough_ports = [[0x80, 0x10000]]",
	 "9:29: last takes 0x80 to 0xffff, not 0x10000"},
	{DEVICES "passthrough_ports = [[0x8f, 0x90],\n[0x80, 0x8f]]",
	 "10:1: a range of ports at 0x80-0x8f overlaps a range of ports, of "
	 "line 9, at 0x8f-0x90"},
	{DEVICES "passthrough_ports = [{first = 0x80}]",
	 "9:22: last is missing in a range of ports"},
	{DEVICES "passthrough_ports = [[0x80, 0x8f],\n[0x8f, 0x90]]",
	 "10:1: a range of ports at 0x8f-0x90 overlaps a range of ports, of "
	 "line 9, at 0x80-0x8f"},
	{DEVICES "passthrough_ports = [{first = 0x2f8, last = 0x2ff, irq = 3}]",
	 "9:52: irq needs interrupt_mode = \"passthrough\""},
	{DEVICES
	 "interrupt_mode = 'pt'\npassthrough_ports = [{first = 1, last = 1, "
	 "irq = 3},\n{first = 2, last = 2, irq = 3}]",
	 "11:23: irq 3 is taken already, by ports passed through"},
	{DEVICES "excluded_devices = [[0xfed00000, 0x1000]]",
	 "9:22: base_hpa 0xfed00000 and its length are in no range of "
	 "passthrough_devices"},
	{DEVICES "excluded_devices = [[0xfed00000, 0x1000, 1]]",
	 "9:21: an excluded range as an array has 2 values, not 3: [base_hpa, "
	 "length]"},
	{DEVICES
	 "excluded_devices = [{base_gpa = 0xfed00000, length = 0x1000}]",
	 "9:22: an excluded range has no 'base_gpa'; did you mean base_hpa?"},
	{DEVICES "passthrough_devices = [['h', 0xfed00000, 0xfed00000, 0x1000, "
		 "0]]\nexcluded_devices = [[0xfed00000, 0x2000]]",
	 "10:22: base_hpa 0xfed00000 and its length are in no range of "
	 "passthrough_devices"},
	{DEVICES "passthrough_ports = [[0x80, 0x8f]]\n"
		 "excluded_ports = [[0x88, 0x90]]",
	 "10:20: first 0x88 and what follows are in no range of "
	 "passthrough_ports"},
	{DEVICES "passthrough_ports = [[0x80, 0x8f]]\n"
		 "excluded_ports = [{first = 0x88, last = 0x88, irq = 3}]",
	 "10:47: an excluded range of ports has no 'irq'; there are first, last"},
	{DEVICES
	 "emu_devices = [{emu_type = 10, base_gpa = 0xd1000000, length = "
	 "4096},\n['b', 0xd2000000, 4096, 0, 10]]",
	 "10:1: a machine has one ivc-channel at most; ivc-channel is one"},
	{BASE KERNEL "x =", "8:4: a value is missing at the end of the file"},
};

/* Reads it; gives what is said of it. */
static const char *say(const char *bytes, size_t length)
{
	struct config_text text = config_text_of(bytes, length);
	struct config_error error = {.line = 0};
	static struct vm_config vm;
	bool good = vm_config_read(&vm, text.bytes, text.length, &error);

	config_text_free(&text);
	return good ? "good" : config_text_error(&error);
}

static void every_mistake_is_told_with_its_place(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		CHECK_STR(say(wrong[i].text, strlen(wrong[i].text)),
			  wrong[i].says);
	}
}

/* A document with so many bytes in a string. */
static const char *say_with_long(const char *before, size_t length)
{
	char text[8192];
	size_t at = (size_t)snprintf(text, sizeof(text), "%s/", before);

	memset(text + at, 'x', length - 1);
	at += length - 1;
	text[at++] = '\'';
	return say(text, at);
}

static void strings_have_a_longest(void)
{
	CHECK_STR(say_with_long(BASE KERNEL "cmdline = '", 4095), "good");
	CHECK_STR(say_with_long(BASE KERNEL "cmdline = '", 4096),
		  "8:1: cmdline takes at most 4095 bytes, not 4096");
	CHECK_STR(say_with_long(BASE KERNEL "ramdisk_path = '", 255), "good");
	CHECK_STR(say_with_long(BASE KERNEL "ramdisk_path = '", 256),
		  "8:1: ramdisk_path takes at most 255 bytes, not 256");
}

/* A document with so many modules beside a RAM disk or without one. */
static const char *say_with_modules(const char *before, unsigned int count)
{
	char text[1024];
	size_t at =
		(size_t)snprintf(text, sizeof(text), "%smodules = [", before);

	for (unsigned int i = 0; i < count; i++) {
		at += (size_t)snprintf(text + at, sizeof(text) - at, "'/m',");
	}
	text[at++] = ']';
	return say(text, at);
}

static void there_may_be_so_many_modules(void)
{
	CHECK_STR(say_with_modules(BASE KERNEL, 32), "good");
	CHECK_STR(say_with_modules(BASE KERNEL, 33),
		  "8:1: modules takes at most 32, not 33");
	CHECK_STR(say_with_modules(BASE KERNEL "ramdisk_path = '/r'\n", 31),
		  "good");
	CHECK_STR(say_with_modules(BASE KERNEL "ramdisk_path = '/r'\n", 32),
		  "9:1: modules takes at most 31, not 32");
}

/* Cut off anywhere, it is refused, or good, and no more. */
static void a_description_may_be_cut_off(void)
{
	static const char text[] =
		DEVICES "interrupt_mode = 'pt'\n"
			"emu_devices = [['f', 0xffc00000, 0x400000, 0, "
			"'flash', ['/f']], {emu_type = 0xe3}]\n"
			"passthrough_devices = [['h', 0xfed00000, "
			"0xfed00000, 0x1000, 11]]\n"
			"passthrough_ports = [{first = 1, last = 2}]\n"
			"excluded_ports = [[2, 2]]\n"
			"excluded_devices = [[0xfed00000, 0x1000]]\n";

	CHECK_STR(say(text, strlen(text)), "good");
	for (size_t length = 0; length < strlen(text); length++) {
		CHECK(say(text, length) != NULL);
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(every_mistake_is_told_with_its_place),
	UNIT_TEST(strings_have_a_longest),
	UNIT_TEST(there_may_be_so_many_modules),
	UNIT_TEST(a_description_may_be_cut_off),
};

int main(void)
{
	return UNIT_RUN(tests);
}
