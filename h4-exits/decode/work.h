#pragma once
/*
 * An instruction at work: what the parts of execute_instruction() share.
 */
#include "decode/execute.h"
#include "decode/operand.h"

struct work {
	const struct instruction *instruction;
	const struct execute_memory *memory;
	struct execute_cpu *cpu;
	u64 next_rip;
	u64 offset; /* of the memory operand, but for string instructions */
};

/* The memory operand, zero-extended. False: the access faults. */
static inline bool work_load(const struct work *work, u64 *value)
{
	const struct instruction *instruction = work->instruction;

	if (!work->memory->read(work->memory->context,
				(enum segment_register)instruction->segment,
				work->offset, instruction->memory_size,
				value)) {
		return false;
	}
	*value &= size_mask(instruction->memory_size);
	return true;
}

/* Writes the memory operand. False: the access faults. */
static inline bool work_store(const struct work *work, u64 value)
{
	const struct instruction *instruction = work->instruction;

	return work->memory->write(work->memory->context,
				   (enum segment_register)instruction->segment,
				   work->offset, instruction->memory_size,
				   value);
}

/* The register operand. */
static inline u64 work_register(const struct work *work)
{
	return operand_register(work->cpu->registers,
				work->instruction->register_operand,
				work->instruction->operand_size);
}

static inline void work_set_register(const struct work *work, u64 value)
{
	operand_set_register(work->cpu->registers,
			     work->instruction->register_operand,
			     work->instruction->operand_size, value);
}

/* The operand that is not in memory. */
static inline u64 work_source(const struct work *work)
{
	if (work->instruction->operands == OPERANDS_MEMORY_IMMEDIATE) {
		return work->instruction->immediate &
		       size_mask(work->instruction->operand_size);
	}
	return work_register(work);
}
