#include "decode/execute_compute.h"
#include "cpu/registers.h"
#include "decode/arithmetic.h"

/* Stores what was computed, and only then lets the flags be seen. */
static bool finish(const struct work *work, u64 result, u64 rflags)
{
	if (work->instruction->memory_is_destination &&
	    !work_store(work, result)) {
		return false;
	}
	work->cpu->rflags = rflags;
	return true;
}

bool execute_compute_binary(const struct work *work)
{
	enum operation operation = (enum operation)work->instruction->operation;
	unsigned int size = work->instruction->operand_size;
	u64 rflags = work->cpu->rflags;
	u64 value;

	if (!work_load(work, &value)) {
		return false;
	}
	if (work->instruction->operands == OPERANDS_REGISTER_MEMORY) {
		value = arithmetic_binary(operation, work_register(work), value,
					  size, &rflags);
		if (operation != OPERATION_CMP) {
			work_set_register(work, value);
		}
	} else {
		value = arithmetic_binary(operation, value, work_source(work),
					  size, &rflags);
	}
	return finish(work, value, rflags);
}

bool execute_compute_unary(const struct work *work)
{
	u64 rflags = work->cpu->rflags;
	u64 value;

	if (!work_load(work, &value)) {
		return false;
	}
	value = arithmetic_unary((enum operation)work->instruction->operation,
				 value, work->instruction->operand_size,
				 &rflags);
	return finish(work, value, rflags);
}

bool execute_compute_shift(const struct work *work)
{
	u64 rflags = work->cpu->rflags;
	u64 value;

	if (!work_load(work, &value)) {
		return false;
	}
	value = arithmetic_shift((enum operation)work->instruction->operation,
				 value, work_source(work),
				 work->instruction->operand_size, &rflags);
	return finish(work, value, rflags);
}

/*
 * A bit number in a register counts from the operand on, as a signed number,
 * and may lie far outside of it. SDM: "Operation Section".
 */
static u64 offset_of_bit(const struct work *work, u64 bit)
{
	unsigned int size = work->instruction->operand_size;
	unsigned int unused = 64 - 8 * size;
	s64 number = (s64)(bit << unused) >> unused;
	u64 units = (u64)(number >> (size == 2 ? 4 : size == 4 ? 5 : 6));

	return (work->offset + units * size) &
	       size_mask(work->instruction->address_size);
}

bool execute_compute_bit(const struct work *work)
{
	struct work there = *work;
	u64 number = work_source(work);
	u64 rflags = work->cpu->rflags;
	u64 value;

	if (work->instruction->operands == OPERANDS_MEMORY_REGISTER) {
		there.offset = offset_of_bit(work, number);
	}
	if (!work_load(&there, &value)) {
		return false;
	}
	value = arithmetic_bit((enum operation)work->instruction->operation,
			       value, number, work->instruction->operand_size,
			       &rflags);
	return finish(&there, value, rflags);
}

bool execute_compute_exchange_and_add(const struct work *work)
{
	u64 rflags = work->cpu->rflags;
	u64 value;
	u64 sum;

	if (!work_load(work, &value)) {
		return false;
	}
	sum = arithmetic_binary(OPERATION_ADD, value, work_register(work),
				work->instruction->operand_size, &rflags);
	if (!finish(work, sum, rflags)) {
		return false;
	}
	work_set_register(work, value);
	return true;
}

bool execute_compute_compare_and_exchange(const struct work *work)
{
	unsigned int size = work->instruction->operand_size;
	u64 *registers = work->cpu->registers;
	u64 rflags = work->cpu->rflags;
	u64 value;
	u64 accumulator = operand_register(registers, REGISTER_RAX, size);

	if (!work_load(work, &value)) {
		return false;
	}
	(void)arithmetic_binary(OPERATION_CMP, accumulator, value, size,
				&rflags);
	if (!finish(work, accumulator == value ? work_register(work) : value,
		    rflags)) {
		return false;
	}
	if (accumulator != value) {
		operand_set_register(registers, REGISTER_RAX, size, value);
	}
	return true;
}

static u64 pair(const u64 *registers, u8 high, u8 low)
{
	return operand_register(registers, high, 4) << 32 |
	       operand_register(registers, low, 4);
}

bool execute_compute_compare_and_exchange_8_bytes(const struct work *work)
{
	u64 *registers = work->cpu->registers;
	u64 rflags = work->cpu->rflags & ~RFLAGS_ZF;
	u64 value;
	bool same;

	if (!work_load(work, &value)) {
		return false;
	}
	same = value == pair(registers, REGISTER_RDX, REGISTER_RAX);
	if (!finish(work,
		    same ? pair(registers, REGISTER_RCX, REGISTER_RBX) : value,
		    rflags | (same ? RFLAGS_ZF : 0))) {
		return false;
	}
	if (!same) {
		operand_set_register(registers, REGISTER_RAX, 4, value);
		operand_set_register(registers, REGISTER_RDX, 4, value >> 32);
	}
	return true;
}
