#include "guest_run.h"
#include "cpu/registers.h"
#include "exits/exit_table.h"
#include "machine/machine.h"
#include "trace/exit_trace.h"
#include "vmcs.h"

/*
 * Waits for something that wakes the guest's CPU. False: nothing ever will,
 * or the machine has ended meanwhile. SDM, "HLT".
 */
static bool wait_for_event(struct guest_cpu *cpu)
{
	while (!event_queue_wakes(&cpu->events)) {
		if ((vmcs_read(GUEST_RFLAGS) & RFLAGS_IF) == 0 ||
		    cpu->machine->end.kind != MACHINE_RUNS) {
			return false;
		}
		sti_hlt();
		cli();
		guest_cpu_notice(cpu);
	}
	event_queue_signal(&cpu->events);
	return true;
}

/* What is rarer than an instruction that has been executed. */
RARELY static bool follow_other(struct guest_cpu *cpu, struct answer answer,
				struct guest_end *end)
{
	switch (answer.kind) {
	case ANSWER_INJECT:
		end->kind = GUEST_STOPPED;
		end->why = STOP_TRIPLE_FAULT;
		return event_queue_raise(&cpu->events, answer.vector,
					 answer.has_error_code,
					 answer.error_code);
	case ANSWER_WAIT:
		vcpu_skip_instruction();
		end->kind = GUEST_HALTED;
		return wait_for_event(cpu);
	default:
		end->kind = GUEST_STOPPED;
		end->why = (enum stop_reason)answer.stop;
		return false;
	}
}

/* Does what a handler has answered. False: the guest has ended, see end. */
INLINED bool follow(struct guest_cpu *cpu, struct answer answer,
		    struct guest_end *end)
{
	if (__builtin_expect(answer.kind == ANSWER_DONE, true)) {
		vcpu_skip_instruction();
		return true;
	}
	return answer.kind == ANSWER_RESUME || follow_other(cpu, answer, end);
}

/*
 * Before an entry that is not like the one before: an event is to be delivered,
 * the EPT has changed, a debugger wants to stand in between. False: the guest
 * has ended itself.
 */
static bool prepare(struct guest_cpu *cpu)
{
	if (cpu->machine->end.kind != MACHINE_RUNS) {
		return false;
	}
	event_queue_deliver(&cpu->events);
	if (cpu->vcpu.vcpu.run != NULL) {
		event_queue_signal(&cpu->events);
	}
	return true;
}

/* The field has other bits beside the basic reason, seldom set. */
INLINED struct answer answer_exit(struct guest_cpu *cpu, u64 reason)
{
	if (__builtin_expect(reason >= EXIT_REASON_COUNT, false)) {
		reason &= EXIT_REASON_BASIC;
		if (reason >= EXIT_REASON_COUNT) {
			return exit_unknown(cpu);
		}
	}
	cpu->exits[reason]++;
	return exit_table[reason](cpu);
}

/* Runs a guest that nobody watches. */
INLINED void run(struct guest_cpu *cpu, struct guest_end *end)
{
	struct vcpu_exit exit;

	do {
		if (__builtin_expect(!cpu->events.attention, true)) {
			exit = vcpu_run_once(&cpu->vcpu.vcpu, true);
		} else if (prepare(cpu)) {
			exit = ept_vcpu_run(&cpu->vcpu);
		} else {
			break;
		}
		if (__builtin_expect(exit.reason >= EXIT_REASON_COUNT, false) &&
		    !vcpu_entered(exit)) {
			end->kind = GUEST_NOT_ENTERED;
			end->last = exit;
			return;
		}
	} while (follow(cpu, answer_exit(cpu, exit.reason), end));
}

/* The same, with the trace at both ends of each exit. */
__attribute__((noinline)) static void run_watched(struct guest_cpu *cpu,
						  struct guest_end *end)
{
	struct answer answer;
	bool goes_on = prepare(cpu);

	while (goes_on) {
		end->last = ept_vcpu_run(&cpu->vcpu);
		if (!vcpu_entered(end->last)) {
			end->kind = GUEST_NOT_ENTERED;
			return;
		}
		exit_trace_exit(cpu->trace, end->last.reason);
		answer = answer_exit(cpu, end->last.reason);
		goes_on = follow(cpu, answer, end) &&
			  (!cpu->events.attention || prepare(cpu));
		exit_trace_answer(cpu->trace, answer);
	}
}

struct guest_end guest_run(struct guest_cpu *cpu)
{
	struct guest_end end = {.kind = GUEST_STOPPED};

	if (cpu->trace != NULL) {
		run_watched(cpu, &end);
	} else {
		run(cpu, &end);
	}
	if (end.kind == GUEST_NOT_ENTERED) {
		return end;
	}
	if (cpu->machine->end.kind != MACHINE_RUNS) {
		end.kind = GUEST_ENDED_ITSELF;
	}
	/* Kept out of the loop's way; the VMCS still knows. */
	end.last.outcome = VM_SUCCEED;
	end.last.reason = vmcs_read(VM_EXIT_REASON);
	return end;
}
