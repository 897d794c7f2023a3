#include "vcpu/vcpu_state.h"

/* Which states each one can go to, as bits. */
static const u8 moves[VCPU_STATES] = {
	[VCPU_CREATED] = BIT(VCPU_FREE) | BIT(VCPU_INVALID),
	[VCPU_FREE] = BIT(VCPU_READY) | BIT(VCPU_INVALID),
	[VCPU_READY] = BIT(VCPU_RUNNING) | BIT(VCPU_FREE) | BIT(VCPU_INVALID),
	[VCPU_RUNNING] = BIT(VCPU_READY) | BIT(VCPU_BLOCKED) | BIT(VCPU_FREE) |
			 BIT(VCPU_INVALID),
	[VCPU_BLOCKED] = BIT(VCPU_READY) | BIT(VCPU_FREE) | BIT(VCPU_INVALID),
};

#define CREATED "Created"
#define FREE	"Free"
#define READY	"Ready"
#define RUNNING "Running"
#define BLOCKED "Blocked"
#define INVALID "Invalid"

static const char *const names[VCPU_STATES] = {CREATED, FREE,	 READY,
					       RUNNING, BLOCKED, INVALID};

/* In the order of enum vcpu_state, as are the rows. */
#define NO_MOVE_FROM(state)                                            \
	{                                                              \
		"a vCPU cannot go from " state " to " CREATED,         \
			"a vCPU cannot go from " state " to " FREE,    \
			"a vCPU cannot go from " state " to " READY,   \
			"a vCPU cannot go from " state " to " RUNNING, \
			"a vCPU cannot go from " state " to " BLOCKED, \
			"a vCPU cannot go from " state " to " INVALID, \
	}

static const char *const no_move[VCPU_STATES][VCPU_STATES] = {
	NO_MOVE_FROM(CREATED), NO_MOVE_FROM(FREE),    NO_MOVE_FROM(READY),
	NO_MOVE_FROM(RUNNING), NO_MOVE_FROM(BLOCKED), NO_MOVE_FROM(INVALID),
};

struct error vcpu_state_move(enum vcpu_state *state, enum vcpu_state to)
{
	enum vcpu_state from = *state;

	if ((moves[from] & BIT(to)) == 0) {
		return failure(no_move[from][to], from);
	}
	__atomic_store_n(state, to, __ATOMIC_RELEASE);
	return SUCCESS;
}

const char *vcpu_state_name(enum vcpu_state state)
{
	return names[state];
}
