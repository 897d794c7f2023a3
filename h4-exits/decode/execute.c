#include "decode/execute.h"
#include "cpu/registers.h"
#include "decode/execute_compute.h"
#include "decode/execute_move.h"
#include "decode/execute_string.h"
#include "decode/work.h"

/* Performs an instruction; false: an access faulted, and nothing changed. */
typedef bool (*performer)(const struct work *work);

static const performer performers[OPERATIONS] = {
	[OPERATION_ADD... OPERATION_TEST] = execute_compute_binary,
	[OPERATION_INC... OPERATION_NEG] = execute_compute_unary,
	[OPERATION_ROL... OPERATION_SAR] = execute_compute_shift,
	[OPERATION_BT... OPERATION_BTC] = execute_compute_bit,
	[OPERATION_MOV] = execute_move,
	[OPERATION_MOVZX] = execute_move,
	[OPERATION_MOVSX] = execute_move_signed,
	[OPERATION_MOVBE] = execute_move_swapped,
	[OPERATION_CMOV] = execute_move_if,
	[OPERATION_SET] = execute_move_condition,
	[OPERATION_XCHG] = execute_move_exchange,
	[OPERATION_XADD] = execute_compute_exchange_and_add,
	[OPERATION_CMPXCHG] = execute_compute_compare_and_exchange,
	[OPERATION_CMPXCHG8B] = execute_compute_compare_and_exchange_8_bytes,
	[OPERATION_PUSH] = execute_move_push,
	[OPERATION_POP] = execute_move_pop,
};

static enum execute_result perform(struct work *work)
{
	const struct instruction *instruction = work->instruction;

	if (instruction->operands == OPERANDS_STRING) {
		return execute_string(work);
	}
	work->offset = operand_offset(instruction, work->cpu->registers,
				      work->next_rip);
	return performers[instruction->operation](work) ? EXECUTE_DONE
							: EXECUTE_FAULT;
}

enum execute_result execute_instruction(const struct instruction *instruction,
					const struct execute_memory *memory,
					struct execute_cpu *cpu)
{
	struct work work = {
		.instruction = instruction,
		.memory = memory,
		.cpu = cpu,
		.next_rip = cpu->rip + instruction->length,
	};
	enum execute_result result;

	if (instruction->code_size != CODE_64) {
		work.next_rip = (u32)work.next_rip;
	}
	result = perform(&work);
	if (result == EXECUTE_DONE) {
		cpu->rip = work.next_rip;
		cpu->rflags &= ~RFLAGS_RF;
	}
	return result;
}
