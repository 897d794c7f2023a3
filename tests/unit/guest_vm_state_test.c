/*
 * Every move from every state of a virtual machine.
 */
/* modules: h5-multivcpu/vm/guest_vm_state.c */
#include <string.h>

#include "unit.h"
#include "vm/guest_vm_state.h"

/* A row for each present state, a column for each next one: 1 is a move. */
static const bool moves[GUEST_VM_STATES][GUEST_VM_STATES] = {
	/* Loading, Loaded, Running, Suspended, Stopping, Stopped */
	[GUEST_VM_LOADING] = {0, 1, 0, 0, 0, 1},
	[GUEST_VM_LOADED] = {0, 0, 1, 0, 1, 0},
	[GUEST_VM_RUNNING] = {0, 0, 0, 1, 1, 0},
	[GUEST_VM_SUSPENDED] = {0, 0, 1, 0, 1, 0},
	[GUEST_VM_STOPPING] = {0, 0, 0, 0, 0, 1},
	[GUEST_VM_STOPPED] = {1, 0, 0, 0, 0, 0},
};

static void check(u32 from, u32 to)
{
	enum guest_vm_state state = (enum guest_vm_state)from;
	struct error error =
		guest_vm_state_move(&state, (enum guest_vm_state)to);

	CHECK_EQ(failed(error), !moves[from][to]);
	CHECK_EQ(state, moves[from][to] ? to : from);
	if (failed(error)) {
		char ending[32];

		snprintf(ending, sizeof(ending), " become %s",
			 guest_vm_state_names[to]);
		CHECK_EQ(error.value, from);
		CHECK(strstr(error.what, guest_vm_state_names[from]) != NULL);
		CHECK(strstr(error.what, ending) != NULL);
	}
}

static void every_pair(void)
{
	for (u32 from = 0; from < GUEST_VM_STATES; from++) {
		for (u32 to = 0; to < GUEST_VM_STATES; to++) {
			check(from, to);
		}
	}
}

static const struct unit_test tests[] = {UNIT_TEST(every_pair)};

int main(void)
{
	return UNIT_RUN(tests);
}
