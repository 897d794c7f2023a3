#pragma once
/*
 * The life of a virtual machine.
 *
 *	Loading ---> Loaded ---> Running <---> Suspended
 *	   ^  |         |           |             |
 *	   |  |         `-------- Stopping <------´
 *	   |  `----------------.    |
 *	   |                   v    v
 *	   `------------------ Stopped
 *
 * A machine whose loading fails is Stopped; one that is reset is Loading again.
 */
#include "lib/error.h"
#include "lib/types.h"

enum guest_vm_state {
	GUEST_VM_LOADING,   /* it is being put together */
	GUEST_VM_LOADED,    /* it could be switched on */
	GUEST_VM_RUNNING,   /* its vCPUs are with the scheduler */
	GUEST_VM_SUSPENDED, /* none is, and its time stands still */
	GUEST_VM_STOPPING,  /* switched off; its vCPUs are being called back */
	GUEST_VM_STOPPED,   /* none of them runs again */
};

#define GUEST_VM_STATES 6u

/* "Loading", "Loaded" ..., ending with NULL. */
extern const char *const guest_vm_state_names[GUEST_VM_STATES + 1];

/*
 * Makes a move; from any CPU. Error: there is no such move from the present
 * state, which stays; the text names both, the value is the number of the
 * present one.
 */
struct error guest_vm_state_move(enum guest_vm_state *state,
				 enum guest_vm_state to);

/* The state of a machine that another CPU may be moving. */
static inline enum guest_vm_state
guest_vm_state_now(const enum guest_vm_state *state)
{
	return __atomic_load_n(state, __ATOMIC_ACQUIRE);
}
