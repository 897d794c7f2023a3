#pragma once
/*
 * Fitting the controls that we want to the controls that this CPU has.
 *
 * SDM, appendix "VMX Capability Reporting Facility". A capability MSR says for
 * each control whether it may be 0 and whether it may be 1. What we want is
 * split accordingly: a required control must be there, an optional one is
 * taken where it is offered, and all others stay 0 unless they must be 1, which
 * a forbidden one must not be.
 */
#include "vmx_capabilities.h"
#include "vmx_controls.h"

struct control_wish {
	u32 required;
	u32 optional;
	u32 forbidden; /* where it must be 1, the CPU is of no use */
};

struct control_wishes {
	struct control_wish pin, primary, secondary, exit, entry;
};

/* Values for the five control fields of the VMCS. */
struct controls {
	u32 pin, primary, secondary, exit, entry;
};

/* What of the wishes the CPU cannot fulfil: its bits, 0 if all is well. */
struct control_gap {
	enum vmcs_field field; /* one of the five control fields */
	u32 missing;	       /* required, and not there; or: */
	u32 forced;	       /* forbidden, and always on */
};

static inline bool controls_gap(struct control_gap gap)
{
	return (gap.missing | gap.forced) != 0;
}

/*
 * Fits wishes to the capabilities. "Activate secondary controls" need not be
 * wished for: it is on where a secondary control is. Returns the first field
 * in which there is a gap; controls is not to be used then.
 */
struct control_gap controls_fit(const struct vmx_capabilities *caps,
				const struct control_wishes *wishes,
				struct controls *controls);

/* Prints one line that names the field and the controls. */
void controls_print_gap(struct control_gap gap);
