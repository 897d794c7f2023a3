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
 * Feeds hostile files to the reader of descriptions, and with them to the TOML
 * parser.
 *
 * Besides what the sanitizers see: what is refused has an error with a place
 * and a text, and what is accepted keeps every promise of vm_config.h, whatever
 * lies in the file.
 */
#include <stdlib.h>
#include <string.h>

#include "config/vm_config.h"

#define ADDRESS_END BIT(48)

void console_write(const char *text, size_t length);

void console_write(const char *text, size_t length)
{
	(void)text;
	(void)length;
}

static void require(bool holds)
{
	if (!holds) {
		abort();
	}
}

static bool is_text(const char *text, size_t size)
{
	size_t length = strnlen(text, size);

	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] < ' ') {
			return false;
		}
	}
	return length < size;
}

static bool is_path(const char *path)
{
	return is_text(path, VM_CONFIG_PATH_SIZE) && path[0] == '/';
}

static void check_range(u64 base, u64 length)
{
	require(IS_ALIGNED(base, 4096) && IS_ALIGNED(length, 4096));
	require(length > 0 && base <= ADDRESS_END &&
		length <= ADDRESS_END - base);
}

static void check_base(const struct vm_config *vm)
{
	require(vm->id <= VM_CONFIG_ID_MAX && vm->id_line > 0);
	require(is_text(vm->name, sizeof(vm->name)) && vm->name[0] != '\0');
	require(vm->cpu_num >= 1 && vm->cpu_num <= VM_CONFIG_CPUS_MAX);
	for (u32 i = 0; i < vm->cpu_num; i++) {
		u32 preferred = vm->cpus[i].preferred;

		require(vm->cpus[i].allowed != 0);
		require(preferred == VM_CONFIG_ANY_CPU ||
			(preferred < VM_CONFIG_HOST_CPUS_MAX &&
			 (vm->cpus[i].allowed & BIT(preferred)) != 0));
	}
}

static void check_kernel(const struct vm_config *vm)
{
	u64 ram = vm->regions[0].size;

	require(is_path(vm->kernel_path));
	require(is_text(vm->cmdline, sizeof(vm->cmdline)));
	require(vm->kernel_load < ram && vm->entry < ram);
	require(vm->kind != GUEST_FLAT16 || vm->entry < MIB(1));
	require(vm->module_count <= VM_CONFIG_MODULES_MAX);
	for (u32 i = 0; i < vm->module_count; i++) {
		const struct vm_config_module *module = &vm->modules[i];

		require(is_path(module->path));
		require(is_text(module->args, sizeof(module->args)));
		require(module->load == VM_CONFIG_ANYWHERE ||
			(module->load < ram && IS_ALIGNED(module->load, 4096)));
	}
}

static void check_memory(const struct vm_config *vm)
{
	require(vm->region_count >= 1 &&
		vm->region_count <= VM_CONFIG_REGIONS_MAX);
	require(vm->regions[0].gpa == 0 && vm->regions[0].size >= MIB(2));
	require(vm->regions[0].map == VM_CONFIG_ALLOC &&
		vm->regions[0].rights == 7);
	for (u32 i = 0; i < vm->region_count; i++) {
		const struct vm_config_region *region = &vm->regions[i];

		check_range(region->gpa, region->size);
		require((region->rights & VM_CONFIG_READ) != 0 &&
			region->rights <= 7);
		require(!region->lazy || region->map == VM_CONFIG_ALLOC);
		for (u32 n = 0; n < i; n++) {
			require(vm->regions[n].gpa >=
					region->gpa + region->size ||
				region->gpa >= vm->regions[n].gpa +
						       vm->regions[n].size);
		}
	}
}

static void check_devices(const struct vm_config *vm)
{
	u32 pins = 0;

	require(vm->device_count <= VM_CONFIG_DEVICES_MAX);
	for (u32 i = 0; i < vm->device_count; i++) {
		const struct vm_config_device *device = &vm->devices[i];

		check_range(device->gpa, device->length);
		require(is_text(device->name, sizeof(device->name)));
		require(device->path[0] == '\0' || is_path(device->path));
		require(device->irq < 24);
		require(device->irq == 0 || (pins & BIT(device->irq)) == 0);
		pins |= (u32)BIT(device->irq);
	}
	require(vm->pass_count <= VM_CONFIG_PASS_MAX);
	for (u32 i = 0; i < vm->pass_count; i++) {
		check_range(vm->passes[i].gpa, vm->passes[i].length);
		check_range(vm->passes[i].hpa, vm->passes[i].length);
		require(vm->passes[i].irq < 24);
	}
	require(vm->ports_count <= VM_CONFIG_PASS_MAX);
	for (u32 i = 0; i < vm->ports_count; i++) {
		require(vm->ports[i].first <= vm->ports[i].last);
	}
	require(vm->excluded_count <= VM_CONFIG_PASS_MAX);
	for (u32 i = 0; i < vm->excluded_count; i++) {
		check_range(vm->excluded[i].hpa, vm->excluded[i].length);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct vm_config vm;
	struct config_error error = {.line = 0};
	char *text = malloc(size > 0 ? size : 1);

	memcpy(text, data, size);
	memset(&vm, 0xff, sizeof(vm));
	if (vm_config_read(&vm, text, (u32)size, &error)) {
		check_base(&vm);
		check_memory(&vm);
		check_kernel(&vm);
		check_devices(&vm);
	} else {
		require(error.line > 0 && error.column > 0);
		require(is_text(error.text, sizeof(error.text)) &&
			error.text[0] != '\0');
	}
	free(text);
	return 0;
}
