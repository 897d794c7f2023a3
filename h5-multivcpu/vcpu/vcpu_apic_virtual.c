#include "vcpu/vcpu_apic_virtual.h"
#include "apic/local_apic_access.h"
#include "apic/local_apic_interrupt.h"
#include "cpu/msr.h"
#include "devices/machine_layout.h"
#include "exits/emulate.h"
#include "memory/physical.h"
#include "vcpu/vcpu_apic.h"
#include "vm/guest_vm.h"
#include "vmcs.h"

#define TPR_SHADOW ((u32)PRIMARY_USE_TPR_SHADOW)
#define CR8_EXITING \
	((u32)(PRIMARY_CR8_LOAD_EXITING | PRIMARY_CR8_STORE_EXITING))

#define REGISTERS_AND_DELIVERY                         \
	((u32)SECONDARY_APIC_REGISTER_VIRTUALIZATION | \
	 (u32)SECONDARY_VIRTUAL_INTERRUPT_DELIVERY)

/* SDM: the table "Exit Qualification for APIC-Access VM Exits". */
#define ACCESS_OFFSET(q) ((u32)(q)&0xfff)
#define ACCESS_TYPE(q)	 ((q) >> 12 & 0xf)

enum access_type {
	ACCESS_READ = 0,
	ACCESS_WRITE = 1,
	ACCESS_FETCH = 2,
	ACCESS_BY_DELIVERY = 3,
	ACCESS_BY_DELIVERY_TO_TABLES = 10,
};

#define EOI_VECTOR(q) ((u8)(q))

/* MSRs of x2APIC mode whose writes the CPU virtualises; see their offsets. */
static const u32 written_registers[] = {APIC_TPR, APIC_EOI, APIC_SELF_IPI};

/*
 * With software's way, an access to where the page is by default exits too,
 * since the other vCPUs may have it there: see vcpu_apic_virtual_access().
 */
static const u32 secondary_of[] = {
	[VCPU_APIC_SOFTWARE] = SECONDARY_VIRTUALIZE_APIC_ACCESSES,
	[VCPU_APIC_VIRTUAL_XAPIC] =
		SECONDARY_VIRTUALIZE_APIC_ACCESSES | REGISTERS_AND_DELIVERY,
	[VCPU_APIC_VIRTUAL_X2APIC] =
		SECONDARY_VIRTUALIZE_X2APIC_MODE | REGISTERS_AND_DELIVERY,
};

#define ALL_OF_SECONDARY                            \
	((u32)(SECONDARY_VIRTUALIZE_APIC_ACCESSES | \
	       SECONDARY_VIRTUALIZE_X2APIC_MODE) |  \
	 REGISTERS_AND_DELIVERY)

/*
 * The frame of every APIC-access page. Nothing is ever read from it or written
 * to it: where it is mapped, the CPU turns accesses to the virtual-APIC page,
 * or exits.
 */
static u8 access_page[EPT_PAGE_SIZE] __attribute__((aligned(EPT_PAGE_SIZE)));

/* Fetches are not virtualised, and exit as EPT violations do. */
static bool show_page(struct guest_vm *vm)
{
	return guest_memory_region(&vm->machine.memory,
				   MACHINE_LOCAL_APIC_BASE) == NULL &&
	       !failed(ept_map(&vm->machine.ept, MACHINE_LOCAL_APIC_BASE,
			       virt_to_phys(access_page), EPT_PAGE_SIZE,
			       EPT_READ | EPT_WRITE, EPT_WB));
}

void vcpu_apic_virtual_hide_page(struct guest_vcpu *vcpu)
{
	struct guest_vm *vm = vcpu->vm;
	bool taken = guest_vm_enter_machine(vcpu);

	if (vm->shows_apic_page &&
	    !failed(ept_unmap(&vm->machine.ept, MACHINE_LOCAL_APIC_BASE,
			      EPT_PAGE_SIZE))) {
		vm->shows_apic_page = false;
		guest_vm_flush(vm);
	}
	guest_vm_leave_machine(vcpu, taken);
}

