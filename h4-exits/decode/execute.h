#pragma once
/*
 * Performs a decoded instruction on registers and memory that it is given.
 *
 * It knows no VMCS, no paging and no device: whoever calls brings the
 * registers, and two functions that reach memory.
 */
#include "decode/instruction.h"

/*
 * The memory as an instruction sees it: size bytes (1, 2, 4 or 8) at an offset
 * into a segment. The functions apply the segment's base and limit, paging,
 * and what lies at the address. False: the access faults, and nothing has been
 * written. A CPU checks at the read already whether it may write, where
 * memory_is_destination; an access to the stack (PUSH, POP) is one to SS.
 */
struct execute_memory {
	bool (*read)(void *context, enum segment_register segment, u64 offset,
		     unsigned int size, u64 *value);
	bool (*write)(void *context, enum segment_register segment, u64 offset,
		      unsigned int size, u64 value);
	void *context;
};

struct execute_cpu {
	u64 *registers; /* GENERAL_REGISTERS of them */
	u64 rflags;
	u64 rip; /* of the instruction */
	/* Bytes of the stack pointer: by SS.B, or 8 in 64-bit mode. */
	u8 stack_size;
};

enum execute_result {
	EXECUTE_DONE,  /* RIP is at the next instruction, RFLAGS.RF clear */
	EXECUTE_AGAIN, /* a repeated instruction has iterations left */
	EXECUTE_FAULT, /* an access faulted; *cpu is unchanged */
};

/*
 * Performs an instruction of decode_instruction(); of a repeated one, one
 * iteration. Where an instruction accesses memory twice, the first access may
 * have been made when the second one faults, as on a CPU.
 *
 * CMPXCHG always writes, as the CPU does, and so does a shift by 0.
 */
enum execute_result execute_instruction(const struct instruction *instruction,
					const struct execute_memory *memory,
					struct execute_cpu *cpu);
