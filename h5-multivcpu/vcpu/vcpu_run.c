#include "vcpu/vcpu_run.h"
#include "cpu/registers.h"
#include "cpu/tsc.h"
#include "vcpu/vcpu_apic.h"
#include "vcpu/vcpu_requests.h"
#include "vcpu/vcpu_switch.h"
#include "vm/guest_vm.h"
#include "vm/guest_vm_end.h"
#include "vmcs.h"

/* IA32_VMX_MISC: the timer counts when this bit of the TSC changes. */
#define MISC_TIMER_RATE(misc) ((misc)&0x1f)

static struct guest_vcpu *vcpu_of(struct sched_unit *unit)
{
	return CONTAINER_OF(unit, struct guest_vcpu, unit);
}

/*
 * The CPU comes out of the guest when its slice is over, or another timer is
 * due, even where the alarm's interrupt does not bring it out; and now and then
 * in any case, for a kick may not either: see cpu/guest_period.h. What is left
 * of the time is saved at each exit.
 */
static void set_timer(struct guest_vcpu *vcpu)
{
	u64 deadline = scheduler_deadline();
	u64 now, ticks;

	if (deadline == HOST_TIMER_NEVER && vcpu->deadline == deadline) {
		return;
	}
	vcpu->deadline = deadline;
	now = rdtsc();
	ticks = deadline > now ? deadline - now : 0;
	if ((vcpu->cpu.vcpu.vcpu.controls.pin &
	     PIN_ACTIVATE_VMX_PREEMPTION_TIMER) != 0) {
		ticks >>= MISC_TIMER_RATE(guest_vm_host()->caps->misc);
		vmcs_write(VMX_PREEMPTION_TIMER_VALUE,
			   min_u64(ticks, vcpu->cpu.period));
	}
}

static bool pause(struct guest_vcpu *vcpu, enum sched_verdict verdict)
{
	vcpu->verdict = verdict;
	return false;
}

/* It waits for what other CPUs alone can send it. */
static bool is_parked(const struct guest_vcpu *vcpu)
{
	return vcpu->in_wait_for_startup ||
	       (vmcs_read(GUEST_RFLAGS) & RFLAGS_IF) == 0;
}

static bool waits(struct guest_vcpu *vcpu)
{
	if (!vcpu->in_wait_for_startup &&
	    (!vcpu->halted || event_queue_wakes(&vcpu->cpu.events))) {
		vcpu->halted = false;
		return false;
	}
	__atomic_store_n(&vcpu->parked, is_parked(vcpu), __ATOMIC_SEQ_CST);
	return true;
}

/*
 * A slice that has just begun is not over, and whoever wants the CPU since then
 * has sent it an interrupt, which is still to come.
 */
static bool slice_is_over(struct guest_vcpu *vcpu)
{
	if (vcpu->begins) {
		vcpu->begins = false;
		return false;
	}
	return scheduler_slice_is_over();
}

/* What has been posted, what time it is, who else wants this CPU. */
static bool look_around(struct guest_vcpu *vcpu)
{
	bool is_over;

	__atomic_store_n(&vcpu->looks_around, false, __ATOMIC_SEQ_CST);
	is_over = slice_is_over(vcpu);
	if (is_over && !vcpu->halted && !vcpu->in_wait_for_startup) {
		return pause(vcpu, SCHED_SLICE_OVER);
	}
	scheduler_begin(&vcpu->unit);
	vcpu_requests_serve(vcpu);
	if (!guest_vm_wants_vcpus(vcpu->vm) ||
	    __atomic_load_n(&vcpu->held, __ATOMIC_SEQ_CST)) {
		return pause(vcpu, SCHED_LEAVE);
	}
	vcpu_apic_prepare(vcpu);
	if (waits(vcpu)) {
		return pause(vcpu, SCHED_BLOCK);
	}
	if (is_over) {
		return pause(vcpu, SCHED_SLICE_OVER);
	}
	set_timer(vcpu);
	return true;
}

/*
 * guest_run() asks before each entry that is not like the one before. Where the
 * guest's own APIC alone has something for it, that is all there is to do.
 */
static bool prepare(struct guest_cpu *cpu)
{
	struct guest_vcpu *vcpu = guest_vcpu_of(cpu);

	if (__atomic_load_n(&vcpu->looks_around, __ATOMIC_RELAXED)) {
		return look_around(vcpu);
	}
	if (cpu->machine->end.kind != MACHINE_RUNS) {
		return pause(vcpu, SCHED_LEAVE);
	}
	vcpu_apic_prepare(vcpu);
	return true;
}

/* HLT: look_around() decides whether it is over already. */
static bool wait(struct guest_cpu *cpu)
{
	guest_vcpu_of(cpu)->halted = true;
	guest_vcpu_look_around(guest_vcpu_of(cpu));
	return true;
}

static const struct guest_run_ops ops = {prepare, wait};

/* The guest does not go on by itself: its whole machine ends. */
static enum sched_verdict end(struct guest_vcpu *vcpu, struct guest_end *end)
{
	guest_vm_end(vcpu, end);
	return SCHED_LEAVE;
}

static enum sched_verdict run(struct sched_unit *unit)
{
	struct guest_vcpu *vcpu = vcpu_of(unit);
	struct error error = vcpu_switch_to(vcpu);
	struct guest_end why;

	if (failed(error)) {
		guest_vm_fail(vcpu, error);
		return SCHED_FAILED;
	}
	vcpu->begins = true;
	guest_vcpu_look_around(vcpu);
	why = guest_run(&vcpu->cpu, &ops);
	if (why.kind != GUEST_PAUSED) {
		vcpu->verdict = end(vcpu, &why);
	} else if (vcpu->verdict == SCHED_BLOCK &&
		   guest_vm_is_parked(vcpu->vm)) {
		why.kind = GUEST_HALTED;
		vcpu->verdict = end(vcpu, &why);
	}
	vcpu_switch_save(vcpu);
	return vcpu->verdict;
}

static void detach(struct sched_unit *unit)
{
	vcpu_switch_away(vcpu_of(unit));
}

const struct sched_ops vcpu_run_ops = {run, detach};
