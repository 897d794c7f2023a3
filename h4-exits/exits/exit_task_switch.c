/*
 * Task switches: from the VMCS to task/, and back.
 */
#include "cpu/guest_control.h"
#include "cpu/instructions.h"
#include "exits/exit_table.h"
#include "exits/guest_access.h"
#include "guest_events.h"
#include "machine/machine.h"
#include "task/task_switch.h"
#include "vmcs.h"

static void take_state(const struct guest_cpu *cpu, struct task_state *state)
{
	for (unsigned int i = 0; i < TASK_REGISTERS; i++) {
		state->registers[i] = (u32)vcpu_register(&cpu->vcpu.vcpu, i);
	}
	state->eip = (u32)vmcs_read(GUEST_RIP);
	for (unsigned int i = 0; i < SEGMENT_COUNT; i++) {
		state->segments[i] =
			segment_read_guest((enum segment_register)i);
	}
	state->gdt_base = (u32)vmcs_read(GUEST_GDTR_BASE);
	state->gdt_limit = (u16)vmcs_read(GUEST_GDTR_LIMIT);
	state->dr6 = read_dr6();
	state->dr7 = vmcs_read(GUEST_DR7);
	guest_control_paging(cpu, &state->paging);
}

static void give_state(struct guest_cpu *cpu, const struct task_state *state)
{
	for (unsigned int i = 0; i < TASK_REGISTERS; i++) {
		vcpu_register_set(&cpu->vcpu.vcpu, i, state->registers[i]);
	}
	vmcs_write(GUEST_RIP, state->eip);
	vmcs_write(GUEST_RFLAGS, state->paging.rflags);
	for (unsigned int i = 0; i < SEGMENT_COUNT; i++) {
		segment_write_guest((enum segment_register)i,
				    state->segments[i]);
	}
	write_dr6(state->dr6);
	vmcs_write(GUEST_DR7, state->dr7);
	guest_control_set_task(cpu, &state->paging);
}

/* An IRET ends what an NMI has begun, a gate of an NMI's begins it. */
static void block_nmis(const struct task_request *request, u32 vectoring)
{
	u64 blocking = vmcs_read(GUEST_INTERRUPTIBILITY_STATE);

	blocking &= ~(u64)(BLOCKING_BY_STI | BLOCKING_BY_MOV_SS);
	if (request->source == TASK_BY_IRET) {
		blocking &= ~BLOCKING_BY_NMI;
	} else if ((vectoring & EVENT_VALID) != 0 &&
		   EVENT_TYPE_FIELD(vectoring) == EVENT_NMI) {
		blocking |= BLOCKING_BY_NMI;
	}
	vmcs_write(GUEST_INTERRUPTIBILITY_STATE, blocking);
}

/*
 * The fault comes while an event is being delivered through a task gate: after
 * an exception it may be a double fault.
 */
static void keep_vectored(struct guest_cpu *cpu, u32 vectoring)
{
	if ((vectoring & EVENT_VALID) != 0) {
		cpu->events.interrupted.info = vectoring;
	}
}

struct answer exit_task_switch(struct guest_cpu *cpu)
{
	u32 vectoring = (u32)vmcs_read(IDT_VECTORING_INFO);
	struct task_request request =
		task_request_decode(vmcs_read(EXIT_QUALIFICATION), vectoring,
				    (u32)vmcs_read(IDT_VECTORING_ERROR_CODE),
				    (u32)vmcs_read(VM_EXIT_INSTRUCTION_LENGTH));
	struct guest_accessor accessor = {.cpu = cpu};
	struct task_state state;
	bool switched;

	take_state(cpu, &state);
	switched = task_switch(&cpu->machine->memory, &state, &request,
			       &accessor.fault);
	give_state(cpu, &state);
	if (!switched) {
		keep_vectored(cpu, vectoring);
		return guest_access_answer(&accessor);
	}
	block_nmis(&request, vectoring);
	return answer_resume();
}
