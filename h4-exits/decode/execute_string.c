#include "decode/execute_string.h"
#include "cpu/registers.h"
#include "decode/arithmetic.h"

/* Which of rSI and rDI an operation uses. */
#define USES_RSI \
	(BIT(OPERATION_MOVS) | BIT(OPERATION_CMPS) | BIT(OPERATION_LODS))
#define USES_RDI                                                           \
	(BIT(OPERATION_MOVS) | BIT(OPERATION_CMPS) | BIT(OPERATION_STOS) | \
	 BIT(OPERATION_SCAS))

static u64 pointer(const struct work *work, u8 number)
{
	return operand_register(work->cpu->registers, number,
				work->instruction->address_size);
}

static bool read_at(const struct work *work, u8 number, u64 *value)
{
	const struct instruction *instruction = work->instruction;
	enum segment_register segment =
		number == REGISTER_RDI
			? SEGMENT_ES
			: (enum segment_register)instruction->segment;

	if (!work->memory->read(work->memory->context, segment,
				pointer(work, number),
				instruction->operand_size, value)) {
		return false;
	}
	*value &= size_mask(instruction->operand_size);
	return true;
}

static bool write_at_rdi(const struct work *work, u64 value)
{
	return work->memory->write(work->memory->context, SEGMENT_ES,
				   pointer(work, REGISTER_RDI),
				   work->instruction->operand_size, value);
}

static bool compare(const struct work *work, u64 a)
{
	u64 b;

	if (!read_at(work, REGISTER_RDI, &b)) {
		return false;
	}
	(void)arithmetic_binary(OPERATION_CMP, a, b,
				work->instruction->operand_size,
				&work->cpu->rflags);
	return true;
}

static bool access(const struct work *work)
{
	unsigned int size = work->instruction->operand_size;
	u64 *registers = work->cpu->registers;
	u64 value = operand_register(registers, REGISTER_RAX, size);

	switch (work->instruction->operation) {
	case OPERATION_MOVS:
		return read_at(work, REGISTER_RSI, &value) &&
		       write_at_rdi(work, value);
	case OPERATION_CMPS:
		return read_at(work, REGISTER_RSI, &value) &&
		       compare(work, value);
	case OPERATION_STOS:
		return write_at_rdi(work, value);
	case OPERATION_LODS:
		if (!read_at(work, REGISTER_RSI, &value)) {
			return false;
		}
		operand_set_register(registers, REGISTER_RAX, size, value);
		return true;
	default: /* SCAS */
		return compare(work, value);
	}
}

static void advance(const struct work *work, u8 number)
{
	const struct instruction *instruction = work->instruction;
	bool down = (work->cpu->rflags & RFLAGS_DF) != 0;
	u64 value = work->cpu->registers[number];

	value = down ? value - instruction->operand_size
		     : value + instruction->operand_size;
	operand_set_register(work->cpu->registers, number,
			     instruction->address_size, value);
}

/* Counts an iteration; are there others? */
static bool goes_on(const struct work *work)
{
	const struct instruction *instruction = work->instruction;
	u64 *registers = work->cpu->registers;
	bool equal = (work->cpu->rflags & RFLAGS_ZF) != 0;

	operand_set_register(registers, REGISTER_RCX, instruction->address_size,
			     registers[REGISTER_RCX] - 1);
	if (pointer(work, REGISTER_RCX) == 0) {
		return false;
	}
	if (instruction->operation != OPERATION_CMPS &&
	    instruction->operation != OPERATION_SCAS) {
		return true;
	}
	return equal == (instruction->repeat == REPEAT_REP);
}

enum execute_result execute_string(const struct work *work)
{
	bool repeated = work->instruction->repeat != REPEAT_NONE;
	u64 operation = BIT(work->instruction->operation);

	if (repeated && pointer(work, REGISTER_RCX) == 0) {
		return EXECUTE_DONE;
	}
	if (!access(work)) {
		return EXECUTE_FAULT;
	}
	if ((USES_RSI & operation) != 0) {
		advance(work, REGISTER_RSI);
	}
	if ((USES_RDI & operation) != 0) {
		advance(work, REGISTER_RDI);
	}
	return repeated && goes_on(work) ? EXECUTE_AGAIN : EXECUTE_DONE;
}
