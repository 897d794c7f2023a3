#pragma once
/*
 * What each opcode means to the decoder of accesses to memory.
 *
 * SDM: appendix "Opcode Map" holds the same for all instructions. What is
 * missing here accesses no memory, or needs registers that the hypervisor does
 * not touch (x87, MMX, SSE, AVX), or does more than to move and compute.
 */
#include "decode/instruction.h"

enum opcode_form {
	FORM_NOT_OURS,
	FORM_ESCAPE, /* the opcode is in the next byte */

	FORM_FIRST_OPERATION,
	FORM_STRING = FORM_FIRST_OPERATION, /* the memory at rSI and rDI */
	FORM_OFFSET, /* AL, AX, EAX or RAX, and the address that follows */
	FORM_MODRM,  /* the register and the memory that a ModRM byte names */
	FORM_LAST_OPERATION = FORM_MODRM,

	FORM_GROUP, /* ModRM.reg picks the row; meaning: enum opcode_group */

	FORM_FIRST_PREFIX,
	FORM_SEGMENT = FORM_FIRST_PREFIX, /* meaning: enum segment_register */
	FORM_OPERAND_SIZE,
	FORM_ADDRESS_SIZE,
	FORM_LOCK,
	FORM_REPEAT, /* meaning: enum repeat */
	FORM_REX,
};

/* Where the other operand is neither named by ModRM nor RAX. */
enum opcode_source {
	SOURCE_NAMED,
	SOURCE_STACK, /* PUSH and POP: no 4 bytes in 64-bit mode */
	SOURCE_ONE,
	SOURCE_CL,
	SOURCE_BYTE, /* an immediate of one byte, sign-extended */
	SOURCE_FULL, /* one of operand size, but sign-extended from 4 bytes */
};

enum opcode_width {
	WIDTH_BYTE,
	WIDTH_FULL, /* 2, 4 or 8 bytes, by CS.D, prefix 66 and REX.W */
	WIDTH_8_BYTES,
	/* The register is WIDTH_FULL, and the memory as said: */
	WIDTH_FROM_BYTE,
	WIDTH_FROM_WORD,
	WIDTH_FROM_DWORD, /* but no wider than the register */
	OPCODE_WIDTHS,
};

/* Where the row does not hold. */
enum opcode_limit {
	LIMIT_NONE,
	LIMIT_64_BIT,	  /* only in 64-bit mode */
	LIMIT_NOT_64_BIT, /* everywhere else */
	LIMIT_NO_REX_W,	  /* REX.W makes another instruction of it */
	LIMIT_NO_REPEAT,  /* so does F2, and F3 is reserved */
};

enum opcode_group {
	GROUP_80,
	GROUP_81,
	GROUP_82,
	GROUP_83,
	GROUP_8F,
	GROUP_C0,
	GROUP_C1,
	GROUP_C6,
	GROUP_C7,
	GROUP_D0,
	GROUP_D1,
	GROUP_D2,
	GROUP_D3,
	GROUP_F6,
	GROUP_F7,
	GROUP_FE,
	GROUP_FF,
	GROUP_0F_BA,
	GROUP_0F_C7,
	OPCODE_GROUPS,
};

struct opcode {
	u8 form;     /* enum opcode_form */
	u8 meaning;  /* enum operation, but for the forms that say otherwise */
	u8 operands; /* enum operands */
	u8 source;   /* enum opcode_source */
	u8 width;    /* enum opcode_width */
	u8 limit;    /* enum opcode_limit */
	bool memory_is_destination;
	bool lockable; /* LOCK may stand before it */
};

extern const struct opcode opcode_table_one_byte[256];
extern const struct opcode opcode_table_0f[256];
extern const struct opcode opcode_table_0f_38[256];
extern const struct opcode opcode_table_groups[OPCODE_GROUPS][8];
