#pragma once
/*
 * The prefixes of an instruction.
 *
 * SDM: "Instruction Prefixes" and "REX Prefixes". Of several prefixes of one
 * group, the last one counts, as on every CPU.
 */
#include "decode/byte_reader.h"
#include "decode/instruction.h"
#include "decode/opcode_table.h"

#define PREFIXES_NO_OVERRIDE 0xffu

#define REX_B 0x1u /* one more bit for ModRM.rm or SIB.base */
#define REX_X 0x2u /* for SIB.index */
#define REX_R 0x4u /* for ModRM.reg */
#define REX_W 0x8u /* the operands have 64 bits */

struct prefixes {
	u8 rex;		 /* that directly before the opcode, or 0 */
	u8 segment;	 /* enum segment_register, or PREFIXES_NO_OVERRIDE */
	u8 repeat;	 /* enum repeat */
	u8 operand_size; /* bytes, without REX.W: 2 or 4 */
	u8 address_size; /* bytes: 2, 4, 8 */
	bool lock;
};

/*
 * Reads the prefixes and the first byte of the opcode, whose row of
 * opcode_table_one_byte it gives. It fills all of *prefixes.
 */
const struct opcode *prefixes_read(struct byte_reader *reader,
				   enum code_size code_size,
				   struct prefixes *prefixes);
