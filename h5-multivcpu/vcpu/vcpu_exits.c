#include "vcpu/vcpu_exits.h"
#include "apic/local_apic.h"
#include "channel/channel_call.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "exits/exit_descriptor_table.h"
#include "exits/exit_invpcid.h"
#include "exits/exit_random.h"
#include "exits/exit_table.h"
#include "exits/hypercall.h"
#include "lib/string.h"
#include "vcpu/vcpu_apic.h"
#include "vcpu/vcpu_apic_access.h"
#include "vcpu/vcpu_apic_virtual.h"
#include "vm/guest_vm.h"
#include "vmcs.h"

/* SDM: "Exit Qualification for Control-Register Accesses". */
#define CR_NUMBER(q) ((q)&0xf)

static exit_handler alone[EXIT_REASON_COUNT];
static exit_handler shared[EXIT_REASON_COUNT];

/*
 * What the handlers of a machine with several vCPUs are made of: h4's, with the
 * machine in the hands of this vCPU.
 */
#define WITH_MACHINE(handler)                                        \
	static struct answer handler##_shared(struct guest_cpu *cpu) \
	{                                                            \
		struct guest_vcpu *vcpu = guest_vcpu_of(cpu);        \
		struct answer answer;                                \
                                                                     \
		guest_vm_take_machine(vcpu);                         \
		answer = (handler)(cpu);                             \
		guest_vm_give_machine(vcpu);                         \
		return answer;                                       \
	}

/*
 * The alarm, a kick, a key: whichever it was, its handler has done nothing but
 * bring the guest out, and the CPU looks around before the next entry.
 */
static struct answer exit_interrupt_of_host(struct guest_cpu *cpu)
{
	sti();
	cpu_pause();
	cli();
	guest_vcpu_look_around(guest_vcpu_of(cpu));
	return answer_resume();
}

static struct answer exit_look_around(struct guest_cpu *cpu)
{
	guest_vcpu_look_around(guest_vcpu_of(cpu));
	return answer_resume();
}

RARELY static struct answer exit_memory_with_holes(struct guest_cpu *cpu)
{
	struct guest_vcpu *vcpu = guest_vcpu_of(cpu);

	return apic_hole_is_at(vcpu->vm, vmcs_read(GUEST_PHYSICAL_ADDRESS))
		       ? vcpu_apic_access_hole(vcpu)
		       : exit_ept_violation(cpu);
}

/* The timer stands at 0, and is to be set again whatever it was set for. */
static struct answer exit_timer(struct guest_cpu *cpu)
{
	guest_vcpu_of(cpu)->deadline = 0;
	return exit_look_around(cpu);
}

static struct answer exit_memory(struct guest_cpu *cpu)
{
	return guest_vcpu_of(cpu)->vm->hole_count == 0
		       ? exit_ept_violation(cpu)
		       : exit_memory_with_holes(cpu);
}

static struct answer exit_control_register(struct guest_cpu *cpu)
{
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);

	if (CR_NUMBER(qualification) == 8) {
		return vcpu_apic_access_cr8(guest_vcpu_of(cpu), qualification);
	}
	return exit_cr_access(cpu);
}

/* A TSC that is written takes the APIC's timer along. */
static struct answer exit_wrmsr_of_tsc(struct guest_cpu *cpu)
{
	u64 before = vmcs_read(TSC_OFFSET);
	struct answer answer = exit_wrmsr(cpu);
	u64 ticks = vmcs_read(TSC_OFFSET) - before;

	if (ticks != 0) {
		vcpu_apic_tsc_moved(guest_vcpu_of(cpu), ticks);
	}
	return answer;
}

static struct answer exit_wrmsr_of_vcpu(struct guest_cpu *cpu)
{
	u32 msr = (u32)guest_cpu_registers(cpu)->rcx;

	if (msr == IA32_TIME_STAMP_COUNTER || msr == IA32_TSC_ADJUST) {
		return exit_wrmsr_of_tsc(cpu);
	}
	return exit_wrmsr(cpu);
}

static struct answer exit_apic_access(struct guest_cpu *cpu)
{
	return vcpu_apic_virtual_access(guest_vcpu_of(cpu));
}

static struct answer exit_apic_write(struct guest_cpu *cpu)
{
	return vcpu_apic_virtual_write(guest_vcpu_of(cpu));
}

static struct answer exit_virtualized_eoi(struct guest_cpu *cpu)
{
	return vcpu_apic_virtual_eoi(guest_vcpu_of(cpu));
}

WITH_MACHINE(exit_apic_access)
WITH_MACHINE(exit_memory)
WITH_MACHINE(exit_io)
WITH_MACHINE(exit_control_register)
WITH_MACHINE(exit_task_switch)
WITH_MACHINE(exit_gdtr_idtr_access)
WITH_MACHINE(exit_ldtr_tr_access)
WITH_MACHINE(exit_invpcid)
WITH_MACHINE(exit_rdrand)
WITH_MACHINE(exit_rdseed)

static void replace(exit_handler table[EXIT_REASON_COUNT])
{
	table[EXIT_EXTERNAL_INTERRUPT] = exit_interrupt_of_host;
	table[EXIT_PREEMPTION_TIMER] = exit_timer;
	table[EXIT_TPR_BELOW_THRESHOLD] = exit_interrupt_window;
	table[EXIT_APIC_ACCESS] = exit_apic_access;
	table[EXIT_VIRTUALIZED_EOI] = exit_virtualized_eoi;
	table[EXIT_APIC_WRITE] = exit_apic_write;
	table[EXIT_EPT_VIOLATION] = exit_memory;
	table[EXIT_CR_ACCESS] = exit_control_register;
	table[EXIT_WRMSR] = exit_wrmsr_of_vcpu;
}

static void replace_shared(exit_handler table[EXIT_REASON_COUNT])
{
	table[EXIT_APIC_ACCESS] = exit_apic_access_shared;
	table[EXIT_EPT_VIOLATION] = exit_memory_shared;
	table[EXIT_IO_INSTRUCTION] = exit_io_shared;
	table[EXIT_CR_ACCESS] = exit_control_register_shared;
	table[EXIT_TASK_SWITCH] = exit_task_switch_shared;
	table[EXIT_GDTR_IDTR_ACCESS] = exit_gdtr_idtr_access_shared;
	table[EXIT_LDTR_TR_ACCESS] = exit_ldtr_tr_access_shared;
	table[EXIT_INVPCID] = exit_invpcid_shared;
	table[EXIT_RDRAND] = exit_rdrand_shared;
	table[EXIT_RDSEED] = exit_rdseed_shared;
}

void vcpu_exits_init(void)
{
	memcpy(alone, exit_table, sizeof(alone));
	replace(alone);
	memcpy(shared, alone, sizeof(shared));
	replace_shared(shared);
}

const exit_handler *vcpu_exits(void)
{
	return alone;
}

const exit_handler *vcpu_exits_shared(void)
{
	return shared;
}

struct answer vcpu_exits_hypercall(struct guest_cpu *cpu)
{
	struct guest_vcpu *vcpu = guest_vcpu_of(cpu);
	bool taken;

	if (!channel_call_is(guest_cpu_registers(cpu)->rax)) {
		return hypercall_unknown(cpu);
	}
	taken = guest_vm_enter_machine(vcpu);
	channel_call(guest_vm_host()->channels, vcpu->vm->id,
		     guest_cpu_registers(cpu));
	guest_vm_leave_machine(vcpu, taken);
	return answer_done();
}
