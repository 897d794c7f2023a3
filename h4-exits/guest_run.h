#pragma once
/*
 * Running a guest to its end: enter, look up the handler, do what it answers.
 */
#include "cpu/guest_cpu.h"
#include "exits/stop_reason.h"

enum guest_end_kind {
	GUEST_PAUSED,	    /* the caller's prepare() has said so */
	GUEST_HALTED,	    /* HLT, and the caller's wait() does not go on */
	GUEST_ENDED_ITSELF, /* by a device: see machine->end */
	GUEST_STOPPED,	    /* it did what the hypervisor does not serve */
	GUEST_NOT_ENTERED,  /* VM entry failed */
};

struct guest_end {
	enum guest_end_kind kind;
	enum stop_reason why;  /* GUEST_STOPPED */
	struct vcpu_exit last; /* the exit, or the failed entry */
};

/* What the caller has to say while a guest runs. */
struct guest_run_ops {
	/*
	 * Before an entry that is not like the one before: an event may be to
	 * be delivered, cpu->events.attention has been set. False: no entry,
	 * guest_run() returns, and attention stays set.
	 */
	bool (*prepare)(struct guest_cpu *cpu);
	/*
	 * The guest has executed HLT. True: something has come that wakes it.
	 * False: guest_run() returns.
	 */
	bool (*wait)(struct guest_cpu *cpu);
};

/*
 * For a guest that has its CPU and its machine for itself: HLT waits for the
 * next interrupt, and is the end where nothing can come any more.
 */
extern const struct guest_run_ops guest_run_alone;

/* Runs the CPU, whose VMCS is current, until its guest ends or ops say so. */
struct guest_end guest_run(struct guest_cpu *cpu,
			   const struct guest_run_ops *ops);
