/*
 * EPT violations: RAM that has no backing yet, or a device's registers.
 */
#include "cpu/traps.h"
#include "ept_violation.h"
#include "exits/emulate.h"
#include "exits/exit_table.h"
#include "guest_events.h"
#include "machine/machine.h"
#include "vmcs.h"

/*
 * The access will be made again. An IRET that had already unblocked NMIs is to
 * find them blocked.
 */
static struct answer repeat(struct guest_cpu *cpu,
			    const struct ept_violation *violation)
{
	if (violation->nmi_unblocking && cpu->events.interrupted.info == 0) {
		vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
			   vmcs_read(GUEST_INTERRUPTIBILITY_STATE) |
				   BLOCKING_BY_NMI);
	}
	return answer_resume();
}

/* RAM without backing gets it; RAM that has it has every right. */
static struct answer populate(struct guest_cpu *cpu, gpa_t gpa,
			      const struct ept_violation *violation)
{
	if (guest_memory_populate(&cpu->machine->memory, gpa) !=
	    GUEST_MEMORY_POPULATED) {
		return answer_stop(STOP_OUT_OF_MEMORY);
	}
	return repeat(cpu, violation);
}

struct answer exit_ept_violation(struct guest_cpu *cpu)
{
	gpa_t gpa = vmcs_read(GUEST_PHYSICAL_ADDRESS);
	struct ept_violation violation =
		ept_violation_decode(vmcs_read(EXIT_QUALIFICATION));

	event_queue_keep_interrupted(&cpu->events);
	if (guest_memory_contains(&cpu->machine->memory, gpa, 1)) {
		return populate(cpu, gpa, &violation);
	}
	if (cpu->events.interrupted.info != 0) {
		return answer_stop(STOP_DELIVERY);
	}
	if (violation.linear_valid && !violation.final_address) {
		return answer_stop(STOP_PAGE_TABLES);
	}
	if (violation.fetch) {
		return emulate_fetch(cpu, gpa);
	}
	return emulate_access(cpu);
}
