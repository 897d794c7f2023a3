#include "decode/prefixes.h"

static void take(const struct opcode *opcode, struct instruction *instruction)
{
	u8 code_size = instruction->code_size;

	switch (opcode->form) {
	case FORM_SEGMENT:
		/* 64-bit mode knows no override but FS and GS. */
		if (code_size != CODE_64 || opcode->meaning >= SEGMENT_FS) {
			instruction->segment = opcode->meaning;
		}
		break;
	case FORM_OPERAND_SIZE:
		instruction->operand_size = code_size == CODE_16 ? 4 : 2;
		break;
	case FORM_ADDRESS_SIZE:
		instruction->address_size = code_size == CODE_32 ? 2 : 4;
		break;
	case FORM_LOCK:
		instruction->lock = true;
		break;
	default: /* FORM_REPEAT */
		instruction->repeat = opcode->meaning;
		break;
	}
}

const u8 *prefixes_read(const u8 *bytes, struct instruction *instruction,
			u8 *rex)
{
	const u8 *at;

	*rex = 0;
	for (at = bytes; at < bytes + INSTRUCTION_LENGTH_MAX; at++) {
		const struct opcode *opcode = &opcode_table_one_byte[*at];

		if (opcode->form < FORM_FIRST_PREFIX) {
			break;
		}
		/* A REX prefix with another prefix behind it is void. */
		*rex = 0;
		if (opcode->form != FORM_REX) {
			take(opcode, instruction);
		} else if (instruction->code_size == CODE_64) {
			*rex = *at;
		} else {
			break;
		}
	}
	return at;
}
