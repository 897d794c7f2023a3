#pragma once
/*
 * The life of a virtual CPU.
 *
 *	Created ---> Free ---> Ready <---> Running ---> Free
 *	                         ^            |
 *	                         `- Blocked <-´
 *
 * A vCPU that is Ready or Blocked becomes Free when it is taken off the
 * scheduler. Every one becomes Invalid when something about it has failed; that
 * is the end, nothing comes after it. No other move exists.
 */
#include "lib/error.h"
#include "lib/types.h"

enum vcpu_state {
	VCPU_CREATED, /* not complete yet */
	VCPU_FREE,    /* complete; the scheduler does not know it */
	VCPU_READY,   /* waits for a CPU */
	VCPU_RUNNING, /* has one */
	VCPU_BLOCKED, /* waits for something that wakes it */
	VCPU_INVALID, /* has failed, and never runs again */
};

#define VCPU_STATES 6u

/*
 * Makes a move. Everything that changes a state after VCPU_CREATED does it
 * here. Error: there is no such move, and *state stays as it is; the text names
 * both states, the value is the number of the present one. The caller sees to
 * it that nobody else moves the same vCPU meanwhile; reading its state
 * meanwhile is allowed, by vcpu_state_now().
 */
struct error vcpu_state_move(enum vcpu_state *state, enum vcpu_state to);

/* The state of a vCPU that somebody else may be moving. */
static inline enum vcpu_state vcpu_state_now(const enum vcpu_state *state)
{
	return __atomic_load_n(state, __ATOMIC_ACQUIRE);
}

/* "Created", "Free" ... */
const char *vcpu_state_name(enum vcpu_state state);
