#pragma once
/*
 * The guest of h2: a function of the kernel itself, run in VMX non-root
 * operation, and the host's side of the conversation with it.
 */
#include "vcpu.h"

/* What the guest is to do, and what the host has seen of it so far. */
struct guest_talk {
	u64 number;	  /* drawn at random: the guest must hand it back */
	u64 tsc;	  /* what the host last answered to RDTSC */
	u32 exits;	  /* how many exits there were */
	bool number_came; /* VMCALL brought the number */
};

/* What to do after an exit. */
enum guest_next {
	GUEST_RESUME,
	GUEST_HALTED, /* HLT: the conversation is over, and was as it must be */
	GUEST_WRONG,  /* anything that the guest was not expected to do */
};

/*
 * Puts the guest's registers and guest state so that it starts, with a number
 * of its own. The current VMCS is vcpu's.
 */
void guest_start(struct guest_talk *talk, struct vcpu *vcpu);

/* Answers one exit. */
enum guest_next guest_answer(struct guest_talk *talk, struct vcpu *vcpu,
			     struct vcpu_exit exit);
