#include "decode/decode.h"
#include "decode/modrm.h"
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

#define MODRM_MOD_REGISTER 3u /* ModRM.rm names a register, no memory */

static const struct opcode not_ours;

struct decoder {
	struct byte_reader reader;
	struct prefixes prefixes;
	struct instruction *instruction;
};

static const struct opcode *read_escaped(struct decoder *decoder)
{
	u8 byte = byte_reader_u8(&decoder->reader);
	const struct opcode *opcode = &opcode_table_0f[byte];

	decoder->instruction->condition = byte & 0xf;
	if (opcode->form == FORM_ESCAPE) {
		byte = byte_reader_u8(&decoder->reader);
		opcode = &opcode_table_0f_38[byte];
	}
	return opcode;
}

static bool holds(const struct decoder *decoder, const struct opcode *opcode)
{
	bool is_64_bit = decoder->instruction->code_size == CODE_64;

	switch (opcode->limit) {
	case LIMIT_64_BIT:
		return is_64_bit;
	case LIMIT_NOT_64_BIT:
		return !is_64_bit;
	case LIMIT_NO_REX_W:
		return (decoder->prefixes.rex & REX_W) == 0;
	case LIMIT_NO_REPEAT:
		return decoder->prefixes.repeat == REPEAT_NONE;
	default:
		return true;
	}
}

static void take_sizes(const struct decoder *decoder, u8 width)
{
	struct instruction *instruction = decoder->instruction;
	u8 full = decoder->prefixes.rex & REX_W
			  ? 8
			  : decoder->prefixes.operand_size;
	u8 memory = full;

	switch (width) {
	case WIDTH_BYTE:
		full = 1;
		memory = 1;
		break;
	case WIDTH_STACK:
		if (instruction->code_size == CODE_64 && full == 4) {
			full = 8;
		}
		memory = full;
		break;
	case WIDTH_8_BYTES:
		full = 8;
		memory = 8;
		break;
	case WIDTH_FROM_BYTE:
		memory = 1;
		break;
	case WIDTH_FROM_WORD:
		memory = 2;
		break;
	case WIDTH_FROM_DWORD:
		memory = full == 2 ? 2 : 4;
		break;
	default:
		break;
	}
	instruction->operand_size = full;
	instruction->memory_size = memory;
}

/* Without REX, registers 4 .. 7 of one byte are AH, CH, DH and BH. */
static u8 register_of(const struct decoder *decoder, u8 modrm)
{
	u8 rex = decoder->prefixes.rex;
	unsigned int number = modrm_reg(modrm) | (rex & REX_R) << 1;

	if (decoder->instruction->operand_size == 1 && rex == 0 &&
	    number >= REGISTER_RSP) {
		number = (number - REGISTER_RSP) | REGISTER_HIGH_BYTE;
	}
	return (u8)number;
}

static void take_string(const struct decoder *decoder)
{
	struct instruction *instruction = decoder->instruction;
	u8 repeat = decoder->prefixes.repeat;
	bool compares = instruction->operation == OPERATION_CMPS ||
			instruction->operation == OPERATION_SCAS;

	/* The others repeat with F2 as they do with F3. */
	instruction->repeat =
		repeat == REPEAT_NONE || compares ? repeat : REPEAT_REP;
	/* What rDI points to is in ES, whatever a prefix says. */
	if (instruction->operation == OPERATION_STOS ||
	    instruction->operation == OPERATION_SCAS) {
		instruction->segment = SEGMENT_ES;
	}
}

static void take_memory(struct decoder *decoder, u8 form, u8 modrm)
{
	struct instruction *instruction = decoder->instruction;

	if (form == FORM_MODRM) {
		instruction->register_operand = register_of(decoder, modrm);
		modrm_read_memory(&decoder->reader, modrm,
				  decoder->prefixes.rex, instruction);
		if (instruction->base == REGISTER_RSP ||
		    instruction->base == REGISTER_RBP) {
			instruction->segment = SEGMENT_SS;
		}
	} else if (form == FORM_OFFSET) {
		instruction->displacement = byte_reader_number(
			&decoder->reader, instruction->address_size);
	}
	if (decoder->prefixes.segment != PREFIXES_NO_OVERRIDE) {
		instruction->segment = decoder->prefixes.segment;
	}
	if (form == FORM_STRING) {
		take_string(decoder);
	}
}

