#pragma once
/*
 * The operands of an instruction, given the registers.
 */
#include "decode/instruction.h"

/*
 * The address of the memory operand within its segment: "Specifying an Offset"
 * in the SDM. next_rip: the address of the instruction that follows. Not for
 * OPERANDS_STRING.
 */
static inline u64 operand_offset(const struct instruction *instruction,
				 const u64 *registers, u64 next_rip)
{
	u64 offset = instruction->displacement;

	if (instruction->base < GENERAL_REGISTERS) {
		offset += registers[instruction->base];
	} else if (instruction->base == REGISTER_RIP) {
		offset += next_rip;
	}
	if (instruction->index < GENERAL_REGISTERS) {
		offset += registers[instruction->index]
			  << instruction->scale_shift;
	}
	return offset & size_mask(instruction->address_size);
}

/* A register, or its lower size bytes. number: may be AH, CH, DH or BH. */
static inline u64 operand_register(const u64 *registers, u8 number,
				   unsigned int size)
{
	if ((number & REGISTER_HIGH_BYTE) != 0) {
		return registers[number & 3] >> 8 & 0xff;
	}
	return registers[number] & size_mask(size);
}

/*
 * Writes size bytes. SDM: "General-Purpose Registers in 64-Bit Mode": what has
 * 32 bits clears the rest of the register, what has 8 or 16 bits keeps it.
 */
static inline void operand_set_register(u64 *registers, u8 number,
					unsigned int size, u64 value)
{
	u64 mask = size_mask(size);

	if ((number & REGISTER_HIGH_BYTE) != 0) {
		u64 *holder = &registers[number & 3];

		*holder = (*holder & ~0xff00ull) | (value & 0xff) << 8;
	} else if (size >= 4) {
		registers[number] = value & mask;
	} else {
		registers[number] =
			(registers[number] & ~mask) | (value & mask);
	}
}
