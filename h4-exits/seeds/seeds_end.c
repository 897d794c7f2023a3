#include "seeds/seeds_end.h"
#include "lib/printk.h"
#include "machine/machine.h"

/* A line of the console costs more than a guest does: a word is enough. */
static const char *const stop_names[] = {
#define STOP_NAME(NAME, text) [STOP_##NAME] = #NAME,
	STOP_REASONS(STOP_NAME)
#undef STOP_NAME
};

static void print_own_end(const struct machine_end *end)
{
	switch (end->kind) {
	case MACHINE_EXITED:
		printk("exited with %u", end->value);
		break;
	case MACHINE_RESET:
		printk("reset");
		break;
	case MACHINE_TIME_UP:
		printk("time is up");
		break;
	default:
		printk("switched off");
	}
}

void seeds_end_print(const struct guest_cpu *cpu, const struct guest_end *end)
{
	switch (end->kind) {
	case GUEST_HALTED:
		printk("halted");
		break;
	case GUEST_ENDED_ITSELF:
		print_own_end(&cpu->machine->end);
		break;
	default:
		printk("stopped, %s", stop_names[end->why]);
	}
}

bool seeds_end_is_the_guests(const struct guest_end *end)
{
	if (end->kind != GUEST_STOPPED) {
		return end->kind != GUEST_NOT_ENTERED;
	}
	switch (end->why) {
	case STOP_EPT_MISCONFIGURATION:
	case STOP_NOT_ASKED_FOR:
	case STOP_UNKNOWN_EXIT:
	case STOP_EXCEPTION:
	case STOP_OUT_OF_MEMORY:
		return false;
	default:
		return true;
	}
}