/* What stands behind the memory operand, or follows from the opcode. */
static void take_source(struct decoder *decoder, u8 source)
{
	struct instruction *instruction = decoder->instruction;
	unsigned int size = instruction->operand_size;

	switch (source) {
	case SOURCE_ONE:
		instruction->immediate = 1;
		break;
	case SOURCE_CL:
		instruction->register_operand = REGISTER_RCX;
		break;
	case SOURCE_BYTE:
		instruction->immediate =
			byte_reader_number(&decoder->reader, 1);
		break;
	case SOURCE_FULL:
		instruction->immediate =
			byte_reader_number(&decoder->reader, size == 2 ? 2 : 4);
		break;
	default:
		break;
	}
}

static bool may_be_locked(const struct instruction *instruction)
{
	return instruction->memory_is_destination &&
	       (LOCKABLE & BIT(instruction->operation)) != 0;
}

/* The row of the opcode, and the ModRM byte if there is one. */
static const struct opcode *read_opcode(struct decoder *decoder,
					const struct opcode *opcode, u8 *modrm)
{
	if (opcode->form == FORM_ESCAPE) {
		opcode = read_escaped(decoder);
	}
	if (!holds(decoder, opcode)) {
		return &not_ours;
	}
	if (opcode->form != FORM_GROUP && opcode->form != FORM_MODRM) {
		return opcode;
	}
	*modrm = byte_reader_u8(&decoder->reader);
	if (modrm_mod(*modrm) == MODRM_MOD_REGISTER) {
		return &not_ours;
	}
	if (opcode->form == FORM_GROUP) {
		opcode = &opcode_table_groups[opcode->meaning]
					     [modrm_reg(*modrm)];
	}
	return holds(decoder, opcode) ? opcode : &not_ours;
}

static enum decode_result take_apart(struct decoder *decoder,
				     const struct opcode *opcode)
{
	struct instruction *instruction = decoder->instruction;
	u8 modrm = 0;

	opcode = read_opcode(decoder, opcode, &modrm);
	if (opcode->form < FORM_FIRST_OPERATION) {
		return DECODE_NOT_OURS;
	}
	instruction->operation = opcode->meaning;
	instruction->operands = opcode->operands;
	instruction->memory_is_destination =
		opcode->operands != OPERANDS_REGISTER_MEMORY &&
		(ONLY_READS & BIT(opcode->meaning)) == 0;
	take_sizes(decoder, opcode->width);
	take_memory(decoder, opcode->form, modrm);
	take_source(decoder, opcode->source);
	if (instruction->lock && !may_be_locked(instruction)) {
		return DECODE_UNDEFINED;
	}
	return DECODE_DONE;
}

enum decode_result decode_instruction(const u8 *bytes, size_t count,
				      enum code_size code_size,
				      struct instruction *instruction)
{
	size_t length = min_u64(count, INSTRUCTION_LENGTH_MAX);
	struct decoder decoder = {
		.reader = {.at = bytes, .end = bytes + length},
		.instruction = instruction,
	};
	const struct opcode *opcode =
		prefixes_read(&decoder.reader, code_size, &decoder.prefixes);
	enum decode_result result;

	*instruction = (struct instruction){
		.code_size = (u8)code_size,
		.address_size = decoder.prefixes.address_size,
		.segment = SEGMENT_DS,
		.base = REGISTER_NONE,
		.index = REGISTER_NONE,
		.lock = decoder.prefixes.lock,
	};
	result = take_apart(&decoder, opcode);
	instruction->length = (u8)(decoder.reader.at - bytes);
	/* What became of bytes that are not there counts for nothing. */
	if (decoder.reader.ran_out) {
		return length == INSTRUCTION_LENGTH_MAX ? DECODE_TOO_LONG
							: DECODE_MORE_BYTES;
	}
	return result;
}
