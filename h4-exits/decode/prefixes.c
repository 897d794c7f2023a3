#include "decode/prefixes.h"

static void take(const struct opcode *opcode, enum code_size code_size,
		 struct prefixes *prefixes)
{
	switch (opcode->form) {
	case FORM_SEGMENT:
		/* 64-bit mode knows no override but FS and GS. */
		if (code_size != CODE_64 || opcode->meaning >= SEGMENT_FS) {
			prefixes->segment = opcode->meaning;
		}
		break;
	case FORM_OPERAND_SIZE:
		prefixes->operand_size = code_size == CODE_16 ? 4 : 2;
		break;
	case FORM_ADDRESS_SIZE:
		prefixes->address_size = code_size == CODE_32 ? 2 : 4;
		break;
	case FORM_LOCK:
		prefixes->lock = true;
		break;
	default: /* FORM_REPEAT */
		prefixes->repeat = opcode->meaning;
		break;
	}
}

const struct opcode *prefixes_read(struct byte_reader *reader,
				   enum code_size code_size,
				   struct prefixes *prefixes)
{
	*prefixes = (struct prefixes){
		.segment = PREFIXES_NO_OVERRIDE,
		.operand_size = code_size == CODE_16 ? 2 : 4,
		.address_size = (u8)code_size,
	};
	for (;;) {
		u8 byte = byte_reader_u8(reader);
		const struct opcode *opcode = &opcode_table_one_byte[byte];

		if (opcode->form < FORM_FIRST_PREFIX) {
			return opcode;
		}
		if (opcode->form == FORM_REX) {
			if (code_size != CODE_64) {
				return opcode;
			}
			prefixes->rex = byte;
			continue;
		}
		/* A REX prefix with another prefix behind it is void. */
		prefixes->rex = 0;
		take(opcode, code_size, prefixes);
	}
}
