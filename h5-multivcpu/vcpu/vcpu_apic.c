#include "vcpu/vcpu_apic.h"
#include "apic/apic_bus.h"
#include "apic/local_apic_interrupt.h"
#include "apic/local_apic_lint.h"
#include "apic/local_apic_timer.h"
#include "memory/frames.h"
#include "memory/physical.h"
#include "vcpu/vcpu_apic_access.h"
#include "vcpu/vcpu_apic_virtual.h"
#include "vm/guest_vm.h"
#include "vmcs.h"

static u64 tsc(void *context)
{
	(void)context;
	return guest_cpu_tsc();
}

/* A moment of the guest's TSC by the host's; 0 where it has passed. */
static u64 host_moment(u64 guest_moment)
{
	u64 guest_now = guest_cpu_tsc();
	u64 now = rdtsc();

	if (guest_moment <= guest_now) {
		return 0;
	}
	return guest_moment - guest_now > HOST_TIMER_NEVER - now
		       ? HOST_TIMER_NEVER
		       : now + (guest_moment - guest_now);
}

static void set_timer(void *context, u64 deadline)
{
	struct guest_vcpu *vcpu = context;

	host_timer_set(&vcpu->apic_timer, deadline == LOCAL_APIC_NEVER
						  ? HOST_TIMER_NEVER
						  : host_moment(deadline));
	guest_vcpu_look_around(vcpu);
}

static void send(void *context, const struct apic_message *message)
{
	struct guest_vcpu *vcpu = context;

	(void)apic_bus_deliver(&vcpu->vm->apics, message);
}

static void eoi(void *context, u8 vector)
{
	struct guest_vcpu *vcpu = context;
	bool taken = guest_vm_enter_machine(vcpu);

	io_apic_eoi(&vcpu->vm->io_apic, vector);
	if (machine_changed(&vcpu->vm->machine)) {
		machine_notice(&vcpu->vm->machine);
	}
	guest_vm_leave_machine(vcpu, taken);
}

static const struct local_apic_ops apic_ops = {tsc, set_timer, send, eoi};

static void timer_expired(struct host_timer *timer)
{
	guest_vcpu_post(CONTAINER_OF(timer, struct guest_vcpu, apic_timer),
			GUEST_VCPU_TIMER);
}

/* The 8259A's INTR is wired to the boot processor. */
static bool has_extint(const struct guest_vcpu *vcpu)
{
	return vcpu->index == 0 && pic8259_pending(&vcpu->vm->machine.pic) &&
	       local_apic_accepts_extint(&vcpu->apic);
}

static bool pending(void *context)
{
	const struct guest_vcpu *vcpu = context;

	return vcpu->apic_next >= 0 || has_extint(vcpu);
}

static bool wakes(void *context)
{
	const struct guest_vcpu *vcpu = context;

	return local_apic_pending(&vcpu->apic) >= 0 || has_extint(vcpu);
}

/* Where the 8259A has thought better of it, its answer is a spurious one. */
static u8 acknowledge_extint(struct guest_vcpu *vcpu)
{
	bool taken = guest_vm_enter_machine(vcpu);
	u8 vector = pic8259_acknowledge(&vcpu->vm->machine.pic);

	guest_vm_leave_machine(vcpu, taken);
	return vector;
}

static u8 acknowledge(void *context)
{
	struct guest_vcpu *vcpu = context;
	u8 vector = (u8)vcpu->apic_next;

	if (vcpu->apic_next < 0 || has_extint(vcpu)) {
		return acknowledge_extint(vcpu);
	}
	local_apic_serve(&vcpu->apic, vector);
	vcpu->apic.requested = 0;
	vcpu->apic_next = local_apic_pending(&vcpu->apic);
	return vector;
}

void vcpu_apic_look_again(struct guest_vcpu *vcpu)
{
	const struct local_apic *apic = &vcpu->apic;

	if (apic->requested != 0 || apic->mode_changed ||
	    local_apic_has_posted(apic) ||
	    (!vcpu_apic_virtual_delivers(vcpu) &&
	     local_apic_highest_requested(apic) >= 0) ||
	    has_extint(vcpu)) {
		event_queue_signal(&vcpu->cpu.events);
	}
}

