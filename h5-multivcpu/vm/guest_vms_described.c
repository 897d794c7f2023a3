#include "vm/guest_vms_described.h"
#include "config/config_disk.h"
#include "guest_disk.h"
#include "host/host_terminal.h"
#include "image/boot_load.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "vm/guest_vm_build.h"
#include "vm/guest_vm_life.h"
#include "vm/guest_vms.h"

static enum kernel_status fail(const char *culprit, struct error error)
{
	printk("%s: %s: %#lx\n", culprit, error.what, error.value);
	return KERNEL_FAILURE;
}

static enum kernel_status make(const struct vm_config *config)
{
	struct guest_vm *vm = guest_vms_add(config);
	const char *culprit = config->name;
	struct error error;

	if (vm == NULL) {
		return fail(config->name,
			    failure("no room for another virtual machine; "
				    "there are",
				    GUEST_VMS_MAX));
	}
	printk("VM %u (%s): %u vCPUs, %lu MiB, loading %s\n", vm->id,
	       vm->config.name, vm->config.cpu_num,
	       vm->config.regions[0].size / MIB(1), vm->config.kernel_path);
	error = guest_vm_build(vm, &culprit);
	if (failed(error)) {
		printk("VM %u (%s): ", vm->id, vm->config.name);
		return fail(culprit, error);
	}
	return KERNEL_SUCCESS;
}

/* The list of modules is a file of the disk, as in h4. */
static struct error add_modules(struct vm_config *config, const char *path)
{
	static struct module_list list;
	struct error error = boot_load_read_list(path, &list);

	if (failed(error)) {
		return error;
	}
	for (u32 i = 0; i < list.count; i++) {
		struct vm_config_module *module = &config->modules[i];

		if (strlen(list.modules[i].path) >= sizeof(module->path) ||
		    strlen(list.modules[i].args) >= sizeof(module->args)) {
			return failure("a path or arguments in the list of "
				       "modules have more than bytes",
				       sizeof(module->args) - 1);
		}
		(void)format(module->path, sizeof(module->path), "%s",
			     list.modules[i].path);
		(void)format(module->args, sizeof(module->args), "%s",
			     list.modules[i].args);
		module->load = VM_CONFIG_ANYWHERE;
	}
	config->module_count = list.count;
	return SUCCESS;
}

static enum kernel_status describe_single(const struct host_options *options)
{
	static struct vm_config config;

	config = options->config;
	if (options->modules[0] != '\0') {
		struct error error = add_modules(&config, options->modules);

		if (failed(error)) {
			return fail(options->modules, error);
		}
	}
	return make(&config);
}

static void print_error(const char *path, const struct config_error *error)
{
	if (error->line == 0) {
		printk("%s: %s\n", path, error->text);
	} else {
		printk("%s:%u:%u: %s\n", path, error->line, error->column,
		       error->text);
	}
}

static enum kernel_status describe_disk(void)
{
	static struct guest_disk disk;
	static struct config_disk described;
	struct config_error wrong;
	const char *culprit;
	struct error error = guest_disk_open(&disk);
	enum kernel_status status = KERNEL_SUCCESS;

	if (failed(error)) {
		return fail("Disk", error);
	}
	if (!config_disk_read(&described, &disk.fat, &wrong, &culprit)) {
		print_error(culprit, &wrong);
		return KERNEL_FAILURE;
	}
	/* Whoever has made several mistakes learns of all. */
	for (u32 i = 0; i < described.count; i++) {
		if (make(&described.vms[i]) != KERNEL_SUCCESS) {
			status = KERNEL_FAILURE;
		}
	}
	return status;
}

enum kernel_status guest_vms_describe(const struct host_options *options)
{
	enum kernel_status status =
		options->single ? describe_single(options) : describe_disk();

	if (status == KERNEL_SUCCESS) {
		host_terminal_give(guest_vms_at(0)->id, options->monitor);
	}
	return status;
}

enum kernel_status guest_vms_boot(void)
{
	struct guest_vm *vm;

	for (u32 i = 0; (vm = guest_vms_at(i)) != NULL; i++) {
		struct error error =
			vm->config.on ? guest_vm_boot(vm) : SUCCESS;

		if (failed(error)) {
			return fail(vm->config.name, error);
		}
	}
	return KERNEL_SUCCESS;
}

enum kernel_status guest_vms_report(void)
{
	static const char *const outcomes[] = {
		[GUEST_VM_NOT_ENDED] = "has not been switched on",
		[GUEST_VM_WELL] = "has ended well",
		[GUEST_VM_FAILED] = "has failed",
		[GUEST_VM_SHUT_DOWN] = "has been shut down",
	};
	enum kernel_status status = KERNEL_SUCCESS;
	struct guest_vm *vm;

	for (u32 i = 0; (vm = guest_vms_at(i)) != NULL; i++) {
		printk("VM %u (%s) %s\n", vm->id, vm->config.name,
		       outcomes[vm->outcome]);
		if (vm->outcome == GUEST_VM_FAILED) {
			status = KERNEL_FAILURE;
		}
	}
	return status;
}

void guest_vms_remove_all(void)
{
	struct guest_vm *vm;

	while ((vm = guest_vms_at(0)) != NULL) {
		guest_vms_remove(vm);
	}
}
