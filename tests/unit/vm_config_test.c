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
 * What becomes of a virtual machine's description: from the smallest to the
 * reference with every field.
 */
#include "config/vm_config.h"
#include "config_text.h"
#include "unit.h"

static struct vm_config vm;
static struct config_error error;

static bool read(const char *bytes)
{
	struct config_text text = config_text_of(bytes, strlen(bytes));
	bool good;

	memset(&vm, 0xff, sizeof(vm));
	good = vm_config_read(&vm, text.bytes, text.length, &error);
	config_text_free(&text);
	if (!good) {
		printf("# %s\n", config_text_error(&error));
	}
	return CHECK(good);
}

#define BASE "[base]\nid = 3\nname = 'x'\ncpu_num = 2\n"
#define KERNEL                           \
	"[kernel]\nkernel_path = '/k'\n" \
	"memory_regions = [[0, 0x20_0000, 7, 0]]\n"
#define DEVICES "[devices]\n"

static void little_has_to_be_said(void)
{
	read(BASE KERNEL);
	CHECK_EQ(vm.id, 3);
	CHECK_EQ(vm.id_line, 2);
	CHECK_STR(vm.name, "x");
	CHECK(vm.on);
	CHECK_EQ(vm.type, VM_CONFIG_RTOS);
	CHECK_EQ(vm.name_line, 3);
	CHECK_EQ(vm.limit_ms, 0);
	CHECK_EQ(vm.on_reset, VM_CONFIG_RESET_STOPS);
	CHECK_EQ(vm.cpu_num, 2);
	CHECK_EQ(vm.cpus[1].allowed, VM_CONFIG_ALL_CPUS);
	CHECK_EQ(vm.cpus[1].preferred, VM_CONFIG_ANY_CPU);
	CHECK_EQ(vm.kind, GUEST_AUTO);
	CHECK_STR(vm.kernel_path, "/k");
	CHECK_STR(vm.cmdline, "");
	CHECK_EQ(vm.module_count, 0);
	CHECK_EQ(vm.region_count, 1);
	CHECK_EQ(vm.regions[0].gpa, 0);
	CHECK_EQ(vm.regions[0].size, MIB(2));
	CHECK_EQ(vm.regions[0].rights, 7);
	CHECK_EQ(vm.regions[0].map, VM_CONFIG_ALLOC);
	CHECK(!vm.regions[0].lazy);
	CHECK_EQ(vm.interrupts, VM_CONFIG_INTERRUPTS_EMULATED);
	CHECK_EQ(vm.device_count + vm.pass_count + vm.ports_count, 0);
	CHECK_EQ(vm.excluded_count, 0);
}

static void flat_images_have_addresses(void)
{
	read(BASE KERNEL "image_kind = 'flat'");
	CHECK_EQ(vm.kind, GUEST_FLAT);
	CHECK_EQ(vm.kernel_load, 0x100000);
	CHECK_EQ(vm.entry, 0x100000);
	read(BASE KERNEL "image_kind = 'flat16'\nentry_point = 0x7c10");
	CHECK_EQ(vm.kernel_load, 0x7c00);
	CHECK_EQ(vm.entry, 0x7c10);
	read(BASE KERNEL "image_kind = 'flat'\nkernel_load_addr = 0");
	CHECK_EQ(vm.kernel_load, 0);
	CHECK_EQ(vm.entry, 0);
	read(BASE KERNEL "image_kind = 'multiboot1'");
	CHECK_EQ(vm.kind, GUEST_MULTIBOOT1);
	read(BASE KERNEL "image_kind = 'multiboot2'");
	CHECK_EQ(vm.kind, GUEST_MULTIBOOT2);
}

static void axvmconfig_may_say_that_it_has_no_bios(void)
{
	read(BASE KERNEL "bios_path = ''\ndtb_path = ''\ndtb_load_addr = 0\n"
			 "image_location = 'fs'");
}

static void ram_becomes_the_first_region(void)
{
	read(BASE "[kernel]\nkernel_path = '/k'\nlazy = true\n"
		  "[[kernel.memory_regions]]\ngpa = 0x100_0000\n"
		  "size = 4096\nflags = 1\nmap_type = 2\n"
		  "[[kernel.memory_regions]]\ngpa = 0x80_0000\n"
		  "size = 4096\nlazy = false\n"
		  "[[kernel.memory_regions]]\ngpa = 0\nsize = 0x40_0000");
	CHECK_EQ(vm.region_count, 3);
	CHECK_EQ(vm.regions[0].gpa, 0);
	CHECK_EQ(vm.regions[0].size, MIB(4));
	CHECK(vm.regions[0].lazy);
	CHECK_EQ(vm.regions[1].gpa, 0x800000);
	CHECK(!vm.regions[1].lazy);
	CHECK_EQ(vm.regions[2].gpa, 0x1000000);
	CHECK_EQ(vm.regions[2].rights, VM_CONFIG_READ);
	CHECK_EQ(vm.regions[2].map, VM_CONFIG_RESERVED);
	CHECK(!vm.regions[2].lazy);
}

