/* stage: h5 */
/*
 * vms: the virtual machines that the disk describes, as the hypervisor reads
 * them, for the tests of tools/run and of the descriptions.
 */
#include "boot/kernel.h"
#include "config/config_disk.h"
#include "guest_disk.h"
#include "lib/printk.h"

static struct guest_disk source;
static struct config_disk vms;

static void print_vm(const char *path, const struct vm_config *vm)
{
	struct guest_disk_file file;
	bool is_there =
		!failed(guest_disk_open_file(&source, vm->kernel_path, &file));

	printk("%s: %u %s: %u CPUs, %lu MiB, %s (%lu bytes) \"%s\"\n", path,
	       vm->id, vm->name, vm->cpu_num, vm->regions[0].size / MIB(1),
	       vm->kernel_path, is_there ? file.file.size : 0, vm->cmdline);
}

enum kernel_status kmain(const struct boot_info *boot)
{
	struct config_error wrong;
	const char *culprit;
	struct error error = guest_disk_open(&source);

	printk("vms: \"%s\"\n", boot->cmdline);
	if (failed(error)) {
		printk("Disk: %s: %#lx\n", error.what, error.value);
		return KERNEL_FAILURE;
	}
	if (!config_disk_read(&vms, &source.fat, &wrong, &culprit)) {
		printk("%s:%u:%u: %s\n", culprit, wrong.line, wrong.column,
		       wrong.text);
		return KERNEL_FAILURE;
	}
	for (u32 i = 0; i < vms.count; i++) {
		print_vm(vms.paths[i], &vms.vms[i]);
	}
	return KERNEL_SUCCESS;
}
