#pragma once
/*
 * What the operations compute: the result and the status flags, as the CPU
 * leaves them.
 *
 * SDM: "Instruction Set Reference", the flags that each page names. What it
 * calls undefined is
 *
 *	AF after AND, OR, XOR, TEST    0
 *	AF after shifts                as it was
 *	OF after shifts by 2 or more   computed as after a shift by 1
 *	CF after SHL, SHR of 8 or 16   computed as if zeros had followed, as
 *	bits by that much or more      does SAR with its sign
 *	OF, SF, AF, PF after BT ...    as they were
 *
 * size: of the operands, 1, 2, 4 or 8 bytes. Operands and results are
 * zero-extended. *rflags: those before; those after.
 */
#include "decode/instruction.h"

/* operation: OPERATION_ADD .. OPERATION_TEST. CMP and TEST give a too. */
u64 arithmetic_binary(enum operation operation, u64 a, u64 b, unsigned int size,
		      u64 *rflags);

/* operation: OPERATION_INC .. OPERATION_NEG. */
u64 arithmetic_unary(enum operation operation, u64 value, unsigned int size,
		     u64 *rflags);

/* operation: OPERATION_ROL .. OPERATION_SAR. count: any; its low bits count. */
u64 arithmetic_shift(enum operation operation, u64 value, u64 count,
		     unsigned int size, u64 *rflags);

/* operation: OPERATION_BT .. OPERATION_BTC. bit: any; modulo the size. */
u64 arithmetic_bit(enum operation operation, u64 value, u64 bit,
		   unsigned int size, u64 *rflags);

/*
 * Does the condition of a CMOVcc or SETcc hold?
 * SDM: "EFLAGS Condition Codes".
 */
bool arithmetic_condition(u8 condition, u64 rflags);
