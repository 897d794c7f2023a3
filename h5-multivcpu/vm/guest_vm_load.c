#include "vm/guest_vm_load.h"
#include "acpi/guest_mp_table.h"
#include "acpi/virtio_ssdt.h"
#include "image/boot_load.h"
#include "vm/guest_vm_consoles.h"

_Static_assert(VM_CONFIG_MODULES_MAX == BOOT_MODULES_MAX &&
		       VM_CONFIG_ANYWHERE == BOOT_MODULE_ANYWHERE,
	       "a description says what can be loaded");

static void list_modules(const struct vm_config *config,
			 struct module_list *list)
{
	list->count = config->module_count;
	for (u32 i = 0; i < config->module_count; i++) {
		list->modules[i].path = config->modules[i].path;
		list->modules[i].args = config->modules[i].args;
		list->modules[i].wanted = config->modules[i].load;
	}
}

static struct error write_mp_table(struct guest_vm *vm)
{
	const struct cpuid *features =
		cpuid_table_find(&vm->vcpus[0]->cpu.cpuid, CPUID_FEATURES, 0);

	return guest_mp_table_write(&vm->machine.memory,
				    &(struct guest_mp_machine){
					    .cpus = vm->vcpu_count,
					    .signature = features->eax,
					    .features = features->edx,
				    });
}

struct error guest_vm_load(struct guest_vm *vm, const char **culprit)
{
	static struct module_list modules;
	static u8 ssdt[VIRTIO_SSDT_SIZE_MAX];
	const struct vm_config *config = &vm->config;
	struct guest_acpi_table virtio =
		virtio_ssdt_make(ssdt, guest_vm_consoles_slots(vm));
	const struct guest_acpi_machine acpi = {
		.cpus = vm->vcpu_count,
		.has_local_apics = true,
		.has_io_apic = true,
		.extra = &virtio,
		.extra_count = vm->console_count != 0,
	};
	const struct boot_options options = {
		.kind = config->kind,
		.load = config->kernel_load,
		.entry = config->entry,
	};
	struct guest_boot boot;
	struct error error = write_mp_table(vm);

	list_modules(config, &modules);
	if (!failed(error)) {
		error = boot_load_listed(
			&vm->machine.memory, config->kernel_path, &options,
			&modules, config->cmdline, &acpi, &boot, culprit);
	}
	if (!failed(error)) {
		guest_vcpu_set_start(vm->vcpus[0], &boot.start);
	}
	return error;
}
