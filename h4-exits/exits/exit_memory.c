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
static struct answer repeat(struct guest_cpu *cpu, u64 qualification)
{
	if ((qualification & EPT_VIOLATION_NMI_UNBLOCKING) != 0 &&
	    cpu->events.interrupted.info == 0) {
		vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
			   vmcs_read(GUEST_INTERRUPTIBILITY_STATE) |
				   BLOCKING_BY_NMI);
	}
	return answer_resume();
}

/* RAM without backing gets it; RAM that has it has every right. */
RARELY static struct answer populate(struct guest_cpu *cpu, gpa_t gpa,
				     u64 qualification)
{
	if (guest_memory_populate(&cpu->machine->memory, gpa) !=
	    GUEST_MEMORY_POPULATED) {
		return answer_stop(STOP_OUT_OF_MEMORY);
	}
	return repeat(cpu, qualification);
}

/* Not an instruction's access to data. */
RARELY static struct answer answer_other(struct guest_cpu *cpu, gpa_t gpa,
					 u64 qualification)
{
	if (cpu->events.interrupted.info != 0) {
		return answer_stop(STOP_DELIVERY);
	}
	if ((qualification & EPT_VIOLATION_LINEAR_VALID) != 0 &&
	    (qualification & EPT_VIOLATION_FINAL_ADDRESS) == 0) {
		return answer_stop(STOP_PAGE_TABLES);
	}
	return emulate_fetch(cpu, gpa);
}

struct answer exit_ept_violation(struct guest_cpu *cpu)
{
	const u64 kind = EPT_VIOLATION_LINEAR_VALID |
			 EPT_VIOLATION_FINAL_ADDRESS | EPT_VIOLATION_FETCH;
	gpa_t gpa = vmcs_read(GUEST_PHYSICAL_ADDRESS);
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);

	event_queue_keep_interrupted(&cpu->events);
	if (gpa < cpu->machine->memory.size) {
		return populate(cpu, gpa, qualification);
	}
	if (cpu->events.interrupted.info != 0 ||
	    (qualification & kind) != (kind & ~EPT_VIOLATION_FETCH)) {
		return answer_other(cpu, gpa, qualification);
	}
	return emulate_access(cpu, &cpu->machine->mmio, gpa,
			      (qualification & EPT_VIOLATION_WRITE) != 0);
}