static void rights_and_types_have_names(void)
{
	read(BASE
	     "[kernel]\nkernel_path = '/k'\nmemory_regions = [\n"
	     "[0, 0x200000, 'rwx', 'alloc'], [0x800000, 4096, 1, 1],\n"
	     "{gpa = 0x900000, size = 4096, rights = 5, type = 'identical'},\n"
	     "{gpa = 0xa00000, size = 4096, rights = 'rw'}]");
	CHECK_EQ(vm.regions[1].map, VM_CONFIG_IDENTICAL);
	CHECK_EQ(vm.regions[2].map, VM_CONFIG_IDENTICAL);
	CHECK_EQ(vm.regions[2].rights, VM_CONFIG_READ | VM_CONFIG_EXECUTE);
	CHECK_EQ(vm.regions[3].rights, VM_CONFIG_READ | VM_CONFIG_WRITE);
}

static void consoles_find_a_place(void)
{
	read(BASE KERNEL DEVICES
	     "emu_devices = [{emu_type = 'virtio-console'},\n"
	     "['first', 0xd0100000, 0x1000, 5, 'virtio-console'],\n"
	     "{emu_type = 'ivc-channel', base_gpa = 0xd0200000, length = 8192},"
	     "{emu_type = 0xe3, irq_id = 0},"
	     "{emu_type = 0xe3, base_gpa = 0xd0006000}]\n"
	     "interrupt_mode = 'no'");
	CHECK_EQ(vm.device_count, 5);
	CHECK_EQ(vm.devices[4].irq, 22);
	CHECK_STR(vm.devices[0].name, "virtio-console");
	CHECK_EQ(vm.devices[0].gpa, 0xd0000000);
	CHECK_EQ(vm.devices[0].length, 0x1000);
	CHECK_EQ(vm.devices[0].irq, 16);
	CHECK_STR(vm.devices[1].name, "first");
	CHECK_EQ(vm.devices[1].gpa, 0xd0100000);
	CHECK_EQ(vm.devices[1].irq, 5);
	CHECK_EQ(vm.devices[2].kind, VM_CONFIG_IVC_CHANNEL);
	CHECK_EQ(vm.devices[2].length, 8192);
	CHECK_EQ(vm.devices[3].gpa, 0xd0002000);
	CHECK_EQ(vm.devices[3].irq, VM_CONFIG_NO_IRQ);
	CHECK_EQ(vm.interrupts, VM_CONFIG_INTERRUPTS_NONE);
}

static void ranges_may_touch(void)
{
	read(BASE KERNEL DEVICES
	     "passthrough_ports = [[0x80, 0x8f], [0x90, 0x9f], [0x70, 0x7f]]");
	CHECK_EQ(vm.ports_count, 3);
}

static void a_flash_is_a_file_or_the_hosts(void)
{
	read(BASE KERNEL DEVICES
	     "emu_devices = [['f', 0xffc00000, 0x400000, 0, 'flash', ['/f']]]");
	CHECK_EQ(vm.devices[0].kind, VM_CONFIG_FLASH);
	CHECK_STR(vm.devices[0].path, "/f");
	read(BASE KERNEL DEVICES
	     "emu_devices = [{emu_type = 'flash', path = 'host'}]");
	CHECK_STR(vm.devices[0].path, "");
	CHECK_EQ(vm.devices[0].gpa, 0xffc00000);
	CHECK_EQ(vm.devices[0].length, 0x400000);
}

/* The bytes of a file of the samples, to be freed. */
static char *file_bytes(const char *name)
{
	char path[256];
	char *bytes = calloc(1, 65536);
	FILE *file;

	snprintf(path, sizeof(path), "h5-multivcpu/samples/%s", name);
	file = fopen(path, "rb");
	if (CHECK(file != NULL)) {
		CHECK(fread(bytes, 1, 65535, file) > 0);
		fclose(file);
	}
	return bytes;
}

static void read_sample(const char *name)
{
	char *bytes = file_bytes(name);

	read(bytes);
	free(bytes);
}

static void the_samples_are_two_machines(void)
{
	read_sample("alpha.toml");
	CHECK_EQ(vm.id, 1);
	CHECK_EQ(vm.cpu_num, 2);
	CHECK_STR(vm.cmdline, "smp");
	read_sample("beta.toml");
	CHECK_EQ(vm.id, 2);
	CHECK_EQ(vm.cpu_num, 2);
	CHECK(vm.on);
	CHECK(vm.regions[0].lazy);
}

/* What the samples of a folder show is in them. */
static void the_other_samples_are_read(void)
{
	read_sample("channels/publisher.toml");
	CHECK_EQ(vm.id, 1);
	CHECK_EQ(vm.devices[0].kind, VM_CONFIG_IVC_CHANNEL);
	read_sample("channels/subscriber.toml");
	CHECK_EQ(vm.id, 2);
	read_sample("passthrough/cdrom.toml");
	CHECK_EQ(vm.ports[0].irq, 15);
	CHECK_EQ(vm.interrupts, VM_CONFIG_INTERRUPTS_PASSTHROUGH);
	read_sample("restart/restart.toml");
	CHECK_EQ(vm.on_reset, VM_CONFIG_RESET_RESTARTS);
}

