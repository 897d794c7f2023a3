#include "host/host_options.h"
#include "boot/cmdline.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "scheduler/scheduler.h"
#include "smp/cpu.h"

const char *const host_options_words[] = {
	"guest=",  "mem=",	    "lazy",   "kind=",	"load=",  "entry=",
	"flash=",  "modules=",	    "ports=", "limit=", "vcpus=", "cpus=",
	"slice=",  "doctor",	    "dump",   "stats",	"trace",  "all-exits",
	"monitor", "software-apic", NULL,
};

/* Each says that there is one virtual machine, which no file describes. */
static const char *const single_words[] = {
	"guest", "mem",	    "kind",  "load",  "entry",
	"flash", "modules", "ports", "limit", "vcpus",
};

#define SLICE_US_MIN 100u
#define SLICE_US_MAX 1000000u

/* A number in a range, if the option is there. */
static bool read_number(const char *cmdline, const char *name, u64 least,
			u64 most, u64 *value)
{
	if (!cmdline_has_value(cmdline, name)) {
		return true;
	}
	if (!cmdline_number(cmdline, name, value) || *value < least ||
	    *value > most) {
		printk("%s= takes a number from %lu to %lu\n", name, least,
		       most);
		return false;
	}
	return true;
}

static bool is_single(const char *cmdline)
{
	for (size_t i = 0; i < ARRAY_SIZE(single_words); i++) {
		if (cmdline_has_value(cmdline, single_words[i])) {
			return true;
		}
	}
	return cmdline_has(cmdline, "lazy") ||
	       cmdline_guest(cmdline)[0] != '\0';
}

static void describe_cpus(struct vm_config *config, u32 count)
{
	config->cpu_num = count;
	for (u32 i = 0; i < count; i++) {
		config->cpus[i] = (struct vm_config_cpu){
			.allowed = VM_CONFIG_ALL_CPUS,
			.preferred = VM_CONFIG_ANY_CPU,
		};
	}
}

static void describe_memory(struct vm_config *config,
			    const struct vm_options *vm)
{
	config->region_count = 1;
	config->regions[0] = (struct vm_config_region){
		.size = vm->memory_size,
		.rights = VM_CONFIG_READ | VM_CONFIG_WRITE | VM_CONFIG_EXECUTE,
		.map = VM_CONFIG_ALLOC,
		.lazy = vm->lazy,
	};
}

static void describe_devices(struct vm_config *config,
			     const struct machine_options *machine)
{
	struct vm_config_device *flash = &config->devices[0];

	config->limit_ms = machine->limit / (DEVICE_CLOCK_HZ / 1000);
	config->interrupts = VM_CONFIG_INTERRUPTS_EMULATED;
	if (machine->flash_pass_through || machine->flash[0] != '\0') {
		config->device_count = 1;
		flash->kind = VM_CONFIG_FLASH;
		memcpy(flash->path, machine->flash, sizeof(flash->path));
	}
	if (machine->has_ports) {
		config->ports_count = 1;
		config->ports[0] = (struct vm_config_ports){
			.first = machine->first_port,
			.last = machine->last_port,
			.irq = VM_CONFIG_NO_IRQ,
		};
	}
}

/* What h4's words say, as a file would. */
static bool read_single(struct host_options *options, const char *cmdline)
{
	struct vm_config *config = &options->config;
	struct vm_options vm;
	struct boot_options boot;
	struct machine_options machine;
	u64 vcpus = 1;

	if (!vm_options_read(&vm, cmdline) ||
	    !boot_options_read(&boot, cmdline) ||
	    !machine_options_read(&machine, cmdline) ||
	    !read_number(cmdline, "vcpus", 1, VM_CONFIG_CPUS_MAX, &vcpus)) {
		return false;
	}
	config->id = 1;
	config->on = true;
	(void)format(config->name, sizeof(config->name), "guest");
	(void)format(config->kernel_path, sizeof(config->kernel_path), "%s",
		     vm.path);
	config->kind = boot.kind;
	config->kernel_load = boot.load;
	config->entry = boot.entry;
	memcpy(options->modules, boot.modules, sizeof(options->modules));
	(void)format(config->cmdline, sizeof(config->cmdline), "%s",
		     cmdline_guest(cmdline));
	describe_cpus(config, (u32)vcpus);
	describe_memory(config, &vm);
	describe_devices(config, &machine);
	return true;
}

bool host_options_read(struct host_options *options, const char *cmdline)
{
	u64 cpus = CPUS_MAX;
	u64 slice_us = SCHEDULER_SLICE_NS / 1000;

	options->dump = cmdline_has(cmdline, "dump");
	options->doctor = cmdline_has(cmdline, "doctor");
	options->stats = cmdline_has(cmdline, "stats");
	options->trace = cmdline_has(cmdline, "trace");
	options->all_exits = cmdline_has(cmdline, "all-exits");
	options->monitor = cmdline_has(cmdline, "monitor");
	options->software_apic = cmdline_has(cmdline, "software-apic");
	options->single = is_single(cmdline);
	if (!read_number(cmdline, "cpus", 1, CPUS_MAX, &cpus) ||
	    !read_number(cmdline, "slice", SLICE_US_MIN, SLICE_US_MAX,
			 &slice_us)) {
		return false;
	}
	/* The debugger knows one CPU of the host. */
	options->cpus = cmdline_has(cmdline, "gdb") ? 1 : (u32)cpus;
	options->slice = slice_us * 1000;
	return !options->single || read_single(options, cmdline);
}
