#pragma once
/*
 * From the bytes of an instruction to its parts.
 *
 * An EPT violation says which address the guest touched, not what it wanted
 * to do there; that stands in the instruction alone.
 */
#include "decode/instruction.h"

/* Bytes: more than the decoder ever looks at. */
#define DECODE_BYTES_SIZE 32u

enum decode_result {
	DECODE_DONE,
	DECODE_MORE_BYTES, /* it does not end with the bytes that are there */
	DECODE_TOO_LONG,   /* #GP(0) */
	DECODE_UNDEFINED,  /* #UD: LOCK, and the instruction allows none */
	DECODE_NOT_OURS,   /* no memory operand, or none of enum operation */
};

/*
 * Takes the instruction at bytes apart. count: how many of the bytes are the
 * guest's; 15 always suffice. The rest of the array may hold anything. Unless
 * the result is DECODE_DONE, *instruction has no meaning.
 */
enum decode_result decode_instruction(const u8 bytes[DECODE_BYTES_SIZE],
				      size_t count, enum code_size code_size,
				      struct instruction *instruction);
