/*
 * What came from outside of the guest, or is to be let in.
 */
#include "cpu/guest_period.h"
#include "cpu/instructions.h"
#include "cpu/traps.h"
#include "exits/exit_table.h"
#include "guest_events.h"
#include "vmcs.h"

/*
 * An NMI is the machine's, and so is a machine check: the host's own handler
 * gets it, as if it had come while the host ran.
 */
struct answer exit_exception_or_nmi(struct guest_cpu *cpu)
{
	u64 info = vmcs_read(VM_EXIT_INTERRUPTION_INFO);

	event_queue_keep_interrupted(&cpu->events);
	switch (EVENT_VECTOR(info)) {
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

/* The guest takes events again; attention is all that is needed. */
struct answer exit_window(struct guest_cpu *cpu)
{
	event_queue_signal(&cpu->events);
	return answer_resume();
}

struct answer exit_preemption_timer(struct guest_cpu *cpu)
{
	guest_period_renew(cpu);
	guest_cpu_notice(cpu);
	return answer_resume();
}
