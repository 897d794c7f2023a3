#include "decode/execute_move.h"
#include "decode/arithmetic.h"

/* MOV and MOVZX. */
bool execute_move(const struct work *work)
{
	u64 value;

	if (work->instruction->operands != OPERANDS_REGISTER_MEMORY) {
		return work_store(work, work_source(work));
	}
	if (!work_load(work, &value)) {
		return false;
	}
	work_set_register(work, value);
	return true;
}

bool execute_move_signed(const struct work *work)
{
	unsigned int unused = 64 - 8 * work->instruction->memory_size;
	u64 value;

	if (!work_load(work, &value)) {
		return false;
	}
	work_set_register(work, (u64)((s64)(value << unused) >> unused));
	return true;
}

static u64 swap_bytes(u64 value, unsigned int size)
{
	return __builtin_bswap64(value) >> (64 - 8 * size);
}

bool execute_move_swapped(const struct work *work)
{
	unsigned int size = work->instruction->operand_size;
	u64 value;

	if (work->instruction->operands == OPERANDS_MEMORY_REGISTER) {
		return work_store(work, swap_bytes(work_register(work), size));
	}
	if (!work_load(work, &value)) {
		return false;
	}
	work_set_register(work, swap_bytes(value, size));
	return true;
}

/* The memory is read, and the upper half cleared, whatever the condition. */
bool execute_move_if(const struct work *work)
{
	u64 value;

	if (!work_load(work, &value)) {
		return false;
	}
	if (!arithmetic_condition(work->instruction->condition,
				  work->cpu->rflags)) {
		value = work_register(work);
	}
	work_set_register(work, value);
	return true;
}

bool execute_move_condition(const struct work *work)
{
	return work_store(work,
			  arithmetic_condition(work->instruction->condition,
					       work->cpu->rflags));
}

bool execute_move_exchange(const struct work *work)
{
	u64 value;

	if (!work_load(work, &value) ||
	    !work_store(work, work_register(work))) {
		return false;
	}
	work_set_register(work, value);
	return true;
}

bool execute_move_push(const struct work *work)
{
	unsigned int size = work->instruction->operand_size;
	struct execute_cpu *cpu = work->cpu;
	u64 rsp = cpu->registers[REGISTER_RSP] - size;
	u64 value;

	if (!work_load(work, &value) ||
	    !work->memory->write(work->memory->context, SEGMENT_SS,
				 rsp & size_mask(cpu->stack_size), size,
				 value)) {
		return false;
	}
	operand_set_register(cpu->registers, REGISTER_RSP, cpu->stack_size,
			     rsp);
	return true;
}

/* RSP as the base of the memory operand is the one after the increment. */
bool execute_move_pop(const struct work *work)
{
	unsigned int size = work->instruction->operand_size;
	struct execute_cpu *cpu = work->cpu;
	u64 rsp = cpu->registers[REGISTER_RSP];
	struct work there = *work;
	u64 value;

	if (!work->memory->read(work->memory->context, SEGMENT_SS,
				rsp & size_mask(cpu->stack_size), size,
				&value)) {
		return false;
	}
	operand_set_register(cpu->registers, REGISTER_RSP, cpu->stack_size,
			     rsp + size);
	there.offset = operand_offset(work->instruction, cpu->registers,
				      work->next_rip);
	if (!work_store(&there, value & size_mask(size))) {
		cpu->registers[REGISTER_RSP] = rsp;
		return false;
	}
	return true;
}
