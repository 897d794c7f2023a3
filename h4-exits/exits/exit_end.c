/*
 * Exits after which the guest does not go on.
 */
#include "exits/exit_table.h"

struct answer exit_triple_fault(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_stop("a triple fault: an exception that the guest could "
			   "not deliver, three deep");
}

struct answer exit_ept_misconfiguration(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_stop("an entry of the EPT that has no meaning");
}

/* No control of ours has the CPU exit for this. */
struct answer exit_not_asked_for(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_stop("an exit that no control asks for");
}

struct answer exit_unknown(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_stop("an exit reason that the manual does not list");
}
