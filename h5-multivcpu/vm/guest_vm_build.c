#include "vm/guest_vm_build.h"
#include "acpi/guest_mp_table.h"
#include "acpi/virtio_ssdt.h"
#include "cpu/instructions.h"
#include "devices/machine_layout.h"
#include "image/boot_load.h"
#include "lib/string.h"
#include "machine/machine_flash.h"
#include "memory/frames.h"
#include "memory/physical.h"
#include "vm/guest_vm_channels.h"
#include "vm/guest_vm_consoles.h"
#include "vm/guest_vm_passthrough.h"
#include "vm/guest_vm_watch.h"

#define PIT_IO_APIC_PIN 2u

#define VCPU_ORDER frames_order(sizeof(struct guest_vcpu))

/* A step and what takes it back; take_apart() does those from the last on. */
struct step {
	const char *name; /* for a culprit */
	struct error (*make)(struct guest_vm *vm, const char **culprit);
	void (*take_back)(struct guest_vm *vm);
};

static struct vm_region region_of(const struct vm_config_region *region)
{
	static const enum vm_region_kind kinds[] = {
		[VM_CONFIG_ALLOC] = VM_REGION_ALLOC,
		[VM_CONFIG_IDENTICAL] = VM_REGION_IDENTICAL,
		[VM_CONFIG_RESERVED] = VM_REGION_RESERVED,
	};

	return (struct vm_region){
		.kind = kinds[region->map],
		.gpa = region->gpa,
		.size = region->size,
		.rights = region->rights,
		.lazy = region->lazy,
		.hpa = region->gpa,
	};
}

_Static_assert(VM_CONFIG_READ == EPT_READ && VM_CONFIG_WRITE == EPT_WRITE &&
		       VM_CONFIG_EXECUTE == EPT_EXECUTE,
	       "rights are EPT's");

static struct error make_memory(struct guest_vm *vm, const char **culprit)
{
	static struct vm_region list[VM_CONFIG_REGIONS_MAX];
	struct machine *machine = &vm->machine;
	unsigned int bits = cpuid(CPUID_ADDRESS_SIZES, 0).eax & 0xff;
	const struct vm_regions_host host = {guest_vm_host()->ram, bits};
	u32 count = vm->config.region_count;
	struct error error;

	(void)culprit;
	for (u32 i = 0; i < count; i++) {
		list[i] = region_of(&vm->config.regions[i]);
	}
	error = vm_regions_check(list, count, &host);
	if (failed(error)) {
		return error;
	}
	error = ept_init(&machine->ept, guest_vm_host()->caps->ept_vpid, bits);
	if (failed(error)) {
		return error;
	}
	error = vm_regions_init(&vm->regions, &machine->memory, &machine->ept,
				list, count);
	if (failed(error)) {
		ept_destroy(&machine->ept);
	}
	return error;
}

static void take_back_memory(struct guest_vm *vm)
{
	vm_regions_destroy(&vm->regions, &vm->machine.memory);
	ept_destroy(&vm->machine.ept);
}

static void transmit(void *context, u8 byte)
{
	struct guest_vm *vm = context;

	terminal_output_say(guest_vm_host()->terminal, &vm->speaker,
			    (const char *)&byte, 1);
}

/* What virtio consoles do not want goes to the serial port. */
static bool receive(void *context, u8 *byte)
{
	struct guest_vm *vm = context;

	return !guest_vm_consoles_listen(vm) &&
	       input_ring_take(&vm->input, byte);
}

static void set_alarm(void *context, u64 tsc)
{
	struct guest_vm *vm = context;

	host_timer_set(&vm->alarm, tsc);
}

static void alarm_is_due(struct host_timer *timer)
{
	struct guest_vm *vm = CONTAINER_OF(timer, struct guest_vm, alarm);

	if (vm->vcpus[0] != NULL) {
		guest_vcpu_post(vm->vcpus[0], GUEST_VCPU_MACHINE);
	}
}

/* Interrupts of the PC/AT have the pins of their numbers, but for the PIT. */
static void wire_io_apic(struct guest_vm *vm)
{
	struct machine *machine = &vm->machine;

	for (unsigned int i = 0; i < GUEST_VM_LINES; i++) {
		vm->lines[i] = i < PIC8259_INPUTS
				       ? machine_isa_line(machine, i)
				       : io_apic_line(&vm->io_apic, i);
	}
	for (unsigned int i = 0; i < PIC8259_INPUTS; i++) {
		if (i != PIT_IO_APIC_PIN) {
			machine->isa_also[i] = io_apic_line(
				&vm->io_apic,
				i == MACHINE_IRQ_PIT ? PIT_IO_APIC_PIN : i);
		}
	}
}

static struct error make_devices(struct guest_vm *vm, const char **culprit)
{
	const struct machine_host host = {transmit, receive, set_alarm, vm};
	struct error error;

	(void)culprit;
	vm->alarm.expire = alarm_is_due;
	error = machine_equip(&vm->machine, &host);
	if (!failed(error)) {
		error = io_apic_attach(&vm->io_apic, &vm->machine.mmio,
				       &vm->apics, &vm->machine.clock);
	}
	if (!failed(error)) {
		wire_io_apic(vm);
		error = guest_vm_consoles_attach(vm);
	}
	if (failed(error)) {
		machine_strip(&vm->machine);
	}
	return error;
}

