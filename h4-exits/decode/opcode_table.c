#include "decode/opcode_table.h"

/*
 * The rows are in the order of the manual's map. Letters in brackets are its
 * own: E is memory by ModRM, G a register, I an immediate, O an address in the
 * instruction, X and Y the memory at rSI and rDI; b a byte, v 2, 4 or 8 bytes.
 */
#define ROW(form, op, operands, source, width, limit)             \
	{                                                         \
		FORM_##form, OPERATION_##op, OPERANDS_##operands, \
			SOURCE_##source, WIDTH_##width, limit     \
	}
#define E_G(op, width)	ROW(MODRM, op, MEMORY_REGISTER, NAMED, width, 0)
#define G_E(op, width)	ROW(MODRM, op, REGISTER_MEMORY, NAMED, width, 0)
#define E_Ib(op, width) ROW(MODRM, op, MEMORY_IMMEDIATE, BYTE, width, 0)
#define E_Iv(op)	ROW(MODRM, op, MEMORY_IMMEDIATE, FULL, FULL, 0)
#define E_1(op, width)	ROW(MODRM, op, MEMORY_IMMEDIATE, ONE, width, 0)
#define E_CL(op, width) ROW(MODRM, op, MEMORY_REGISTER, CL, width, 0)
#define E(op, width)	ROW(MODRM, op, MEMORY, NAMED, width, 0)
#define A_O(width)	ROW(OFFSET, MOV, REGISTER_MEMORY, NAMED, width, 0)
#define O_A(width)	ROW(OFFSET, MOV, MEMORY_REGISTER, NAMED, width, 0)
#define XY(op, width)	ROW(STRING, op, STRING, NAMED, width, 0)

#define GROUP(name)                                  \
	{                                            \
		FORM_GROUP, GROUP_##name, 0, 0, 0, 0 \
	}
#define SEGMENT(name)                                    \
	{                                                \
		FORM_SEGMENT, SEGMENT_##name, 0, 0, 0, 0 \
	}
#define REPEAT(kind)                                   \
	{                                              \
		FORM_REPEAT, REPEAT_##kind, 0, 0, 0, 0 \
	}
#define OTHER(form)                        \
	{                                  \
		FORM_##form, 0, 0, 0, 0, 0 \
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
	[0x40 ... 0x4f] = {FORM_REX, 0, 0, 0, 0, LIMIT_64_BIT},
	[0x63] = ROW(MODRM, MOVSX, REGISTER_MEMORY, NAMED, FROM_DWORD,
		     LIMIT_64_BIT),
	[0x64] = SEGMENT(FS),
	[0x65] = SEGMENT(GS),
	[0x66] = OTHER(OPERAND_SIZE),
	[0x67] = OTHER(ADDRESS_SIZE),
	[0x80] = GROUP(80),
	[0x81] = GROUP(81),
	[0x82] = {FORM_GROUP, GROUP_80, 0, 0, 0, LIMIT_NOT_64_BIT},
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
	[0xf0] = ROW(MODRM, MOVBE, REGISTER_MEMORY, NAMED, FULL,
		     LIMIT_NO_REPEAT),
	[0xf1] = ROW(MODRM, MOVBE, MEMORY_REGISTER, NAMED, FULL,
		     LIMIT_NO_REPEAT),
};

#define ARITHMETIC_GROUP(I)                                                   \
	{                                                                     \
		I(ADD), I(OR), I(ADC), I(SBB), I(AND), I(SUB), I(XOR), I(CMP) \
	}
#define Eb_Ib(op) E_Ib(op, BYTE)
#define Ev_Ib(op) E_Ib(op, FULL)

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
	[GROUP_81] = ARITHMETIC_GROUP(E_Iv),
	[GROUP_83] = ARITHMETIC_GROUP(Ev_Ib),
	[GROUP_8F] = {[0] = E(POP, STACK)},
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
		{[0] = E(INC, FULL), [1] = E(DEC, FULL), [6] = E(PUSH, STACK)},
	[GROUP_0F_BA] = {[4] = E_Ib(BT, FULL),
			 [5] = E_Ib(BTS, FULL),
			 [6] = E_Ib(BTR, FULL),
			 [7] = E_Ib(BTC, FULL)},
	[GROUP_0F_C7] = {[1] = ROW(MODRM, CMPXCHG8B, MEMORY, NAMED, 8_BYTES,
				   LIMIT_NO_REX_W)},
};
