#pragma once
/*
 * A guest that is watched: a line for each exit, and what the exits cost.
 *
 * A line says when the exit came by the machine's clock, counted from the
 * start, where the guest was, the exit's reason and qualification, what was
 * answered, the event that the next entry delivers, and the registers that are
 * others then:
 *
 *	1042 us 0x10012a CPUID (0) done RAX 0->0x16 RIP 0x10012a->0x10012c
 *
 * CR0 and CR4 are those that the guest reads.
 *
 * The costs are ticks of the host's time-stamp counter, from an exit's arrival
 * in C until the guest is ready for its next entry; for a guest that waits,
 * the wait is among them. Neither the trace's own work is, nor the switch of
 * registers by vcpu_entry.S: for that there is one bound for all.
 */
#include "cpu/guest_cpu.h"
#include "cpu/tsc.h"
#include "exits/answer.h"
#include "trace/register_changes.h"
#include "trace/tick_histogram.h"

/* How a guest is watched. */
struct exit_trace_way {
	bool lines;	  /* not only the table */
	const char *name; /* what each line begins with */
	/*
	 * The guest's output goes to the console as whole lines between these,
	 * wherever it went before. Otherwise whoever gets it sees to that.
	 */
	bool hears;
	/*
	 * Takes so many ticks of the TSC away from the CPU, whose VMCS is
	 * current: the machine's time stands still while a line is printed.
	 * NULL: it does not.
	 */
	void (*take_time)(struct guest_cpu *cpu, u64 ticks);
};

/* For a guest that has the console and its machine for itself. */
extern const struct exit_trace_way exit_trace_alone;
extern const struct exit_trace_way exit_trace_alone_table;

struct exit_trace {
	struct guest_cpu *cpu;
	struct exit_trace_way way;
	u64 began; /* by the machine's clock, ns */

	/* The exit that is being answered. */
	u32 reason;
	u64 qualification;
	u64 came; /* by the machine's clock, ns since began */
	struct traced_registers registers;
	u64 arrived; /* by the host's TSC, the trace's own work done */

	u64 left;	  /* for the guest; 0: not yet */
	u64 shortest_way; /* to the guest and back */
	/* The last is for reasons that the manual does not list. */
	struct tick_histogram costs[EXIT_REASON_COUNT + 1];

	/* What the guest has sent of a line. */
	unsigned int length;
	char line[160];
};

/*
 * Watches the CPU, which has not run yet and which the trace must outlive, as
 * must what way points to.
 */
void exit_trace_attach(struct exit_trace *trace, struct guest_cpu *cpu,
		       const struct exit_trace_way *way);

/* What the two below do outside of what they measure. now: the TSC. */
void exit_trace_begin(struct exit_trace *trace, u32 reason, u64 now);
void exit_trace_end(struct exit_trace *trace, struct answer answer, u64 ticks);

/* After an exit. */
static inline void exit_trace_exit(struct exit_trace *trace, u32 reason)
{
	exit_trace_begin(trace, reason, tsc_read_between());
	trace->arrived = tsc_read_between();
}

/* When all is done that it led to. */
static inline void exit_trace_answer(struct exit_trace *trace,
				     struct answer answer)
{
	exit_trace_end(trace, answer, tsc_read_between() - trace->arrived);
	trace->left = tsc_read_between();
}

/* Prints the table, after what is left of the output that it hears. */
void exit_trace_report(struct exit_trace *trace);
