#include "vm/guest_vm_build.h"
#include "lib/string.h"
#include "machine/machine_flash.h"
#include "memory/frames.h"
#include "memory/physical.h"
#include "vm/guest_vm_channels.h"
#include "vm/guest_vm_consoles.h"
#include "vm/guest_vm_cpus.h"
#include "vm/guest_vm_lines.h"
#include "vm/guest_vm_load.h"
#include "vm/guest_vm_memory.h"
#include "vm/guest_vm_passthrough.h"
#include "vm/guest_vm_watch.h"

#define VCPU_ORDER frames_order(sizeof(struct guest_vcpu))

/*
 * A step and what takes it back, from the last on; NULL if all that it makes
 * goes with what an earlier one has made.
 */
struct step {
	const char *name; /* for a culprit */
	struct error (*make)(struct guest_vm *vm, const char **culprit);
	void (*take_back)(struct guest_vm *vm);
};

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
		guest_vm_lines_wire(vm);
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

/* What is left of the limit: a machine that resets itself has lived before. */
static u64 limit_of(const struct guest_vm *vm)
{
	u64 limit = vm->config.limit_ms * (DEVICE_CLOCK_HZ / 1000);

	if (limit == 0) {
		return 0;
	}
	return limit > vm->lived ? limit - vm->lived : 1;
}

/* A flash of the description, its time limit. */
static struct error make_options(struct guest_vm *vm, const char **culprit)
{
	const struct vm_config_device *flash = vm_config_flash(&vm->config);
	struct machine_options options = {.limit = limit_of(vm)};

	machine_options_limit(&options, &vm->machine);
	if (flash == NULL) {
		return SUCCESS;
	}
	*culprit = flash->path;
	memcpy(options.flash, flash->path, sizeof(options.flash));
	options.flash_pass_through = flash->path[0] == '\0';
	return machine_flash_fill(&vm->machine, &options);
}

static void take_back_vcpus(struct guest_vm *vm)
{
	for (u32 i = 0; i < vm->vcpu_count && vm->vcpus[i] != NULL; i++) {
		guest_vcpu_destroy(vm->vcpus[i]);
		frames_free(virt_to_phys(vm->vcpus[i]), VCPU_ORDER);
		vm->vcpus[i] = NULL;
	}
}

static struct error make_vcpu(struct guest_vm *vm, u32 index,
			      const char **culprit)
{
	struct guest_vm_cpus cpus;
	struct error error = guest_vm_cpus_of(vm, index, &cpus, culprit);
	hpa_t block;

	if (failed(error)) {
		return error;
	}
	block = frames_alloc(VCPU_ORDER);
	if (block == FRAME_NONE) {
		return failure("no memory for a vCPU, number", index);
	}
	vm->vcpus[index] = phys_to_virt(block);
	error = guest_vcpu_create(vm->vcpus[index], vm, index, cpus.allowed);
	if (failed(error)) {
		frames_free(block, VCPU_ORDER);
		vm->vcpus[index] = NULL;
		return error;
	}
	vm->vcpus[index]->unit.first = cpus.first;
	return SUCCESS;
}

static struct error make_vcpus(struct guest_vm *vm, const char **culprit)
{
	struct error error = SUCCESS;

	for (u32 i = 0; i < vm->vcpu_count && !failed(error); i++) {
		error = make_vcpu(vm, i, culprit);
	}
	if (failed(error)) {
		take_back_vcpus(vm);
	}
	return error;
}

static const struct step steps[] = {
	{"memory", guest_vm_memory_make, guest_vm_memory_take_back},
	{"devices", make_devices, take_back_devices},
	{"channels", guest_vm_channels_join, guest_vm_channels_leave},
	{"options", make_options, NULL},
	{"vCPUs", make_vcpus, take_back_vcpus},
	{"pass-through", guest_vm_passthrough_make, guest_vm_passthrough_end},
	{"image", guest_vm_load, NULL},
	{"watching it", guest_vm_watch_begin, guest_vm_watch_end},
};

static void take_back(struct guest_vm *vm, size_t count)
{
	while (count > 0) {
		const struct step *step = &steps[--count];

		if (step->take_back != NULL) {
			step->take_back(vm);
		}
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
	vm->has_reset_itself = false;
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