/*
 * The CPU takes interrupts of a disabled APIC, and knows one address alone at
 * which a page can be.
 */
static enum vcpu_apic_way wanted(const struct guest_vcpu *vcpu)
{
	const struct local_apic *apic = &vcpu->apic;

	if (!vcpu->apic_help || !local_apic_is_enabled(apic)) {
		return VCPU_APIC_SOFTWARE;
	}
	if (local_apic_in_x2apic_mode(apic)) {
		return VCPU_APIC_VIRTUAL_X2APIC;
	}
	return local_apic_claims(apic, MACHINE_LOCAL_APIC_BASE)
		       ? VCPU_APIC_VIRTUAL_XAPIC
		       : VCPU_APIC_SOFTWARE;
}

/* What the CPU has cached was cached while other accesses exited. */
static void write_controls(struct guest_vcpu *vcpu, enum vcpu_apic_way way)
{
	struct controls *controls = &vcpu->cpu.vcpu.vcpu.controls;

	controls->primary &= ~(TPR_SHADOW | CR8_EXITING);
	controls->primary |=
		way == VCPU_APIC_SOFTWARE ? CR8_EXITING : TPR_SHADOW;
	controls->secondary &= ~ALL_OF_SECONDARY;
	controls->secondary |= secondary_of[way];
	vmcs_write(PRIMARY_CONTROLS, controls->primary);
	vmcs_write(SECONDARY_CONTROLS, controls->secondary);
	__atomic_store_n(&vcpu->cpu.vcpu.ept_seen, 0, __ATOMIC_RELEASE);
}

static void open_msrs(struct guest_vcpu *vcpu, bool open)
{
	struct intercept *intercept = &vcpu->cpu.vcpu.intercept;
	const u32 count = APIC_REGISTERS_END / 16;

	for (u32 msr = IA32_X2APIC_BASE; msr < IA32_X2APIC_BASE + count;
	     msr++) {
		(void)intercept_msr_reads(
			intercept, msr,
			!open || !local_apic_msr_is_in_page(msr));
	}
	for (size_t i = 0; i < ARRAY_SIZE(written_registers); i++) {
		(void)intercept_msr_writes(
			intercept, IA32_X2APIC_BASE + written_registers[i] / 16,
			!open);
	}
}

/* SDM: "Guest Non-Register State": RVI and SVI, 0 if there is none. */
static void write_status(struct guest_vcpu *vcpu)
{
	int requested = local_apic_highest_requested(&vcpu->apic);
	int in_service = local_apic_highest_in_service(&vcpu->apic);

	vmcs_write(GUEST_INTERRUPT_STATUS,
		   (in_service < 0 ? 0u : (u32)in_service) << 8 |
			   (requested < 0 ? 0u : (u32)requested));
	vcpu->apic.requested = 0;
}

/* Level-triggered interrupts alone are over for somebody else too. */
static void write_eoi_exits(struct guest_vcpu *vcpu)
{
	static const enum vmcs_field fields[] = {
		EOI_EXIT_BITMAP_0, EOI_EXIT_BITMAP_1, EOI_EXIT_BITMAP_2,
		EOI_EXIT_BITMAP_3};

	for (unsigned int i = 0; i < ARRAY_SIZE(fields); i++) {
		u64 low = local_apic_level_vectors(&vcpu->apic, 2 * i);
		u64 high = local_apic_level_vectors(&vcpu->apic, 2 * i + 1);

		vmcs_write(fields[i], high << 32 | low);
	}
	vcpu->apic.levels_changed = false;
}

RARELY static void follow_mode(struct guest_vcpu *vcpu)
{
	enum vcpu_apic_way way = wanted(vcpu);

	vcpu->apic.mode_changed = false;
	if (way == vcpu->apic_way) {
		return;
	}
	vcpu->apic_way = way;
	write_controls(vcpu, way);
	open_msrs(vcpu, way == VCPU_APIC_VIRTUAL_X2APIC);
	write_status(vcpu);
	write_eoi_exits(vcpu);
}

