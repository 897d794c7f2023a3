#pragma once
/*
 * An instruction that reads or writes memory through the general registers,
 * taken apart: what decode_instruction() finds and execute_instruction() does.
 *
 * SDM: "Instruction Format" for the fields, "Instruction Set Reference" for
 * each operation.
 */
#include "lib/types.h"
#include "segment.h"

/* Bytes. SDM: "Instruction Format": a longer one raises #GP. */
#define INSTRUCTION_LENGTH_MAX 15u

/* The values are the default address size in bytes. */
enum code_size {
	CODE_16 = 2, /* real mode, virtual-8086 mode, CS.D = 0 */
	CODE_32 = 4, /* CS.D = 1 */
	CODE_64 = 8, /* IA-32e mode and CS.L = 1 */
};

/* General registers, in the order in which they are encoded. */
enum general_register {
	REGISTER_RAX,
	REGISTER_RCX,
	REGISTER_RDX,
	REGISTER_RBX,
	REGISTER_RSP,
	REGISTER_RBP,
	REGISTER_RSI,
	REGISTER_RDI,
	/* R8 .. R15 follow. */
	GENERAL_REGISTERS = 16,
	/* As a base: the address of the next instruction. */
	REGISTER_RIP = GENERAL_REGISTERS,
	/* As a base or an index: there is none. */
	REGISTER_NONE,
};

/* Set in a register of one byte: AH, CH, DH or BH, of registers 0 .. 3. */
#define REGISTER_HIGH_BYTE 0x20u

/* The first eight are in the order of the arithmetic opcodes. */
enum operation {
	OPERATION_ADD,
	OPERATION_OR,
	OPERATION_ADC,
	OPERATION_SBB,
	OPERATION_AND,
	OPERATION_SUB,
	OPERATION_XOR,
	OPERATION_CMP,
	OPERATION_TEST,
	OPERATION_INC,
	OPERATION_DEC,
	OPERATION_NOT,
	OPERATION_NEG,
	OPERATION_ROL,
	OPERATION_ROR,
	OPERATION_RCL,
	OPERATION_RCR,
	OPERATION_SHL,
	OPERATION_SHR,
	OPERATION_SAR,
	OPERATION_BT,
	OPERATION_BTS,
	OPERATION_BTR,
	OPERATION_BTC,
	OPERATION_MOV,
	OPERATION_MOVZX,
	OPERATION_MOVSX,
	OPERATION_MOVBE,
	OPERATION_CMOV,
	OPERATION_SET,
	OPERATION_XCHG,
	OPERATION_XADD,
	OPERATION_CMPXCHG,
	OPERATION_CMPXCHG8B,
	OPERATION_PUSH,
	OPERATION_POP,
	OPERATION_MOVS,
	OPERATION_CMPS,
	OPERATION_STOS,
	OPERATION_LODS,
	OPERATION_SCAS,
	OPERATIONS,
};

enum operands {
	OPERANDS_MEMORY,	   /* inc [m] */
	OPERANDS_MEMORY_REGISTER,  /* add [m], r; shl [m], cl */
	OPERANDS_REGISTER_MEMORY,  /* add r, [m] */
	OPERANDS_MEMORY_IMMEDIATE, /* add [m], 1 */
	OPERANDS_STRING,	   /* DS:[rSI] (or another segment), ES:[rDI] */
};

enum repeat {
	REPEAT_NONE,
	REPEAT_REP,   /* F3: REP, REPE; F2 where it means the same */
	REPEAT_REPNE, /* F2, of CMPS and SCAS */
};

struct instruction {
	u8 length;	 /* bytes, 1 .. 15 */
	u8 code_size;	 /* enum code_size: where it was found */
	u8 operation;	 /* enum operation */
	u8 operands;	 /* enum operands */
	u8 operand_size; /* bytes: 1, 2, 4, 8 */
	u8 memory_size;	 /* less than operand_size for MOVZX and MOVSX */
	u8 address_size; /* bytes: 2, 4, 8 */
	u8 segment;	 /* enum segment_register */
	u8 base;	 /* enum general_register */
	u8 index;	 /* enum general_register */
	u8 scale_shift;	 /* the index counts 1, 2, 4 or 8 times: 0 .. 3 */
	/* enum general_register, perhaps with REGISTER_HIGH_BYTE. */
	u8 register_operand;
	u8 condition; /* of CMOV and SET: the low four bits of the opcode */
	u8 repeat;    /* enum repeat; of string instructions only */
	bool lock;
	/* Written to; only read otherwise, or, for a MOV, only written to. */
	bool memory_is_destination;
	u64 displacement; /* sign-extended; no more than address_size counts */
	u64 immediate;	  /* sign-extended; no more than operand_size counts */
};

/* The bits of a value of 1, 2, 4 or 8 bytes. */
static inline u64 size_mask(unsigned int size)
{
	return UINT64_MAX >> (64 - 8 * size);
}
