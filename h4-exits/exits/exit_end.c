/*
 * Exits after which the guest does not go on.
 */
#include "exits/exit_table.h"

struct answer exit_triple_fault(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_stop(STOP_TRIPLE_FAULT);
}

struct answer exit_ept_misconfiguration(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_stop(STOP_EPT_MISCONFIGURATION);
}

/* No control of ours has the CPU exit for this. */
struct answer exit_not_asked_for(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_stop(STOP_NOT_ASKED_FOR);
}

struct answer exit_unknown(struct guest_cpu *cpu)
{
	(void)cpu;
	return answer_stop(STOP_UNKNOWN_EXIT);
}
