#include "vm/guest_vm_state.h"

const char *const guest_vm_state_names[GUEST_VM_STATES + 1] = {
	"Loading",  "Loaded",  "Running", "Suspended",
	"Stopping", "Stopped", NULL,
};

/* The states that each one can be followed by. */
static const u32 followers[GUEST_VM_STATES] = {
	[GUEST_VM_LOADING] = BIT(GUEST_VM_LOADED) | BIT(GUEST_VM_STOPPED),
	[GUEST_VM_LOADED] = BIT(GUEST_VM_RUNNING) | BIT(GUEST_VM_STOPPING),
	[GUEST_VM_RUNNING] = BIT(GUEST_VM_SUSPENDED) | BIT(GUEST_VM_STOPPING),
	[GUEST_VM_SUSPENDED] = BIT(GUEST_VM_RUNNING) | BIT(GUEST_VM_STOPPING),
	[GUEST_VM_STOPPING] = BIT(GUEST_VM_STOPPED),
	[GUEST_VM_STOPPED] = BIT(GUEST_VM_LOADING),
};

#define REFUSALS(from)                                                      \
	{                                                                   \
		"a virtual machine that is " from " cannot become Loading", \
			"a virtual machine that is " from                   \
			" cannot become Loaded",                            \
			"a virtual machine that is " from                   \
			" cannot become Running",                           \
			"a virtual machine that is " from                   \
			" cannot become Suspended",                         \
			"a virtual machine that is " from                   \
			" cannot become Stopping",                          \
			"a virtual machine that is " from                   \
			" cannot become Stopped",                           \
	}

static const char *const refusals[GUEST_VM_STATES][GUEST_VM_STATES] = {
	REFUSALS("Loading"),   REFUSALS("Loaded"),   REFUSALS("Running"),
	REFUSALS("Suspended"), REFUSALS("Stopping"), REFUSALS("Stopped"),
};

struct error guest_vm_state_move(enum guest_vm_state *state,
				 enum guest_vm_state to)
{
	enum guest_vm_state from = guest_vm_state_now(state);

	do {
		if ((followers[from] & BIT(to)) == 0) {
			return failure(refusals[from][to], from);
		}
	} while (!__atomic_compare_exchange_n(
		state, &from, to, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE));
	return SUCCESS;
}
