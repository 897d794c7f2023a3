/*
 * What came from outside of the guest, or is to be let in.
 */
#include "cpu/debug_registers.h"
#include "cpu/guest_period.h"
#include "cpu/instructions.h"
#include "cpu/traps.h"
#include "exits/exit_table.h"
#include "guest_events.h"
#include "vmcs.h"

/*
 * What the CPU does before it delivers a debug exception, and has not done
 * where that exits: DR6 says why, DR7.GD and branch tracing are off.
 * SDM: "Exit Qualification for Debug Exceptions", "Debug Exceptions".
 */
static void finish_debug_exception(void)
{
	u64 why = vmcs_read(EXIT_QUALIFICATION);

	write_dr6((read_dr6() & ~DR6_PLACES) |
		  (why & (DR6_PLACES | DR6_BD | DR6_BS)));
	vmcs_write(GUEST_DR7, vmcs_read(GUEST_DR7) & ~DR7_GD);
	vmcs_write(GUEST_IA32_DEBUGCTL, vmcs_read(GUEST_IA32_DEBUGCTL) &
						~(DEBUGCTL_LBR | DEBUGCTL_BTF));
	vcpu_keep_step_pending();
}

/* INT1 is an instruction, and returns behind itself. */
static struct answer debug_exception(u64 info)
{
	if (EVENT_TYPE_FIELD(info) == EVENT_PRIVILEGED_SOFTWARE_EXCEPTION) {
		vcpu_skip_instruction();
	} else {
		finish_debug_exception();
	}
	return answer_exception(VECTOR_DEBUG);
}

/*
 * A guest can have #DB or #AC raised by its own delivery, again and again:
 * without an exit the CPU would never come to an end of that, nor to an
 * interrupt of the host's. So these exit, and are given back.
 *
 * An NMI is the machine's, and so is a machine check: the host's own handler
 * gets it, as if it had come while the host ran.
 */
struct answer exit_exception_or_nmi(struct guest_cpu *cpu)
{
	u64 info = vmcs_read(VM_EXIT_INTERRUPTION_INFO);

	event_queue_keep_interrupted(&cpu->events);
	switch (EVENT_VECTOR(info)) {
	case VECTOR_DEBUG:
		return debug_exception(info);
	case VECTOR_ALIGNMENT_CHECK:
		return answer_exception_with(VECTOR_ALIGNMENT_CHECK, 0);
	case VECTOR_NMI:
		asm volatile("int $2");
		return answer_resume();
	case VECTOR_MACHINE_CHECK:
		asm volatile("int $18");
		return answer_resume();
	default:
		return answer_stop(STOP_EXCEPTION);
	}
}

/*
 * The interrupt is still pending: the host takes it as soon as it lets
 * interrupts through. It may have been the alarm, or a key.
 */
struct answer exit_external_interrupt(struct guest_cpu *cpu)
{
	sti();
	cpu_pause();
	cli();
	guest_cpu_notice(cpu);
	return answer_resume();
}

/* The guest takes interrupts again; attention is all that is needed. */
struct answer exit_interrupt_window(struct guest_cpu *cpu)
{
	event_queue_signal(&cpu->events);
	return answer_resume();
}

struct answer exit_nmi_window(struct guest_cpu *cpu)
{
	event_queue_end_nmi(&cpu->events);
	return answer_resume();
}

struct answer exit_preemption_timer(struct guest_cpu *cpu)
{
	guest_period_renew(cpu);
	guest_cpu_notice(cpu);
	return answer_resume();
}
