/*
 * EPT violations: RAM that has no backing yet or is not for such an access, or
 * a device's registers.
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

/*
 * RAM without backing gets it. Another region's frames, or a device's, have
 * been mapped from the beginning.
 */
static struct answer populate(struct guest_cpu *cpu, gpa_t gpa,
			      u64 qualification)
{
	if (guest_memory_populate(&cpu->machine->memory, gpa) ==
	    GUEST_MEMORY_OUT_OF_MEMORY) {
		return answer_stop(STOP_OUT_OF_MEMORY);
	}
	return repeat(cpu, qualification);
}

static bool is_in_tables(u64 qualification)
{
	return (qualification & EPT_VIOLATION_LINEAR_VALID) != 0 &&
	       (qualification & EPT_VIOLATION_FINAL_ADDRESS) == 0;
}

/*
 * An access for which the region lacks a right. What an instruction writes is
 * lost, as it is to a ROM.
 */
static struct answer refuse(struct guest_cpu *cpu, u64 qualification)
{
	if ((qualification & EPT_VIOLATION_FETCH) != 0) {
		return answer_stop(STOP_EXECUTES_DATA);
	}
	if (cpu->events.interrupted.info != 0 || is_in_tables(qualification)) {
		return answer_stop(STOP_READ_ONLY);
	}
	return emulate_untold(cpu);
}

/* The three kinds of access have the bits of the rights that they need. */
static struct answer answer_region(struct guest_cpu *cpu,
				   const struct guest_region *region, gpa_t gpa,
				   u64 qualification)
{
	if ((qualification & EPT_RWX & ~region->rights) != 0) {
		return refuse(cpu, qualification);
	}
	return populate(cpu, gpa, qualification);
}

/* Not an instruction's access to data. */
RARELY static struct answer answer_other(struct guest_cpu *cpu, gpa_t gpa,
					 u64 qualification)
{
	if (cpu->events.interrupted.info != 0) {
		return answer_stop(STOP_DELIVERY);
	}
	if (is_in_tables(qualification)) {
		return answer_stop(STOP_PAGE_TABLES);
	}
	return emulate_fetch(cpu, gpa);
}

/* No region of memory has the address. */
INLINED struct answer answer_device(struct guest_cpu *cpu, gpa_t gpa,
				    u64 qualification)
{
	const u64 kind = EPT_VIOLATION_LINEAR_VALID |
			 EPT_VIOLATION_FINAL_ADDRESS | EPT_VIOLATION_FETCH;

	if (cpu->events.interrupted.info != 0 ||
	    (qualification & kind) != (kind & ~EPT_VIOLATION_FETCH)) {
		return answer_other(cpu, gpa, qualification);
	}
	return emulate_access(cpu, gpa,
			      (qualification & EPT_VIOLATION_WRITE) != 0);
}

/* The address may be one of a region of memory. */
RARELY static struct answer answer_below_end(struct guest_cpu *cpu, gpa_t gpa,
					     u64 qualification)
{
	const struct guest_region *region =
		guest_memory_region(&cpu->machine->memory, gpa);

	return region == NULL ? answer_device(cpu, gpa, qualification)
			      : answer_region(cpu, region, gpa, qualification);
}

struct answer exit_ept_violation(struct guest_cpu *cpu)
{
	gpa_t gpa = vmcs_read(GUEST_PHYSICAL_ADDRESS);
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);

	event_queue_keep_interrupted(&cpu->events);
	return gpa < cpu->machine->memory.end
		       ? answer_below_end(cpu, gpa, qualification)
		       : answer_device(cpu, gpa, qualification);
}