static void take_back_devices(struct guest_vm *vm)
{
	machine_strip(&vm->machine);
	host_timer_cancel(&vm->alarm);
}

/* A flash of the description, its time limit. */
static struct error make_options(struct guest_vm *vm, const char **culprit)
{
	struct machine_options options = {.limit = vm->config.limit_ms *
						   (DEVICE_CLOCK_HZ / 1000)};

	machine_options_limit(&options, &vm->machine);
	for (u32 i = 0; i < vm->config.device_count; i++) {
		const struct vm_config_device *device = &vm->config.devices[i];

		if (device->kind == VM_CONFIG_FLASH) {
			*culprit = device->path;
			memcpy(options.flash, device->path,
			       sizeof(options.flash));
			options.flash_pass_through = device->path[0] == '\0';
			return machine_flash_fill(&vm->machine, &options);
		}
	}
	return SUCCESS;
}

static void take_back_options(struct guest_vm *vm)
{
	(void)vm; /* machine_strip() gives the flash back */
}

static void take_back_vcpus(struct guest_vm *vm)
{
	for (u32 i = 0; i < vm->vcpu_count && vm->vcpus[i] != NULL; i++) {
		guest_vcpu_destroy(vm->vcpus[i]);
		frames_free(virt_to_phys(vm->vcpus[i]), VCPU_ORDER);
		vm->vcpus[i] = NULL;
	}
}

static struct error make_vcpu(struct guest_vm *vm, u32 index)
{
	hpa_t block = frames_alloc(VCPU_ORDER);
	struct error error;

	if (block == FRAME_NONE) {
		return failure("no memory for a vCPU, number", index);
	}
	vm->vcpus[index] = phys_to_virt(block);
	error = guest_vcpu_create(vm->vcpus[index], vm, index,
				  vm->config.cpus[index].allowed);
	if (failed(error)) {
		frames_free(block, VCPU_ORDER);
		vm->vcpus[index] = NULL;
	}
	return error;
}

static struct error make_vcpus(struct guest_vm *vm, const char **culprit)
{
	struct error error = SUCCESS;

	(void)culprit;
	for (u32 i = 0; i < vm->vcpu_count && !failed(error); i++) {
		error = make_vcpu(vm, i);
	}
	if (failed(error)) {
		take_back_vcpus(vm);
	}
	return error;
}

static void list_modules(const struct vm_config *config,
			 struct module_list *list)
{
	list->count = config->module_count;
	for (u32 i = 0; i < config->module_count; i++) {
		list->modules[i].path = config->modules[i].path;
		list->modules[i].args = config->modules[i].args;
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

static struct error load(struct guest_vm *vm, const char **culprit)
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

static void unload(struct guest_vm *vm)
{
	(void)vm; /* the guest's memory is all that it was loaded into */
}

static const struct step steps[] = {
	{"memory", make_memory, take_back_memory},
	{"devices", make_devices, take_back_devices},
	{"channels", guest_vm_channels_join, guest_vm_channels_leave},
	{"options", make_options, take_back_options},
	{"vCPUs", make_vcpus, take_back_vcpus},
	{"pass-through", guest_vm_passthrough_make, guest_vm_passthrough_end},
	{"image", load, unload},
	{"watching it", guest_vm_watch_begin, guest_vm_watch_end},
};

static void take_back(struct guest_vm *vm, size_t count)
{
	while (count > 0) {
		steps[--count].take_back(vm);
	}
}

/* All that a machine is made of is new; what it is called stays. */
static void clear(struct guest_vm *vm)
{
	memset(&vm->machine, 0, sizeof(vm->machine));
	vm->vcpu_count = vm->config.cpu_num;
	vm->apics = (struct apic_bus){.count = vm->vcpu_count,
				      .ops = &guest_vm_apic_ops,
				      .context = vm};
	vm->outcome = GUEST_VM_NOT_ENDED;
	vm->console_count = 0;
	vm->edges = 0;
	vm->hole_count = 0;
	input_ring_clear(&vm->input);
}

struct error guest_vm_build(struct guest_vm *vm, const char **culprit)
{
	struct error error = SUCCESS;
	size_t done = 0;

	clear(vm);
	for (; done < ARRAY_SIZE(steps) && !failed(error); done++) {
		*culprit = steps[done].name;
		error = steps[done].make(vm, culprit);
	}
	if (failed(error)) {
		take_back(vm, done - 1);
		(void)guest_vm_state_move(&vm->state, GUEST_VM_STOPPED);
		return error;
	}
	vm->built = true;
	vm->stopped_at = machine_stop_time(&vm->machine);
	return guest_vm_state_move(&vm->state, GUEST_VM_LOADED);
}

void guest_vm_take_apart(struct guest_vm *vm)
{
	if (vm->built) {
		take_back(vm, ARRAY_SIZE(steps));
		vm->built = false;
	}
}
