#include "decode/decode.h"
#include "decode/modrm.h"
#include "decode/number.h"
#include "decode/opcode_table.h"
#include "decode/prefixes.h"

#define MODRM_MOD_REGISTER 3u /* ModRM.rm names a register, no memory */

/*
 * What may be read: prefixes, opcode, ModRM and SIB, displacement, immediate.
 */
_Static_assert(INSTRUCTION_LENGTH_MAX + 3 + 2 + 4 + 4 <= DECODE_BYTES_SIZE,
	       "the decoder stays within its bytes");

/* Bytes of the register operand and of the memory operand. */
struct sizes {
	u8 operand;
	u8 memory;
};

/* By width and by the operand size: 2, 4 or 8 bytes. */
static const struct sizes sizes[OPCODE_WIDTHS][3] = {
	[WIDTH_BYTE] = {{1, 1}, {1, 1}, {1, 1}},
	[WIDTH_FULL] = {{2, 2}, {4, 4}, {8, 8}},
	[WIDTH_8_BYTES] = {{8, 8}, {8, 8}, {8, 8}},
	[WIDTH_FROM_BYTE] = {{2, 1}, {4, 1}, {8, 1}},
	[WIDTH_FROM_WORD] = {{2, 2}, {4, 2}, {8, 2}},
	[WIDTH_FROM_DWORD] = {{2, 2}, {4, 4}, {8, 4}},
};

/* An instruction without prefixes, by code size. */
#define BLANK(code, size)                                               \
	{                                                               \
		.code_size = (code), .operand_size = (size),            \
		.address_size = (code), .segment = PREFIXES_NO_SEGMENT, \
		.base = REGISTER_NONE, .index = REGISTER_NONE,          \
	}
static const struct instruction blank[] = {
	[CODE_16 >> 2] = BLANK(CODE_16, 2),
	[CODE_32 >> 2] = BLANK(CODE_32, 4),
	[CODE_64 >> 2] = BLANK(CODE_64, 4),
};

/* An instruction half taken apart. */
struct decoder {
	const u8 *at; /* the next byte */
	u8 rex;
	struct instruction *instruction;
};

static const struct opcode *read_escaped(struct decoder *decoder)
{
	u8 byte = *decoder->at++;
	const struct opcode *opcode = &opcode_table_0f[byte];

	decoder->instruction->condition = byte & 0xf;
	if (opcode->form == FORM_ESCAPE) {
		byte = *decoder->at++;
		opcode = &opcode_table_0f_38[byte];
	}
	return opcode;
}

static bool holds(const struct decoder *decoder, enum opcode_limit limit)
{
	bool is_64_bit = decoder->instruction->code_size == CODE_64;

	switch (limit) {
	case LIMIT_64_BIT:
		return is_64_bit;
	case LIMIT_NOT_64_BIT:
		return !is_64_bit;
	case LIMIT_NO_REX_W:
		return (decoder->rex & REX_W) == 0;
	default: /* LIMIT_NO_REPEAT */
		return decoder->instruction->repeat == REPEAT_NONE;
	}
}

/* Without REX, registers 4 .. 7 of one byte are AH, CH, DH and BH. */
static u8 register_of(const struct decoder *decoder, u8 modrm)
{
	u8 rex = decoder->rex;
	unsigned int number = modrm_reg(modrm) | (rex & REX_R) << 1;

	if (decoder->instruction->operand_size == 1 && rex == 0 &&
	    number >= REGISTER_RSP) {
		number = (number - REGISTER_RSP) | REGISTER_HIGH_BYTE;
	}
	return (u8)number;
}

static void take_modrm(struct decoder *decoder, u8 modrm)
{
	struct instruction *instruction = decoder->instruction;

	instruction->register_operand = register_of(decoder, modrm);
	decoder->at = modrm_read_memory(decoder->at, modrm, decoder->rex,
					instruction);
	if (instruction->segment == PREFIXES_NO_SEGMENT) {
		instruction->segment =
			instruction->base == REGISTER_RSP ||
					instruction->base == REGISTER_RBP
				? SEGMENT_SS
				: SEGMENT_DS;
	}
	instruction->repeat = REPEAT_NONE;
}

static void take_string(struct instruction *instruction)
{
	/* What rDI points to is in ES, whatever a prefix says. */
	if (instruction->operation == OPERATION_STOS ||
	    instruction->operation == OPERATION_SCAS) {
		instruction->segment = SEGMENT_ES;
	}
	/* But for CMPS and SCAS, F2 repeats as F3 does. */
	if (instruction->repeat == REPEAT_REPNE &&
	    instruction->operation != OPERATION_CMPS &&
	    instruction->operation != OPERATION_SCAS) {
		instruction->repeat = REPEAT_REP;
	}
}

