#pragma once
/*
 * The prefixes of an instruction.
 *
 * SDM: "Instruction Prefixes" and "REX Prefixes". Of several prefixes of one
 * group, the last one counts, as on every CPU.
 */
#include "decode/instruction.h"
#include "decode/opcode_table.h"

/* In segment, as long as no prefix has said anything else. */
#define PREFIXES_NO_SEGMENT 0xffu

#define REX_B 0x1u /* one more bit for ModRM.rm or SIB.base */
#define REX_X 0x2u /* for SIB.index */
#define REX_R 0x4u /* for ModRM.reg */
#define REX_W 0x8u /* the operands have 64 bits */

/*
 * Reads the prefixes from bytes on, and gives where they end. After the 15
 * bytes that an instruction may have, it takes what follows for the opcode.
 * It changes operand_size (2 or 4; REX.W is not heeded), address_size,
 * segment, repeat and lock of the instruction, which are those of one without
 * prefixes before. *rex: the REX prefix directly before the opcode, or 0.
 */
const u8 *prefixes_read(const u8 *bytes, struct instruction *instruction,
			u8 *rex);
