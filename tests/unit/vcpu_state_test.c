/*
 * Every pair of states: the moves that exist, and what is said of the others.
 *
 * modules: h5-multivcpu/vcpu/vcpu_state.c
 */
#include "unit.h"
#include "vcpu/vcpu_state.h"

static const char *const names[VCPU_STATES] = {"Created", "Free",    "Ready",
					       "Running", "Blocked", "Invalid"};

/* Row: from; column: to, in the order of the names. */
static const char allowed[VCPU_STATES][VCPU_STATES + 1] = {
	"-y---y", /* Created */
	"--y--y", /* Free */
	"-y-y-y", /* Ready */
	"-yy-yy", /* Running */
	"-yy--y", /* Blocked */
	"------", /* Invalid */
};

static void each_move(void)
{
	char text[80];

	for (unsigned int from = 0; from < VCPU_STATES; from++) {
		for (unsigned int to = 0; to < VCPU_STATES; to++) {
			enum vcpu_state state = (enum vcpu_state)from;
			struct error error;

			error = vcpu_state_move(&state, (enum vcpu_state)to);
			if (allowed[from][to] == 'y') {
				CHECK(!failed(error));
				CHECK_EQ(vcpu_state_now(&state), to);
				continue;
			}
			snprintf(text, sizeof(text),
				 "a vCPU cannot go from %s to %s", names[from],
				 names[to]);
			CHECK_STR(error.what, text);
			CHECK_EQ(error.value, from);
			CHECK_EQ(vcpu_state_now(&state), from);
		}
	}
}

static void each_name(void)
{
	for (unsigned int i = 0; i < VCPU_STATES; i++) {
		CHECK_STR(vcpu_state_name((enum vcpu_state)i), names[i]);
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(each_move),
	UNIT_TEST(each_name),
};

int main(void)
{
	return UNIT_RUN(tests);
}
