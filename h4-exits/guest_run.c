#include "guest_run.h"
#include "cpu/registers.h"
#include "exits/exit_table.h"
#include "machine/machine.h"
#include "vmcs.h"

static const char lost[] = "a triple fault: an exception while a double fault "
			   "was being delivered";

/* What the devices have brought about: an interrupt, or the end. */
static bool machine_goes_on(struct guest_cpu *cpu)
{
	if (cpu->machine->pic.intr) {
		event_queue_signal(&cpu->events);
	}
	return cpu->machine->end.kind == MACHINE_RUNS;
}

/*
 * Waits for something that wakes the guest's CPU. False: nothing ever will,
 * or the machine has ended meanwhile. SDM, "HLT".
 */
static bool wait_for_event(struct guest_cpu *cpu)
{
	while (!event_queue_wakes(&cpu->events)) {
		if ((vmcs_read(GUEST_RFLAGS) & RFLAGS_IF) == 0 ||
		    !machine_goes_on(cpu)) {
			return false;
		}
		sti_hlt();
		cli();
		machine_notice(cpu->machine);
	}
	event_queue_signal(&cpu->events);
	return true;
}

/* Does what a handler has answered. False: the guest has ended, see end. */
static bool follow(struct guest_cpu *cpu, struct answer answer,
		   struct guest_end *end)
{
	switch (answer.kind) {
	case ANSWER_DONE:
		vcpu_skip_instruction();
		return true;
	case ANSWER_RESUME:
		return true;
	case ANSWER_INJECT:
		end->kind = GUEST_STOPPED;
		end->why = lost;
		return event_queue_raise(&cpu->events, answer.vector,
					 answer.has_error_code,
					 answer.error_code);
	case ANSWER_WAIT:
		vcpu_skip_instruction();
		end->kind = GUEST_HALTED;
		return wait_for_event(cpu);
	default:
		end->kind = GUEST_STOPPED;
		end->why = answer.why;
		return false;
	}
}

struct guest_end guest_run(struct guest_cpu *cpu)
{
	struct guest_end end = {.kind = GUEST_ENDED_ITSELF};

	while (machine_goes_on(cpu)) {
		struct answer answer;
		u32 reason;

		if (cpu->events.attention) {
			event_queue_deliver(&cpu->events);
		}
		end.last = ept_vcpu_run(&cpu->vcpu);
		if (!vcpu_entered(end.last)) {
			end.kind = GUEST_NOT_ENTERED;
			return end;
		}
		reason = vcpu_basic_reason(end.last);
		if (reason < EXIT_REASON_COUNT) {
			cpu->exits[reason]++;
		}
		answer = exit_table_handler(reason)(cpu);
		if (!follow(cpu, answer, &end)) {
			break;
		}
	}
	if (cpu->machine->end.kind != MACHINE_RUNS) {
		end.kind = GUEST_ENDED_ITSELF;
	}
	return end;
}
