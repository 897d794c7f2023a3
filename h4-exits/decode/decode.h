#pragma once
/*
 * From the bytes of an instruction to its parts.
 *
 * An EPT violation says which address the guest touched, not what it wanted
 * to do there; that stands in the instruction alone.
 */
#include "decode/instruction.h"

/* SDM: "Instruction Format": a longer one raises #GP. */
#define INSTRUCTION_LENGTH_MAX 15u

enum decode_result {
	DECODE_DONE,
	DECODE_MORE_BYTES, /* it does not end with the bytes that are there */
	DECODE_TOO_LONG,   /* #GP(0) */
	DECODE_UNDEFINED,  /* #UD: LOCK, and the instruction allows none */
	DECODE_NOT_OURS,   /* no memory operand, or none of enum operation */
};

/*
 * Takes the instruction at bytes apart. count: how many bytes are there; none
 * beyond them is read, and 15 always suffice. Unless the result is
 * DECODE_DONE, *instruction has no meaning. It depends on nothing but its
 * arguments.
 */
enum decode_result decode_instruction(const u8 *bytes, size_t count,
				      enum code_size code_size,
				      struct instruction *instruction);