static void check_reference_devices(void)
{
	CHECK_EQ(vm.device_count, 4);
	CHECK_EQ(vm.devices[1].gpa, 0xd0001000);
	CHECK_EQ(vm.devices[1].irq, 17);
	CHECK_STR(vm.devices[2].path, "/boot/firmware.bin");
	CHECK_EQ(vm.devices[3].length, 0x10000);
	CHECK_EQ(vm.interrupts, VM_CONFIG_INTERRUPTS_PASSTHROUGH);
	CHECK_EQ(vm.pass_count, 2);
	CHECK_STR(vm.passes[1].name, "card");
	CHECK_EQ(vm.passes[1].gpa, 0xe0000000);
	CHECK_EQ(vm.passes[1].hpa, 0xfe000000);
	CHECK_EQ(vm.passes[1].length, 0x100000);
	CHECK_EQ(vm.passes[1].irq, 11);
	CHECK_EQ(vm.ports_count, 2);
	CHECK_EQ(vm.ports[0].last, 0x80);
	CHECK_EQ(vm.ports[1].first, 0x2f8);
	CHECK_EQ(vm.ports[1].irq, 3);
	CHECK_EQ(vm.excluded_count, 2);
	CHECK_EQ(vm.excluded[1].hpa, 0xfe080000);
	CHECK_EQ(vm.excluded[1].length, 0x2000);
	CHECK_EQ(vm.kept_ports_count, 1);
	CHECK_EQ(vm.kept_ports[0].first, 0x2fe);
	CHECK_EQ(vm.kept_ports[0].last, 0x2ff);
}

static void the_reference_has_every_field(void)
{
	read_sample("reference/reference.toml");
	CHECK_EQ(vm.id, 7);
	CHECK(!vm.on);
	CHECK_EQ(vm.limit_ms, 60000);
	CHECK_EQ(vm.on_reset, VM_CONFIG_RESET_RESTARTS);
	CHECK_EQ(vm.cpus[0].allowed, 1);
	CHECK_EQ(vm.cpus[1].allowed, 3);
	CHECK_EQ(vm.cpus[1].preferred, 1);
	CHECK_EQ(vm.module_count, 3);
	CHECK_STR(vm.modules[0].path, "/boot/initrd.img");
	CHECK_EQ(vm.modules[0].load, 0x1800000);
	CHECK_STR(vm.modules[1].path, "/boot/notes.txt");
	CHECK_EQ(vm.modules[1].load, VM_CONFIG_ANYWHERE);
	CHECK_STR(vm.modules[2].args, "level=3");
	CHECK_EQ(vm.modules[2].load, 0x1000000);
	CHECK_EQ(vm.region_count, 4);
	CHECK(vm.regions[1].lazy);
	CHECK_EQ(vm.regions[3].map, VM_CONFIG_RESERVED);
	check_reference_devices();
}

/* With a # ahead of it or not, no field may be missing in the reference. */
static void the_reference_names_every_field(void)
{
	static const char *const fields[] = {
		"id",
		"name",
		"vm_type",
		"cpu_num",
		"phys_cpu_ids",
		"phys_cpu_sets",
		"on",
		"limit_ms",
		"on_reset",
		"kernel_path",
		"image_kind",
		"kernel_load_addr",
		"entry_point",
		"cmdline",
		"ramdisk_path",
		"ramdisk_load_addr",
		"modules",
		"memory_regions",
		"lazy",
		"emu_devices",
		"passthrough_ports",
		"passthrough_devices",
		"excluded_devices",
		"excluded_ports",
		"interrupt_mode",
		"image_location",
	};
	char *bytes = file_bytes("reference/reference.toml");

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		char line[64];
		char comment[64];

		snprintf(line, sizeof(line), "\n%s = ", fields[i]);
		snprintf(comment, sizeof(comment), "\n#%s = ", fields[i]);
		CHECK(strstr(bytes, line) != NULL ||
		      strstr(bytes, comment) != NULL);
	}
	free(bytes);
}

static const struct unit_test tests[] = {
	UNIT_TEST(little_has_to_be_said),
	UNIT_TEST(flat_images_have_addresses),
	UNIT_TEST(axvmconfig_may_say_that_it_has_no_bios),
	UNIT_TEST(ram_becomes_the_first_region),
	UNIT_TEST(rights_and_types_have_names),
	UNIT_TEST(consoles_find_a_place),
	UNIT_TEST(ranges_may_touch),
	UNIT_TEST(a_flash_is_a_file_or_the_hosts),
	UNIT_TEST(the_samples_are_two_machines),
	UNIT_TEST(the_other_samples_are_read),
	UNIT_TEST(the_reference_has_every_field),
	UNIT_TEST(the_reference_names_every_field),
};

int main(void)
{
	return UNIT_RUN(tests);
}
