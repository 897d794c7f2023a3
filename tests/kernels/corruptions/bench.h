#pragma once
/*
 * The bench: one VMCS, into which a snapshot is put, which the doctor examines
 * and the CPU enters.
 */
#include "change.h"
#include "lib/error.h"

#define TRIAL_TEXT 160

/* What came of one trial. */
struct trial {
	bool kept;		  /* the VMCS holds what was put into it */
	unsigned int findings;	  /* of the doctor, */
	enum doctor_rule rule;	  /* the first of them, */
	char rules[TRIAL_TEXT];	  /* and all, by name; "none" without any */
	bool entered;		  /* the guest has run */
	char verdict[TRIAL_TEXT]; /* "accepted", "VMfailValid 7", "exit 33" */
};

/*
 * Makes the VMCS: h2's, with a guest that comes back at once. Fills in the
 * whole of ground. Errors: no memory, or a control that is missing.
 */
struct error bench_set_up(const struct vmx_capabilities *caps,
			  struct ground *ground);

/* The VMCS as it was set up. */
const struct vmcs_snapshot *bench_base(void);

/*
 * Puts the snapshot into the VMCS, has it examined and enters it. False where
 * a VMX instruction fails that cannot: the trial did not take place. It takes
 * place, but proves nothing, where the VMCS does not keep the snapshot: a CPU
 * may drop reserved bits of a field, as some do with access rights.
 */
bool bench_try(const struct vmcs_snapshot *vmcs, struct trial *trial);

/*
 * Enters the snapshot as bench_try() does, and has the doctor say to people
 * why the entry fails. False where it does not fail.
 */
bool bench_show(const struct vmcs_snapshot *vmcs);

/* Gives the VMCS back. */
struct error bench_clear(void);
