#include "decode/opcode_table.h"

/*
 * The instructions that may be locked where they write to memory; see the
 * page "LOCK". XCHG with memory is locked even without the prefix.
 */
#define LOCKABLE                                                         \
	(BIT(OPERATION_ADD) | BIT(OPERATION_OR) | BIT(OPERATION_ADC) |   \
	 BIT(OPERATION_SBB) | BIT(OPERATION_AND) | BIT(OPERATION_SUB) |  \
	 BIT(OPERATION_XOR) | BIT(OPERATION_INC) | BIT(OPERATION_DEC) |  \
	 BIT(OPERATION_NOT) | BIT(OPERATION_NEG) | BIT(OPERATION_BTS) |  \
	 BIT(OPERATION_BTR) | BIT(OPERATION_BTC) | BIT(OPERATION_XCHG) | \
	 BIT(OPERATION_XADD) | BIT(OPERATION_CMPXCHG) |                  \
	 BIT(OPERATION_CMPXCHG8B))

/* The instructions that only read their memory operand, if it comes first. */
#define ONLY_READS                                                         \
	(BIT(OPERATION_CMP) | BIT(OPERATION_TEST) | BIT(OPERATION_BT) |    \
	 BIT(OPERATION_PUSH) | BIT(OPERATION_CMPS) | BIT(OPERATION_LODS) | \
	 BIT(OPERATION_SCAS))

_Static_assert(OPERATIONS <= 64, "a set of operations is a u64");

/*
 * The rows stand in the order of the manual's map, and are spelled with its
 * letters: E is memory that a ModRM byte names, G a register, I an immediate,
 * O an address in the instruction, X and Y the memory at rSI and rDI; b is a
 * byte, v are 2, 4 or 8 bytes.
 */
#define IN(set, operation) (((set) >> (operation)&1) != 0)
#define WRITES(operation, operands) \
	((operands) != OPERANDS_REGISTER_MEMORY && !IN(ONLY_READS, operation))
