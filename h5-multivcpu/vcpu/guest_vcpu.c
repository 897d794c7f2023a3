#include "vcpu/guest_vcpu.h"
#include "cpu/guest_reset.h"
#include "lib/string.h"
#include "memory/frames.h"
#include "vcpu/vcpu_apic.h"
#include "vcpu/vcpu_exits.h"
#include "vcpu/vcpu_run.h"
#include "vcpu/vcpu_start.h"
#include "vcpu/vcpu_switch.h"
#include "vm/guest_vm.h"
#include "vmcs.h"

/* What CPUID tells the guest of this CPU. */
static struct cpuid_processor processor_of(const struct guest_vcpu *vcpu)
{
	return (struct cpuid_processor){
		.apic_id = vcpu->index,
		.cpus = vcpu->vm->vcpu_count,
		.has_local_apic = true,
		.has_x2apic = true,
		.has_tsc_deadline = true,
	};
}

/* All CPUs of the machine have the same TSC. */
static void set_tsc(const struct guest_vcpu *vcpu)
{
	vmcs_write(TSC_OFFSET, -vcpu->vm->machine.switched_on);
}

static struct error init_parts(struct guest_vcpu *vcpu)
{
	const struct guest_vm_host *host = guest_vm_host();
	struct cpuid_processor processor = processor_of(vcpu);
	struct error error = guest_cpu_init(
		&vcpu->cpu, &vcpu->vm->machine, host->caps, host->controls,
		&processor, guest_vm_vpid(vcpu->vm, vcpu->index));

	if (failed(error)) {
		return error;
	}
	vcpu->cpu.handlers = guest_vm_is_shared(vcpu->vm) ? vcpu_exits_shared()
							  : vcpu_exits();
	vcpu->cpu.other_hypercall = vcpu_exits_hypercall;
	set_tsc(vcpu);
	error = vcpu_apic_init(vcpu);
	if (failed(error)) {
		(void)guest_cpu_destroy(&vcpu->cpu);
	}
	return error;
}

struct error guest_vcpu_create(struct guest_vcpu *vcpu, struct guest_vm *vm,
			       u32 index, u64 allowed)
{
	struct error error;

	memset(vcpu, 0, sizeof(*vcpu));
	vcpu->vm = vm;
	vcpu->index = index;
	vcpu->home = GUEST_VCPU_HOMELESS;
	vcpu->unit = (struct sched_unit){
		.ops = &vcpu_run_ops,
		.allowed = allowed,
		.state = VCPU_CREATED,
		.cpu = SCHED_NO_CPU,
	};
	error = own_state_init(&vcpu->own);
	if (failed(error)) {
		return error;
	}
	error = init_parts(vcpu);
	if (failed(error)) {
		own_state_destroy(&vcpu->own);
		return error;
	}
	if (index != 0) {
		vcpu_start_init(vcpu);
	}
	vcpu_switch_away(vcpu);
	return vcpu_state_move(&vcpu->unit.state, VCPU_FREE);
}

void guest_vcpu_destroy(struct guest_vcpu *vcpu)
{
	vcpu_apic_destroy(vcpu);
	(void)guest_cpu_destroy(&vcpu->cpu);
	own_state_destroy(&vcpu->own);
}

void guest_vcpu_set_start(struct guest_vcpu *vcpu,
			  const struct start_state *start)
{
	vcpu_switch_to_vmcs(vcpu);
	guest_reset(&vcpu->cpu, guest_vm_host()->caps, start);
	vcpu_switch_away(vcpu);
}

void guest_vcpu_shift_time(struct guest_vcpu *vcpu, u64 ticks)
{
	vcpu_switch_to_vmcs(vcpu);
	guest_cpu_shift_tsc(-ticks);
	vcpu_apic_restart_timer(vcpu);
	vcpu_switch_away(vcpu);
}

bool guest_vcpu_hold(struct guest_vcpu *vcpu)
{
	enum vcpu_state state = vcpu_state_now(&vcpu->unit.state);

	if (state == VCPU_FREE || state == VCPU_INVALID) {
		return false;
	}
	__atomic_store_n(&vcpu->held, true, __ATOMIC_SEQ_CST);
	if (!scheduler_remove(&vcpu->unit)) {
		guest_vcpu_kick(vcpu);
		scheduler_wait_free(&vcpu->unit);
	}
	__atomic_store_n(&vcpu->held, false, __ATOMIC_SEQ_CST);
	return true;
}

/* One that has become Invalid meanwhile stays off. */
void guest_vcpu_let_go(struct guest_vcpu *vcpu, bool was_on)
{
	if (was_on && guest_vm_wants_vcpus(vcpu->vm)) {
		(void)scheduler_add(&vcpu->unit);
	}
}

void guest_vcpu_kick(struct guest_vcpu *vcpu)
{
	__atomic_store_n(&vcpu->looks_around, true, __ATOMIC_SEQ_CST);
	__atomic_store_n(&vcpu->cpu.events.attention, true, __ATOMIC_SEQ_CST);
	scheduler_wake(&vcpu->unit);
	scheduler_kick(&vcpu->unit);
}

u32 guest_vcpu_post(struct guest_vcpu *vcpu, enum guest_vcpu_request request)
{
	u32 before = __atomic_fetch_or(&vcpu->requests, (u32)request,
				       __ATOMIC_SEQ_CST);

	__atomic_store_n(&vcpu->parked, false, __ATOMIC_SEQ_CST);
	guest_vcpu_kick(vcpu);
	return before;
}