static bool has_tpr_shadow(const struct guest_vcpu *vcpu)
{
	return (vcpu->cpu.vcpu.vcpu.controls.primary &
		PRIMARY_USE_TPR_SHADOW) != 0;
}

struct error vcpu_apic_init(struct guest_vcpu *vcpu)
{
	hpa_t page = frames_alloc_zeroed(FRAME_ORDER_4K);
	struct error error;

	if (page == FRAME_NONE) {
		return failure("no memory for a local APIC's page, free frames",
			       frames_free_count());
	}
	vcpu->apic = (struct local_apic){
		.page = phys_to_virt(page),
		.id = vcpu->index,
		.boot_processor = vcpu->index == 0,
		.maxphyaddr = vcpu->cpu.maxphyaddr,
		.ops = &apic_ops,
		.context = vcpu,
	};
	vcpu->apic_timer.expire = timer_expired;
	local_apic_reset(&vcpu->apic);
	error = vcpu_apic_access_init(vcpu);
	if (failed(error)) {
		frames_free(page, FRAME_ORDER_4K);
		return error;
	}
	vcpu->vm->apics.apics[vcpu->index] = &vcpu->apic;
	vcpu->cpu.events.source = (struct interrupt_source){
		.pending = pending,
		.wakes = wakes,
		.acknowledge = acknowledge,
		.controller = vcpu,
	};
	if (has_tpr_shadow(vcpu)) {
		vmcs_write(VIRTUAL_APIC_ADDRESS, page);
		vmcs_write(TPR_THRESHOLD, 0);
	}
	vcpu_apic_virtual_init(vcpu);
	return SUCCESS;
}

void vcpu_apic_destroy(struct guest_vcpu *vcpu)
{
	host_timer_cancel(&vcpu->apic_timer);
	frames_free(virt_to_phys(vcpu->apic.page), FRAME_ORDER_4K);
}

/* The 8259A's INTR, as LINT0 sees it. */
static void follow_lint0(struct guest_vcpu *vcpu)
{
	bool high = pic8259_pending(&vcpu->vm->machine.pic);

	if (local_apic_lint_is_high(&vcpu->apic, LOCAL_APIC_LINT0) != high &&
	    local_apic_lint(&vcpu->apic, LOCAL_APIC_LINT0, high) ==
		    LOCAL_APIC_LINT_NMI) {
		event_queue_raise_nmi(&vcpu->cpu.events);
	}
}

/*
 * An interrupt that the task priority holds back: the CPU exits as soon as the
 * guest has lowered it. SDM: "TPR Virtualization".
 */
static void write_threshold(struct guest_vcpu *vcpu, int vector)
{
	u8 class = vector < 0 ? 0 : (u8)(vector >> 4);
	u8 threshold = class <= local_apic_cr8(&vcpu->apic) ? class : 0;

	if (threshold != vcpu->tpr_threshold) {
		vcpu->tpr_threshold = threshold;
		vmcs_write(TPR_THRESHOLD, threshold);
	}
}

static void prepare_injection(struct guest_vcpu *vcpu)
{
	const struct local_apic *apic = &vcpu->apic;
	int vector = local_apic_highest_requested(apic);

	vcpu->apic_next =
		vector >= 0 && local_apic_lets_through(apic, (u8)vector)
			? vector
			: -1;
	if (has_tpr_shadow(vcpu)) {
		write_threshold(vcpu, vector);
	}
}

void vcpu_apic_prepare(struct guest_vcpu *vcpu)
{
	if (vcpu->index == 0) {
		follow_lint0(vcpu);
	}
	(void)local_apic_take_posted(&vcpu->apic);
	vcpu_apic_virtual_prepare(vcpu);
	if (vcpu_apic_virtual_delivers(vcpu)) {
		vcpu->apic_next = -1;
	} else {
		prepare_injection(vcpu);
	}
}

void vcpu_apic_tsc_moved(struct guest_vcpu *vcpu, u64 ticks)
{
	local_apic_timer_tsc_moved(&vcpu->apic, ticks);
	vcpu_apic_look_again(vcpu);
}

void vcpu_apic_restart_timer(struct guest_vcpu *vcpu)
{
	set_timer(vcpu, local_apic_timer_next(&vcpu->apic));
}