void vcpu_apic_virtual_init(struct guest_vcpu *vcpu)
{
	struct controls *controls = &vcpu->cpu.vcpu.vcpu.controls;

	if ((controls->secondary & SECONDARY_VIRTUAL_INTERRUPT_DELIVERY) == 0) {
		return;
	}
	if (vcpu->index == 0) {
		vcpu->vm->shows_apic_page = show_page(vcpu->vm);
	}
	if (!vcpu->vm->shows_apic_page) {
		controls->secondary &= ~ALL_OF_SECONDARY;
		vmcs_write(SECONDARY_CONTROLS, controls->secondary);
		return;
	}
	vcpu->apic_help = true;
	vmcs_write(APIC_ACCESS_ADDRESS, virt_to_phys(access_page));
	vcpu->apic_way = VCPU_APIC_SOFTWARE;
	write_controls(vcpu, vcpu->apic_way);
	follow_mode(vcpu);
}

/* RVI only rises here: the CPU lowers it as it delivers. */
static void raise_requested(struct guest_vcpu *vcpu)
{
	u64 status = vmcs_read(GUEST_INTERRUPT_STATUS);
	u8 requested = vcpu->apic.requested;

	vcpu->apic.requested = 0;
	if (requested > (u8)status) {
		vmcs_write(GUEST_INTERRUPT_STATUS,
			   (status & 0xff00) | requested);
	}
}

void vcpu_apic_virtual_prepare(struct guest_vcpu *vcpu)
{
	if (__builtin_expect(vcpu->apic.mode_changed, false)) {
		follow_mode(vcpu);
	}
	if (!vcpu_apic_virtual_delivers(vcpu)) {
		return;
	}
	if (vcpu->apic.requested != 0) {
		raise_requested(vcpu);
	}
	if (__builtin_expect(vcpu->apic.levels_changed, false)) {
		write_eoi_exits(vcpu);
	}
}

void vcpu_apic_virtual_written(struct guest_vcpu *vcpu)
{
	if (vcpu_apic_virtual_delivers(vcpu)) {
		write_status(vcpu);
	}
}

/*
 * Of an access the CPU tells the offset, but neither the linear address nor the
 * instruction. Where the vCPU's registers are not at that address, nothing is.
 */
struct answer vcpu_apic_virtual_access(struct guest_vcpu *vcpu)
{
	struct guest_cpu *cpu = &vcpu->cpu;

	event_queue_keep_interrupted(&cpu->events);
	switch (ACCESS_TYPE(vmcs_read(EXIT_QUALIFICATION))) {
	case ACCESS_READ:
	case ACCESS_WRITE:
		break;
	case ACCESS_FETCH:
		return emulate_fetch(cpu, MACHINE_LOCAL_APIC_BASE);
	case ACCESS_BY_DELIVERY:
	case ACCESS_BY_DELIVERY_TO_TABLES:
		return answer_stop(STOP_DELIVERY);
	default:
		return answer_stop(STOP_PAGE_TABLES);
	}
	if (cpu->events.interrupted.info != 0) {
		return answer_stop(STOP_DELIVERY);
	}
	return emulate_untold(cpu);
}

/* The instruction is over, and what it wrote is in the page. */
struct answer vcpu_apic_virtual_write(struct guest_vcpu *vcpu)
{
	struct local_apic *apic = &vcpu->apic;
	u32 offset = ACCESS_OFFSET(vmcs_read(EXIT_QUALIFICATION)) & ~3u;
	u32 value = local_apic_register(apic, offset);

	if (local_apic_in_x2apic_mode(apic)) {
		(void)local_apic_msr_write(apic, IA32_X2APIC_BASE + offset / 16,
					   value);
	} else {
		local_apic_write(apic, offset, sizeof(value), value);
	}
	vcpu_apic_look_again(vcpu);
	return answer_resume();
}

/* It is not in service any more. */
struct answer vcpu_apic_virtual_eoi(struct guest_vcpu *vcpu)
{
	local_apic_eoi_broadcast(&vcpu->apic,
				 EOI_VECTOR(vmcs_read(EXIT_QUALIFICATION)));
	vcpu_apic_look_again(vcpu);
	return answer_resume();
}