#define ROW(form_, op, operands_, source_, width_, limit_)                    \
	{                                                                     \
		.form = FORM_##form_, .meaning = OPERATION_##op,              \
		.operands = OPERANDS_##operands_, .source = SOURCE_##source_, \
		.width = WIDTH_##width_, .limit = LIMIT_##limit_,             \
		.memory_is_destination =                                      \
			WRITES(OPERATION_##op, OPERANDS_##operands_),         \
		.lockable = WRITES(OPERATION_##op, OPERANDS_##operands_) &&   \
			    IN(LOCKABLE, OPERATION_##op),                     \
	}
#define E_G(op, width)	ROW(MODRM, op, MEMORY_REGISTER, NAMED, width, NONE)
#define G_E(op, width)	ROW(MODRM, op, REGISTER_MEMORY, NAMED, width, NONE)
#define E_Ib(op, width) ROW(MODRM, op, MEMORY_IMMEDIATE, BYTE, width, NONE)
#define E_Iv(op)	ROW(MODRM, op, MEMORY_IMMEDIATE, FULL, FULL, NONE)
#define E_1(op, width)	ROW(MODRM, op, MEMORY_IMMEDIATE, ONE, width, NONE)
#define E_CL(op, width) ROW(MODRM, op, MEMORY_REGISTER, CL, width, NONE)
#define E(op, width)	ROW(MODRM, op, MEMORY, NAMED, width, NONE)
#define STACK(op)	ROW(MODRM, op, MEMORY, STACK, FULL, NONE)
#define A_O(width)	ROW(OFFSET, MOV, REGISTER_MEMORY, NAMED, width, NONE)
#define O_A(width)	ROW(OFFSET, MOV, MEMORY_REGISTER, NAMED, width, NONE)
#define XY(op, width)	ROW(STRING, op, STRING, NAMED, width, NONE)

#define GROUP(name)                                         \
	{                                                   \
		.form = FORM_GROUP, .meaning = GROUP_##name \
	}
#define SEGMENT(name)                                           \
	{                                                       \
		.form = FORM_SEGMENT, .meaning = SEGMENT_##name \
	}
#define REPEAT(kind)                                          \
	{                                                     \
		.form = FORM_REPEAT, .meaning = REPEAT_##kind \
	}
#define OTHER(form_)                 \
	{                            \
		.form = FORM_##form_ \
	}

/* op Eb,Gb; op Ev,Gv; op Gb,Eb; op Gv,Ev */
#define ARITHMETIC(opcode, op)                                  \
	[opcode] = E_G(op, BYTE), [opcode + 1] = E_G(op, FULL), \
	[opcode + 2] = G_E(op, BYTE), [opcode + 3] = G_E(op, FULL)

const struct opcode opcode_table_one_byte[256] = {
	ARITHMETIC(0x00, ADD),
	ARITHMETIC(0x08, OR),
	[0x0f] = OTHER(ESCAPE),
	ARITHMETIC(0x10, ADC),
	ARITHMETIC(0x18, SBB),
	ARITHMETIC(0x20, AND),
	[0x26] = SEGMENT(ES),
	ARITHMETIC(0x28, SUB),
	[0x2e] = SEGMENT(CS),
	ARITHMETIC(0x30, XOR),
	[0x36] = SEGMENT(SS),
	ARITHMETIC(0x38, CMP),
	[0x3e] = SEGMENT(DS),
	[0x40 ... 0x4f] = OTHER(REX),
	[0x63] = ROW(MODRM, MOVSX, REGISTER_MEMORY, NAMED, FROM_DWORD, 64_BIT),
	[0x64] = SEGMENT(FS),
	[0x65] = SEGMENT(GS),
	[0x66] = OTHER(OPERAND_SIZE),
	[0x67] = OTHER(ADDRESS_SIZE),
	[0x80] = GROUP(80),
	[0x81] = GROUP(81),
	[0x82] = GROUP(82),
	[0x83] = GROUP(83),
	[0x84] = E_G(TEST, BYTE),
	[0x85] = E_G(TEST, FULL),
	[0x86] = E_G(XCHG, BYTE),
	[0x87] = E_G(XCHG, FULL),
	[0x88] = E_G(MOV, BYTE),
	[0x89] = E_G(MOV, FULL),
	[0x8a] = G_E(MOV, BYTE),
	[0x8b] = G_E(MOV, FULL),
	[0x8f] = GROUP(8F),
	[0xa0] = A_O(BYTE),
	[0xa1] = A_O(FULL),
	[0xa2] = O_A(BYTE),
	[0xa3] = O_A(FULL),
	[0xa4] = XY(MOVS, BYTE),
	[0xa5] = XY(MOVS, FULL),
	[0xa6] = XY(CMPS, BYTE),
	[0xa7] = XY(CMPS, FULL),
	[0xaa] = XY(STOS, BYTE),
	[0xab] = XY(STOS, FULL),
	[0xac] = XY(LODS, BYTE),
	[0xad] = XY(LODS, FULL),
	[0xae] = XY(SCAS, BYTE),
	[0xaf] = XY(SCAS, FULL),
	[0xc0] = GROUP(C0),
	[0xc1] = GROUP(C1),
	[0xc6] = GROUP(C6),
	[0xc7] = GROUP(C7),
	[0xd0] = GROUP(D0),
	[0xd1] = GROUP(D1),
	[0xd2] = GROUP(D2),
	[0xd3] = GROUP(D3),
	[0xf0] = OTHER(LOCK),
	[0xf2] = REPEAT(REPNE),
	[0xf3] = REPEAT(REP),
	[0xf6] = GROUP(F6),
	[0xf7] = GROUP(F7),
	[0xfe] = GROUP(FE),
	[0xff] = GROUP(FF),
};

const struct opcode opcode_table_0f[256] = {
	[0x38] = OTHER(ESCAPE),		[0x40 ... 0x4f] = G_E(CMOV, FULL),
	[0x90 ... 0x9f] = E(SET, BYTE), [0xa3] = E_G(BT, FULL),
	[0xab] = E_G(BTS, FULL),	[0xb0] = E_G(CMPXCHG, BYTE),
	[0xb1] = E_G(CMPXCHG, FULL),	[0xb3] = E_G(BTR, FULL),
	[0xb6] = G_E(MOVZX, FROM_BYTE), [0xb7] = G_E(MOVZX, FROM_WORD),
	[0xba] = GROUP(0F_BA),		[0xbb] = E_G(BTC, FULL),
	[0xbe] = G_E(MOVSX, FROM_BYTE), [0xbf] = G_E(MOVSX, FROM_WORD),
	[0xc0] = E_G(XADD, BYTE),	[0xc1] = E_G(XADD, FULL),
	[0xc7] = GROUP(0F_C7),
};

const struct opcode opcode_table_0f_38[256] = {
	[0xf0] = ROW(MODRM, MOVBE, REGISTER_MEMORY, NAMED, FULL, NO_REPEAT),
	[0xf1] = ROW(MODRM, MOVBE, MEMORY_REGISTER, NAMED, FULL, NO_REPEAT),
};

#define ARITHMETIC_GROUP(I)                                                   \
	{                                                                     \
		I(ADD), I(OR), I(ADC), I(SBB), I(AND), I(SUB), I(XOR), I(CMP) \
	}
#define Eb_Ib_82(op) ROW(MODRM, op, MEMORY_IMMEDIATE, BYTE, BYTE, NOT_64_BIT)
#define Eb_Ib(op)    E_Ib(op, BYTE)
#define Ev_Ib(op)    E_Ib(op, FULL)

/*
 * Row 6 of the shifts and row 1 of the TESTs are blank in the manual's map.
 * Every CPU takes them for the row beside, and so the guest's did.
 */
#define SHIFT_GROUP(I, width)                                               \
	{                                                                   \
		I(ROL, width), I(ROR, width), I(RCL, width), I(RCR, width), \
			I(SHL, width), I(SHR, width), I(SHL, width),        \
			I(SAR, width)                                       \
	}

const struct opcode opcode_table_groups[OPCODE_GROUPS][8] = {
	[GROUP_80] = ARITHMETIC_GROUP(Eb_Ib),
	[GROUP_82] = ARITHMETIC_GROUP(Eb_Ib_82),
	[GROUP_81] = ARITHMETIC_GROUP(E_Iv),
	[GROUP_83] = ARITHMETIC_GROUP(Ev_Ib),
	[GROUP_8F] = {[0] = STACK(POP)},
	[GROUP_C0] = SHIFT_GROUP(E_Ib, BYTE),
	[GROUP_C1] = SHIFT_GROUP(E_Ib, FULL),
	[GROUP_C6] = {[0] = E_Ib(MOV, BYTE)},
	[GROUP_C7] = {[0] = E_Iv(MOV)},
	[GROUP_D0] = SHIFT_GROUP(E_1, BYTE),
	[GROUP_D1] = SHIFT_GROUP(E_1, FULL),
	[GROUP_D2] = SHIFT_GROUP(E_CL, BYTE),
	[GROUP_D3] = SHIFT_GROUP(E_CL, FULL),
	[GROUP_F6] = {E_Ib(TEST, BYTE), E_Ib(TEST, BYTE), E(NOT, BYTE),
		      E(NEG, BYTE)},
	[GROUP_F7] = {E_Iv(TEST), E_Iv(TEST), E(NOT, FULL), E(NEG, FULL)},
	[GROUP_FE] = {E(INC, BYTE), E(DEC, BYTE)},
	[GROUP_FF] =
		{[0] = E(INC, FULL), [1] = E(DEC, FULL), [6] = STACK(PUSH)},
	[GROUP_0F_BA] = {[4] = E_Ib(BT, FULL),
			 [5] = E_Ib(BTS, FULL),
			 [6] = E_Ib(BTR, FULL),
			 [7] = E_Ib(BTC, FULL)},
	[GROUP_0F_C7] = {[1] = ROW(MODRM, CMPXCHG8B, MEMORY, NAMED, 8_BYTES,
				   NO_REX_W)},
};
