#pragma once
/*
 * Where in memory the operand of an instruction lies that has exited.
 */
#include "cpu/guest_cpu.h"
#include "segment.h"

struct memory_operand {
	enum segment_register segment;
	u64 offset; /* into it, as wide as the address size */
};

/*
 * The operand that the exit tells of: instruction information and exit
 * qualification, with the guest's registers. For an instruction whose operand
 * is no register.
 */
struct memory_operand memory_operand_decode(const struct guest_cpu *cpu,
					    u64 info, u64 displacement);
