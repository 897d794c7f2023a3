#include "vcpu/vcpu_start.h"
#include "apic/local_apic.h"
#include "cpu/guest_reset.h"
#include "guest_events.h"
#include "lib/string.h"
#include "vm/guest_vm.h"
#include "vmcs.h"

#define PAGE_TO_SELECTOR_SHIFT 8
#define TABLE_LIMIT	       0xffffu

static void clear_events(struct guest_vcpu *vcpu)
{
	struct event_queue *events = &vcpu->cpu.events;

	events->nmis = 0;
	events->nmi_blocked = false;
	events->interrupted.info = 0;
	events->exception.info = 0;
	vmcs_write(VM_ENTRY_INTERRUPTION_INFO, 0);
	vmcs_write(GUEST_INTERRUPTIBILITY_STATE, 0);
	vmcs_write(GUEST_PENDING_DEBUG_EXCEPTIONS, 0);
	event_queue_signal(events);
}

static void clear_tables(void)
{
	vmcs_write(GUEST_GDTR_BASE, 0);
	vmcs_write(GUEST_GDTR_LIMIT, TABLE_LIMIT);
	vmcs_write(GUEST_IDTR_BASE, 0);
	vmcs_write(GUEST_IDTR_LIMIT, TABLE_LIMIT);
}

/* Out of whatever mode the guest was in, into real mode. */
static void enter(struct guest_vcpu *vcpu, const struct start_state *start)
{
	struct vcpu *v = &vcpu->cpu.vcpu.vcpu;

	vmcs_write(VM_ENTRY_CONTROLS,
		   vmcs_read(VM_ENTRY_CONTROLS) & ~(u64)ENTRY_IA32E_MODE_GUEST);
	memset(&v->registers, 0, sizeof(v->registers));
	clear_events(vcpu);
	clear_tables();
	guest_reset(&vcpu->cpu, guest_vm_host()->caps, start);
}

/* EDX tells the CPU's model, as CPUID does. */
static struct start_state real_mode_at(struct guest_vcpu *vcpu, u16 selector)
{
	return (struct start_state){
		.mode = START_REAL_16,
		.cs = selector,
		.edx = cpuid_table_find(&vcpu->cpu.cpuid, CPUID_FEATURES, 0)
			       ->eax,
	};
}

void vcpu_start_init(struct guest_vcpu *vcpu)
{
	struct start_state start = real_mode_at(vcpu, 0);

	local_apic_receive_init(&vcpu->apic);
	enter(vcpu, &start);
	vcpu->in_wait_for_startup = true;
	vcpu->halted = false;
}

void vcpu_start_at(struct guest_vcpu *vcpu, u8 page)
{
	struct start_state start = real_mode_at(
		vcpu, (u16)((unsigned int)page << PAGE_TO_SELECTOR_SHIFT));

	enter(vcpu, &start);
	vcpu->in_wait_for_startup = false;
}