static void take_without_modrm(struct decoder *decoder)
{
	struct instruction *instruction = decoder->instruction;

	if (instruction->segment == PREFIXES_NO_SEGMENT) {
		instruction->segment = SEGMENT_DS;
	}
	if (instruction->operands == OPERANDS_STRING) {
		take_string(instruction);
		return;
	}
	instruction->repeat = REPEAT_NONE;
	instruction->displacement =
		number_read(decoder->at, instruction->address_size);
	decoder->at += instruction->address_size;
}

/* What stands behind the memory operand, or follows from the opcode. */
static void take_source(struct decoder *decoder, enum opcode_source source)
{
	struct instruction *instruction = decoder->instruction;
	unsigned int size = instruction->operand_size == 2 ? 2 : 4;

	switch (source) {
	case SOURCE_STACK:
		if (instruction->code_size == CODE_64 && size == 4) {
			instruction->operand_size = 8;
			instruction->memory_size = 8;
		}
		break;
	case SOURCE_ONE:
		instruction->immediate = 1;
		break;
	case SOURCE_CL:
		instruction->register_operand = REGISTER_RCX;
		break;
	case SOURCE_BYTE:
		instruction->immediate = number_read(decoder->at++, 1);
		break;
	default: /* SOURCE_FULL */
		instruction->immediate = number_read(decoder->at, size);
		decoder->at += size;
		break;
	}
}

/* What the row of the table says. */
static void take_row(const struct decoder *decoder, const struct opcode *opcode)
{
	struct instruction *instruction = decoder->instruction;
	unsigned int full = instruction->operand_size;

	if ((decoder->rex & REX_W) != 0) {
		full = 8;
	}
	instruction->operation = opcode->meaning;
	instruction->operands = opcode->operands;
	instruction->operand_size = sizes[opcode->width][full >> 2].operand;
	instruction->memory_size = sizes[opcode->width][full >> 2].memory;
	instruction->memory_is_destination = opcode->memory_is_destination;
}

static enum decode_result take_apart(struct decoder *decoder)
{
	const struct opcode *opcode = &opcode_table_one_byte[*decoder->at++];
	u8 modrm = 0;

	if (opcode->form == FORM_ESCAPE) {
		opcode = read_escaped(decoder);
	}
	if (opcode->form == FORM_MODRM || opcode->form == FORM_GROUP) {
		modrm = *decoder->at++;
		if (modrm_mod(modrm) == MODRM_MOD_REGISTER) {
			return DECODE_NOT_OURS;
		}
		if (opcode->form == FORM_GROUP) {
			opcode = &opcode_table_groups[opcode->meaning]
						     [modrm_reg(modrm)];
		}
	}
	if (opcode->form < FORM_FIRST_OPERATION ||
	    opcode->form > FORM_LAST_OPERATION ||
	    (opcode->limit != LIMIT_NONE &&
	     !holds(decoder, (enum opcode_limit)opcode->limit))) {
		return DECODE_NOT_OURS;
	}
	take_row(decoder, opcode);
	if (opcode->form == FORM_MODRM) {
		take_modrm(decoder, modrm);
	} else {
		take_without_modrm(decoder);
	}
	if (opcode->source != SOURCE_NAMED) {
		take_source(decoder, (enum opcode_source)opcode->source);
	}
	return decoder->instruction->lock && !opcode->lockable
		       ? DECODE_UNDEFINED
		       : DECODE_DONE;
}

enum decode_result decode_instruction(const u8 bytes[DECODE_BYTES_SIZE],
				      size_t count, enum code_size code_size,
				      struct instruction *instruction)
{
	struct decoder decoder = {.at = bytes, .instruction = instruction};
	enum decode_result result;
	size_t length;
	u8 rex = 0;

	*instruction = blank[code_size >> 2];
	if (opcode_table_one_byte[*bytes].form >= FORM_FIRST_PREFIX) {
		decoder.at = prefixes_read(bytes, instruction, &rex);
	}
	decoder.rex = rex;
	result = take_apart(&decoder);
	length = (size_t)(decoder.at - bytes);
	/* What became of bytes that are not the guest's counts for nothing. */
	if (length > count && count < INSTRUCTION_LENGTH_MAX) {
		return DECODE_MORE_BYTES;
	}
	if (length > INSTRUCTION_LENGTH_MAX) {
		return DECODE_TOO_LONG;
	}
	instruction->length = (u8)length;
	return result;
}
