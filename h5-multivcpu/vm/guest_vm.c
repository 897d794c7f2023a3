#include "vm/guest_vm.h"
#include "smp/cpu.h"
#include "vm/guest_vm_consoles.h"

static struct guest_vm_host the_host;

void guest_vm_set_host(const struct guest_vm_host *host)
{
	the_host = *host;
}

const struct guest_vm_host *guest_vm_host(void)
{
	return &the_host;
}

/* Whoever flushes this vCPU's translations need not wait for it meanwhile. */
void guest_vm_await_machine(struct guest_vcpu *vcpu)
{
	__atomic_store_n(&vcpu->awaits_machine, true, __ATOMIC_SEQ_CST);
	spin_lock(&vcpu->vm->lock);
	__atomic_store_n(&vcpu->awaits_machine, false, __ATOMIC_SEQ_CST);
}

void guest_vm_call_boot_processor(struct guest_vm *vm)
{
	guest_vcpu_kick(vm->vcpus[0]);
}

/* A line stays high after its edge: an 8259 forgets a request that falls. */
static void pulse_lines(struct guest_vm *vm)
{
	u32 edges = __atomic_exchange_n(&vm->edges, 0, __ATOMIC_ACQ_REL);

	for (unsigned int i = 0; i < GUEST_VM_LINES; i++) {
		if ((edges & BIT(i)) != 0) {
			irq_line_set(&vm->lines[i], false);
			irq_line_set(&vm->lines[i], true);
		}
	}
}

void guest_vm_notice(struct guest_vm *vm)
{
	pulse_lines(vm);
	guest_vm_consoles_type(vm);
	machine_notice(&vm->machine);
	event_queue_signal(&vm->vcpus[0]->cpu.events);
}

void guest_vm_pulse(struct guest_vm *vm, unsigned int line)
{
	__atomic_fetch_or(&vm->edges, (u32)BIT(line), __ATOMIC_RELEASE);
	guest_vcpu_post(vm->vcpus[0], GUEST_VCPU_MACHINE);
}

bool guest_vm_is_parked(const struct guest_vm *vm)
{
	for (u32 i = 0; i < vm->vcpu_count; i++) {
		if (!__atomic_load_n(&vm->vcpus[i]->parked, __ATOMIC_SEQ_CST)) {
			return false;
		}
	}
	return true;
}

/* It is out of the guest, or has been, and executes INVEPT on its way in. */
static bool is_flushed(const struct guest_vcpu *vcpu)
{
	const struct ept_vcpu *v = &vcpu->cpu.vcpu;

	return vcpu_state_now(&vcpu->unit.state) != VCPU_RUNNING ||
	       __atomic_load_n(&vcpu->awaits_machine, __ATOMIC_SEQ_CST) ||
	       __atomic_load_n(&v->ept_seen, __ATOMIC_ACQUIRE) ==
		       v->ept->generation;
}

void guest_vm_flush(struct guest_vm *vm)
{
	for (u32 i = 0; i < vm->vcpu_count; i++) {
		guest_vcpu_kick(vm->vcpus[i]);
	}
	for (u32 i = 0; i < vm->vcpu_count; i++) {
		while (!vm->vcpus[i]->holds_machine &&
		       !is_flushed(vm->vcpus[i])) {
			cpu_pause();
		}
	}
}

/* The CPU that runs the target need not be told what it does itself. */
static void kick(void *context, u32 index)
{
	struct guest_vm *vm = context;
	struct guest_vcpu *vcpu = vm->vcpus[index];

	if (vcpu_state_now(&vcpu->unit.state) == VCPU_RUNNING &&
	    vcpu->unit.cpu == cpu_number()) {
		event_queue_signal(&vcpu->cpu.events);
	} else {
		guest_vcpu_kick(vcpu);
	}
}

static void nmi(void *context, u32 index)
{
	struct guest_vm *vm = context;
	struct guest_vcpu *vcpu = vm->vcpus[index];

	if ((guest_vcpu_post(vcpu, GUEST_VCPU_NMI) & GUEST_VCPU_NMI) != 0) {
		guest_vcpu_post(vcpu, GUEST_VCPU_NMI_MORE);
	}
}

static void init(void *context, u32 index)
{
	struct guest_vm *vm = context;

	guest_vcpu_post(vm->vcpus[index], GUEST_VCPU_INIT);
}

static void startup(void *context, u32 index, u8 vector)
{
	struct guest_vm *vm = context;

	__atomic_store_n(&vm->vcpus[index]->startup, vector, __ATOMIC_RELEASE);
	guest_vcpu_post(vm->vcpus[index], GUEST_VCPU_STARTUP);
}

/* A pin of the IO-APIC that is programmed as the 8259A's way to a CPU. */
static void extint(void *context, u32 index)
{
	kick(context, index);
}

const struct apic_bus_ops guest_vm_apic_ops = {kick, nmi, init, startup,
					       extint};
