#pragma once
/*
 * Running a guest to its end: enter, look up the handler, do what it answers.
 */
#include "cpu/guest_cpu.h"
#include "exits/stop_reason.h"

enum guest_end_kind {
	GUEST_HALTED,	    /* HLT with nothing left that could wake it */
	GUEST_ENDED_ITSELF, /* by a device: see machine->end */
	GUEST_STOPPED,	    /* it did what the hypervisor does not serve */
	GUEST_NOT_ENTERED,  /* VM entry failed */
};

struct guest_end {
	enum guest_end_kind kind;
	enum stop_reason why;  /* GUEST_STOPPED */
	struct vcpu_exit last; /* the exit, or the failed entry */
};

/* Runs the CPU, whose VMCS is current, until its guest ends. */
struct guest_end guest_run(struct guest_cpu *cpu);
