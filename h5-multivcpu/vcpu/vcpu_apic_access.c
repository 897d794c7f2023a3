#include "vcpu/vcpu_apic_access.h"
#include "apic/local_apic_access.h"
#include "apic/local_apic_interrupt.h"
#include "apic/local_apic_timer.h"
#include "cpu/msr.h"
#include "ept_violation.h"
#include "exits/emulate.h"
#include "vcpu/vcpu_apic.h"
#include "vcpu/vcpu_apic_virtual.h"
#include "vm/guest_vm.h"
#include "vmcs.h"

#define X2APIC_MSRS    0x100u
#define APIC_PAGE_SIZE 0x1000u

/* SDM: "Exit Qualification for Control-Register Accesses". */
#define CR_TYPE(q)     ((q) >> 4 & 3)
#define CR_REGISTER(q) ((unsigned int)((q) >> 8 & 0xf))
#define MOV_TO_CR      0u

static bool read_page(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct guest_vcpu *vcpu = device;

	*value = local_apic_read(&vcpu->apic, (u32)offset, size);
	return true;
}

static bool write_page(void *device, u64 offset, unsigned int size, u64 value)
{
	struct guest_vcpu *vcpu = device;

	local_apic_write(&vcpu->apic, (u32)offset, size, value);
	vcpu_apic_virtual_written(vcpu);
	vcpu_apic_look_again(vcpu);
	return true;
}

static const struct bus_ops page_ops = {read_page, write_page, 8};

static bool read_x2apic(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct guest_vcpu *vcpu = device;

	(void)size;
	return local_apic_msr_read(&vcpu->apic, IA32_X2APIC_BASE + (u32)offset,
				   value);
}

static bool write_x2apic(void *device, u64 offset, unsigned int size, u64 value)
{
	struct guest_vcpu *vcpu = device;

	(void)size;
	if (!local_apic_msr_write(&vcpu->apic, IA32_X2APIC_BASE + (u32)offset,
				  value)) {
		return false;
	}
	vcpu_apic_look_again(vcpu);
	return true;
}

static const struct bus_ops x2apic_ops = {read_x2apic, write_x2apic, 8};

static bool read_base(void *device, u64 offset, unsigned int size, u64 *value)
{
	const struct guest_vcpu *vcpu = device;

	(void)offset, (void)size;
	*value = vcpu->apic.base;
	return true;
}

/*
 * The registers are where the base says, for this CPU alone. A device of the
 * machine that this CPU would find there is hidden from it.
 */
static void place_page(struct guest_vcpu *vcpu)
{
	gpa_t base = ALIGN_DOWN(vcpu->apic.base, APIC_PAGE_SIZE);
	const struct bus *others = &vcpu->vm->machine.mmio;

	vcpu->devices = (struct bus){.count = 0};
	if (local_apic_claims(&vcpu->apic, base)) {
		(void)bus_add(&vcpu->devices,
			      (struct bus_range){
				      .first = base,
				      .last = base + APIC_PAGE_SIZE - 1,
				      .ops = &page_ops,
				      .device = vcpu,
				      .name = "local APIC",
			      });
	}
	for (unsigned int i = 0; i < others->count; i++) {
		(void)bus_add(&vcpu->devices, others->ranges[i]);
	}
}

static bool write_base(void *device, u64 offset, unsigned int size, u64 value)
{
	struct guest_vcpu *vcpu = device;
	gpa_t before = vcpu->apic.base;

	(void)offset, (void)size;
	if (!local_apic_set_base(&vcpu->apic, value)) {
		return false;
	}
	place_page(vcpu);
	(void)apic_hole_move(vcpu, before, value);
	if (local_apic_in_x2apic_mode(&vcpu->apic)) {
		vcpu_apic_virtual_hide_page(vcpu);
	}
	cpuid_table_show_apic(&vcpu->cpu.cpuid, (value & APIC_BASE_EN) != 0);
	vcpu_apic_look_again(vcpu);
	return true;
}

static const struct bus_ops base_ops = {read_base, write_base, 8};

static bool read_deadline(void *device, u64 offset, unsigned int size,
			  u64 *value)
{
	const struct guest_vcpu *vcpu = device;

	(void)offset, (void)size;
	*value = local_apic_timer_tsc_deadline(&vcpu->apic);
	return true;
}

static bool write_deadline(void *device, u64 offset, unsigned int size,
			   u64 value)
{
	struct guest_vcpu *vcpu = device;

	(void)offset, (void)size;
	local_apic_timer_set_tsc_deadline(&vcpu->apic, value);
	vcpu_apic_look_again(vcpu);
	return true;
}

static const struct bus_ops deadline_ops = {read_deadline, write_deadline, 8};

struct error vcpu_apic_access_init(struct guest_vcpu *vcpu)
{
	const struct bus_range ranges[] = {
		{IA32_APIC_BASE, IA32_APIC_BASE, &base_ops, vcpu,
		 "IA32_APIC_BASE"},
		{IA32_X2APIC_BASE, IA32_X2APIC_BASE + X2APIC_MSRS - 1,
		 &x2apic_ops, vcpu, "x2APIC"},
		{IA32_TSC_DEADLINE, IA32_TSC_DEADLINE, &deadline_ops, vcpu,
		 "IA32_TSC_DEADLINE"},
	};
	struct error error = SUCCESS;

	vcpu->cpu.devices = &vcpu->devices;
	place_page(vcpu);
	for (size_t i = 0; i < ARRAY_SIZE(ranges) && !failed(error); i++) {
		error = bus_add(&vcpu->cpu.msrs, ranges[i]);
	}
	return error;
}

/* An access that is not an instruction's to data is the guest's end. */
struct answer vcpu_apic_access_hole(struct guest_vcpu *vcpu)
{
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);
	struct guest_cpu *cpu = &vcpu->cpu;

	event_queue_keep_interrupted(&cpu->events);
	if (cpu->events.interrupted.info != 0) {
		return answer_stop(STOP_DELIVERY);
	}
	if ((qualification & EPT_VIOLATION_FETCH) != 0) {
		return answer_stop(STOP_EXECUTES_DEVICE);
	}
	if ((qualification & EPT_VIOLATION_FINAL_ADDRESS) == 0) {
		return answer_stop(STOP_PAGE_TABLES);
	}
	return emulate_untold(cpu);
}

struct answer vcpu_apic_access_cr8(struct guest_vcpu *vcpu, u64 qualification)
{
	struct vcpu *v = &vcpu->cpu.vcpu.vcpu;
	unsigned int number = CR_REGISTER(qualification);

	if (CR_TYPE(qualification) != MOV_TO_CR) {
		vcpu_register_set(v, number, local_apic_cr8(&vcpu->apic));
		return answer_done();
	}
	if (!local_apic_set_cr8(&vcpu->apic, vcpu_register(v, number))) {
		return answer_general_protection();
	}
	vcpu_apic_look_again(vcpu);
	return answer_done();
}
