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
	return true;
}

static bool machine_goes_on(struct guest_cpu *cpu)
{
	return cpu->machine->end.kind == MACHINE_RUNS;
}

const struct guest_run_ops guest_run_alone = {machine_goes_on, wait_for_event};

/* A run in progress. */
struct run {
	const struct guest_run_ops *ops;
	struct guest_end end;
};

static bool stop(struct run *run, enum stop_reason why)
{
	run->end.kind = GUEST_STOPPED;
	run->end.why = why;
	return false;
}

static bool halt(struct guest_cpu *cpu, struct run *run)
{
	vcpu_skip_instruction();
	if (run->ops->wait(cpu)) {
		event_queue_signal(&cpu->events);
		return true;
	}
	run->end.kind = GUEST_HALTED;
	return false;
}

/* What is rarer than an instruction that has been executed. */
RARELY static bool follow_other(struct guest_cpu *cpu, struct answer answer,
				struct run *run)
{
	switch (answer.kind) {
	case ANSWER_INJECT:
		return event_queue_raise(&cpu->events, answer.vector,
					 answer.has_error_code,
					 answer.error_code) ||
		       stop(run, STOP_TRIPLE_FAULT);
	case ANSWER_WAIT:
		return halt(cpu, run);
	default:
		return stop(run, (enum stop_reason)answer.stop);
	}
}

/* Does what a handler has answered. False: the run is over, see its end. */
INLINED bool follow(struct guest_cpu *cpu, struct answer answer,
		    struct run *run)
{
	if (__builtin_expect(answer.kind == ANSWER_DONE, true)) {
		vcpu_skip_instruction();
		return true;
	}
	return answer.kind == ANSWER_RESUME || follow_other(cpu, answer, run);
}

/*
 * Before an entry that is not like the one before: an event is to be delivered,
 * the EPT has changed, a debugger wants to stand in between. Attention that is
 * called for from here on has its effect before the next entry but this one.
 */
static bool prepare(struct guest_cpu *cpu, const struct run *run)
{
	cpu->events.attention = false;
	if (!run->ops->prepare(cpu)) {
		event_queue_signal(&cpu->events);
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
	return cpu->handlers[reason](cpu);
}

/* Runs a guest that nobody watches. */
INLINED void run_unwatched(struct guest_cpu *cpu, struct run *run)
{
	struct vcpu_exit exit;

	do {
		if (__builtin_expect(!cpu->events.attention, true)) {
			exit = vcpu_run_once(&cpu->vcpu.vcpu, true);
		} else if (prepare(cpu, run)) {
			exit = ept_vcpu_run(&cpu->vcpu);
		} else {
			break;
		}
		if (__builtin_expect(exit.reason >= EXIT_REASON_COUNT, false) &&
		    !vcpu_entered(exit)) {
			run->end.kind = GUEST_NOT_ENTERED;
			run->end.last = exit;
			return;
		}
	} while (follow(cpu, answer_exit(cpu, exit.reason), run));
}

/* The same, with the trace at both ends of each exit. */
__attribute__((noinline)) static void run_watched(struct guest_cpu *cpu,
						  struct run *run)
{
	struct answer answer;
	struct guest_end *end = &run->end;
	bool goes_on = prepare(cpu, run);

	while (goes_on) {
		end->last = ept_vcpu_run(&cpu->vcpu);
		if (!vcpu_entered(end->last)) {
			end->kind = GUEST_NOT_ENTERED;
			return;
		}
		exit_trace_exit(cpu->trace, end->last.reason);
		answer = answer_exit(cpu, end->last.reason);
		goes_on = follow(cpu, answer, run) &&
			  (!cpu->events.attention || prepare(cpu, run));
		exit_trace_answer(cpu->trace, answer);
	}
}

struct guest_end guest_run(struct guest_cpu *cpu,
			   const struct guest_run_ops *ops)
{
	struct run run = {.ops = ops, .end.kind = GUEST_PAUSED};

	if (cpu->trace != NULL) {
		run_watched(cpu, &run);
	} else {
		run_unwatched(cpu, &run);
	}
	if (run.end.kind == GUEST_NOT_ENTERED) {
		return run.end;
	}
	if (cpu->machine->end.kind != MACHINE_RUNS) {
		run.end.kind = GUEST_ENDED_ITSELF;
	}
	/* Kept out of the loop's way; the VMCS still knows. */
	run.end.last.outcome = VM_SUCCEED;
	run.end.last.reason = vmcs_read(VM_EXIT_REASON);
	return run.end;
}
