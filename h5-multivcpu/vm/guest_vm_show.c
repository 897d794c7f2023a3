#include "vm/guest_vm_show.h"
#include "image/guest_boot.h"
#include "lib/printk.h"

static const char *const types[] = {
	[VM_CONFIG_HOST_VM] = "host",
	[VM_CONFIG_RTOS] = "rtos",
	[VM_CONFIG_LINUX] = "linux",
};

static const char *const maps[] = {
	[VM_CONFIG_ALLOC] = "alloc",
	[VM_CONFIG_IDENTICAL] = "identical",
	[VM_CONFIG_RESERVED] = "reserved",
};

static const char *const devices[] = {
	[VM_CONFIG_VIRTIO_CONSOLE] = "virtio-console",
	[VM_CONFIG_FLASH] = "flash",
	[VM_CONFIG_IVC_CHANNEL] = "ivc-channel",
};

static const char *const interrupts[] = {
	[VM_CONFIG_INTERRUPTS_NONE] = "none",
	[VM_CONFIG_INTERRUPTS_EMULATED] = "emulated",
	[VM_CONFIG_INTERRUPTS_PASSTHROUGH] = "passthrough",
};

static void show_cpus(const struct vm_config *config)
{
	for (u32 i = 0; i < config->cpu_num; i++) {
		const struct vm_config_cpu *cpu = &config->cpus[i];

		printk("vCPU %u: phys_cpu_set %#x", i, cpu->allowed);
		if (cpu->preferred != VM_CONFIG_ANY_CPU) {
			printk(", begins on CPU %u", cpu->preferred);
		}
		printk("\n");
	}
}

static void show_kernel(const struct vm_config *config)
{
	printk("kernel: %s, image_kind %s, cmdline \"%s\"\n",
	       config->kernel_path, guest_boot_kind_name(config->kind),
	       config->cmdline);
	for (u32 i = 0; i < config->module_count; i++) {
		printk("module: %s \"%s\"", config->modules[i].path,
		       config->modules[i].args);
		if (config->modules[i].load != VM_CONFIG_ANYWHERE) {
			printk(" at %#lx", config->modules[i].load);
		}
		printk("\n");
	}
}

static void show_memory(const struct vm_config *config)
{
	for (u32 i = 0; i < config->region_count; i++) {
		const struct vm_config_region *region = &config->regions[i];

		printk("memory: %#lx-%#lx %s%s%s %s%s\n", region->gpa,
		       region->gpa + region->size - 1,
		       (region->rights & VM_CONFIG_READ) != 0 ? "r" : "-",
		       (region->rights & VM_CONFIG_WRITE) != 0 ? "w" : "-",
		       (region->rights & VM_CONFIG_EXECUTE) != 0 ? "x" : "-",
		       maps[region->map], region->lazy ? ", lazy" : "");
	}
}

static void show_devices(const struct vm_config *config)
{
	for (u32 i = 0; i < config->device_count; i++) {
		const struct vm_config_device *device = &config->devices[i];

		printk("device: %s, %s, %#lx-%#lx, irq %u%s%s\n", device->name,
		       devices[device->kind], device->gpa,
		       device->gpa + device->length - 1, device->irq,
		       device->path[0] == '\0' ? "" : ", ", device->path);
	}
	for (u32 i = 0; i < config->pass_count; i++) {
		const struct vm_config_pass *pass = &config->passes[i];

		printk("passed through: %s, %#lx-%#lx of the host's %#lx, irq "
		       "%u\n",
		       pass->name, pass->gpa, pass->gpa + pass->length - 1,
		       pass->hpa, pass->irq);
	}
	for (u32 i = 0; i < config->ports_count; i++) {
		printk("passed through: ports %#x-%#x, irq %u\n",
		       config->ports[i].first, config->ports[i].last,
		       config->ports[i].irq);
	}
}

static void show_kept_back(const struct vm_config *config)
{
	for (u32 i = 0; i < config->excluded_count; i++) {
		printk("kept back: %#lx-%#lx of the host's\n",
		       config->excluded[i].hpa,
		       config->excluded[i].hpa + config->excluded[i].length -
			       1);
	}
	for (u32 i = 0; i < config->kept_ports_count; i++) {
		printk("kept back: ports %#x-%#x\n",
		       config->kept_ports[i].first, config->kept_ports[i].last);
	}
}

void guest_vm_show(const struct vm_config *config)
{
	bool restarts = config->on_reset == VM_CONFIG_RESET_RESTARTS;

	printk("VM %u (%s): vm_type %s, limit_ms %lu, on_reset %s, "
	       "interrupt_mode %s\n",
	       config->id, config->name, types[config->type], config->limit_ms,
	       restarts ? "restart" : "stop", interrupts[config->interrupts]);
	show_cpus(config);
	show_kernel(config);
	show_memory(config);
	show_devices(config);
	show_kept_back(config);
}
