#pragma once
/*
 * Hypercalls: what a guest may ask of the hypervisor by VMCALL.
 *
 * RAX holds the number and gets the result. The guest's side is
 * payload/skernel-x86/hypercall.h.
 */
#include "cpu/guest_cpu.h"
#include "exits/answer.h"

enum hypercall {
	HYPERCALL_PING = 0, /* 0 */
	HYPERCALL_NMI = 1,  /* an NMI for the caller; 0 */
};

#define HYPERCALL_UNKNOWN \
	(~0ull) /* the result of a number that nobody serves */

/* Serves the VMCALL that has just exited, at CPL 0. */
struct answer hypercall(struct guest_cpu *cpu);

/* The answer to a number that nobody serves. */
struct answer hypercall_unknown(struct guest_cpu *cpu);
