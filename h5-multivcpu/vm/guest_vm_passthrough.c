#include "vm/guest_vm_passthrough.h"
#include "console/uart.h"
#include "cpu/instructions.h"
#include "cpu/pic.h"
#include "cpu/ports.h"
#include "cpu/traps.h"
#include "lib/string.h"
#include "memory/passthrough.h"
#include "memory/passthrough_apart.h"
#include "vm/guest_vms.h"

#define COM2_IRQ 3u

/* "Edge/Level Control Register": a bit for each of the PC/AT's interrupts. */
#define PORT_ELCR 0x4d0u

/* The host's interrupts of the PC/AT: whose machine has each. */
static struct guest_vm *owners[PIC8259_INPUTS];

static void wish_ports(struct passthrough_wish *wish,
		       const struct vm_config *config)
{
	wish->ports_count = config->ports_count;
	for (u32 i = 0; i < config->ports_count; i++) {
		wish->ports[i] = (struct passthrough_ports){
			config->ports[i].first, config->ports[i].last};
	}
	wish->ports_excluded_count = config->kept_ports_count;
	for (u32 i = 0; i < config->kept_ports_count; i++) {
		wish->ports_excluded[i] =
			(struct passthrough_ports){config->kept_ports[i].first,
						   config->kept_ports[i].last};
	}
}

static void wish_mmio(struct passthrough_wish *wish,
		      const struct vm_config *config)
{
	wish->mmio_count = config->pass_count;
	for (u32 i = 0; i < config->pass_count; i++) {
		wish->mmio[i] = (struct passthrough_mmio){
			.gpa = config->passes[i].gpa,
			.hpa = config->passes[i].hpa,
			.size = config->passes[i].length,
		};
	}
	wish->mmio_excluded_count = config->excluded_count;
	for (u32 i = 0; i < config->excluded_count; i++) {
		wish->mmio_excluded[i] = (struct passthrough_hpas){
			config->excluded[i].hpa,
			config->excluded[i].hpa + config->excluded[i].length};
	}
}

static void open_ports(struct guest_vm *vm, const struct passthrough_plan *plan)
{
	for (u32 v = 0; v < vm->vcpu_count; v++) {
		for (unsigned int i = 0; i < plan->ports_count; i++) {
			intercept_ports(&vm->vcpus[v]->cpu.vcpu.intercept,
					plan->ports[i].first,
					plan->ports[i].last -
						plan->ports[i].first + 1u,
					false);
		}
	}
}

static struct error map_mmio(struct guest_vm *vm,
			     const struct passthrough_plan *plan)
{
	struct error error = SUCCESS;

	for (unsigned int i = 0; i < plan->mmio_count && !failed(error); i++) {
		struct guest_region_wish wish =
			passthrough_region(&plan->mmio[i]);

		error = guest_memory_add_region(&vm->machine.memory, &wish);
	}
	return error;
}

/* The interrupt is over for the host when its guest has been told. */
static void on_interrupt(struct trap_frame *frame)
{
	unsigned int irq = (unsigned int)frame->vector - PIC_FIRST_VECTOR;
	struct guest_vm *vm = owners[irq];

	pic_eoi(irq);
	if (vm != NULL) {
		guest_vm_pulse(vm, irq);
	}
}

static bool is_level_triggered(unsigned int irq)
{
	return (in8((u16)(PORT_ELCR + irq / 8)) & BIT(irq % 8)) != 0;
}

/*
 * The host ends an interrupt before its guest has served the device: one that
 * is level-triggered would come again at once, and for ever.
 */
static struct error check_irq(u32 irq)
{
	if (irq >= PIC8259_INPUTS || irq == UART_COM1_IRQ ||
	    (irq == COM2_IRQ && guest_vm_host()->passthrough.uses_com2)) {
		return failure("the hypervisor cannot pass this interrupt "
			       "through, number",
			       irq);
	}
	if (is_level_triggered(irq)) {
		return failure("a level-triggered interrupt cannot be passed "
			       "through, number",
			       irq);
	}
	return SUCCESS;
}

static struct error take_irq(struct guest_vm *vm, u32 irq)
{
	struct error error;

	if (irq == VM_CONFIG_NO_IRQ) {
		return SUCCESS;
	}
	error = check_irq(irq);
	if (failed(error)) {
		return error;
	}
	if (owners[irq] != NULL && owners[irq] != vm) {
		return failure("another virtual machine has the interrupt, "
			       "number",
			       irq);
	}
	owners[irq] = vm;
	traps_set_handler((u8)PIC_VECTOR(irq), on_interrupt);
	pic_unmask(irq);
	return SUCCESS;
}

static struct error take_irqs(struct guest_vm *vm)
{
	struct error error = SUCCESS;

	for (u32 i = 0; i < vm->config.pass_count && !failed(error); i++) {
		error = take_irq(vm, vm->config.passes[i].irq);
	}
	for (u32 i = 0; i < vm->config.ports_count && !failed(error); i++) {
		error = take_irq(vm, vm->config.ports[i].irq);
	}
	return error;
}

void guest_vm_passthrough_end(struct guest_vm *vm)
{
	for (unsigned int i = 0; i < PIC8259_INPUTS; i++) {
		if (owners[i] == vm) {
			pic_mask(i);
			owners[i] = NULL;
		}
	}
	memset(&vm->passed, 0, sizeof(vm->passed));
}

/* Reserved regions to which the guest may write are devices as well. */
static void add_reserved(struct passthrough_plan *plan,
			 const struct vm_config *config)
{
	for (u32 i = 0; i < config->region_count; i++) {
		const struct vm_config_region *region = &config->regions[i];

		if (region->map == VM_CONFIG_RESERVED &&
		    (region->rights & VM_CONFIG_WRITE) != 0 &&
		    plan->mmio_count < PASSTHROUGH_MAX) {
			plan->mmio[plan->mmio_count++] =
				(struct passthrough_mmio){
					region->gpa, region->gpa, region->size};
		}
	}
}

/* Machines that are built keep what they have, whether or not they run. */
static struct error take_plan(struct guest_vm *vm,
			      const struct passthrough_plan *plan)
{
	const struct guest_vm *other;

	vm->passed = *plan;
	add_reserved(&vm->passed, &vm->config);
	for (u32 i = 0; (other = guest_vms_at(i)) != NULL; i++) {
		struct error error =
			other == vm ? SUCCESS
				    : passthrough_apart(&vm->passed,
							&other->passed);

		if (failed(error)) {
			return error;
		}
	}
	return SUCCESS;
}

struct error guest_vm_passthrough_make(struct guest_vm *vm,
				       const char **culprit)
{
	static struct passthrough_wish wish;
	static struct passthrough_plan plan;
	struct error error;

	(void)culprit;
	memset(&wish, 0, sizeof(wish));
	wish_ports(&wish, &vm->config);
	wish_mmio(&wish, &vm->config);
	error = passthrough_plan(&plan, &wish, &guest_vm_host()->passthrough);
	if (!failed(error)) {
		error = take_plan(vm, &plan);
	}
	if (!failed(error)) {
		open_ports(vm, &plan);
		error = map_mmio(vm, &plan);
	}
	if (!failed(error)) {
		error = take_irqs(vm);
	}
	if (failed(error)) {
		guest_vm_passthrough_end(vm);
	}
	return error;
}
