#include "decode/instruction_print.h"
#include "lib/printk.h"

struct text {
	char *buffer;
	size_t size;
	size_t length; /* of the whole text, whether it has room or not */
};

static const char *const names[OPERATIONS] = {
	[OPERATION_ADD] = "add",	 [OPERATION_OR] = "or",
	[OPERATION_ADC] = "adc",	 [OPERATION_SBB] = "sbb",
	[OPERATION_AND] = "and",	 [OPERATION_SUB] = "sub",
	[OPERATION_XOR] = "xor",	 [OPERATION_CMP] = "cmp",
	[OPERATION_TEST] = "test",	 [OPERATION_INC] = "inc",
	[OPERATION_DEC] = "dec",	 [OPERATION_NOT] = "not",
	[OPERATION_NEG] = "neg",	 [OPERATION_ROL] = "rol",
	[OPERATION_ROR] = "ror",	 [OPERATION_RCL] = "rcl",
	[OPERATION_RCR] = "rcr",	 [OPERATION_SHL] = "shl",
	[OPERATION_SHR] = "shr",	 [OPERATION_SAR] = "sar",
	[OPERATION_BT] = "bt",		 [OPERATION_BTS] = "bts",
	[OPERATION_BTR] = "btr",	 [OPERATION_BTC] = "btc",
	[OPERATION_MOV] = "mov",	 [OPERATION_MOVZX] = "movzx",
	[OPERATION_MOVSX] = "movsx",	 [OPERATION_MOVBE] = "movbe",
	[OPERATION_CMOV] = "cmov",	 [OPERATION_SET] = "set",
	[OPERATION_XCHG] = "xchg",	 [OPERATION_XADD] = "xadd",
	[OPERATION_CMPXCHG] = "cmpxchg", [OPERATION_CMPXCHG8B] = "cmpxchg8b",
	[OPERATION_PUSH] = "push",	 [OPERATION_POP] = "pop",
	[OPERATION_MOVS] = "movs",	 [OPERATION_CMPS] = "cmps",
	[OPERATION_STOS] = "stos",	 [OPERATION_LODS] = "lods",
	[OPERATION_SCAS] = "scas",
};

static const char *const conditions[16] = {
	"o", "no", "b", "ae", "e", "ne", "be", "a",
	"s", "ns", "p", "np", "l", "ge", "le", "g",
};

static const char *const registers[8] = {"ax", "cx", "dx", "bx",
					 "sp", "bp", "si", "di"};
static const char *const segments[] = {"es", "cs", "ss", "ds", "fs", "gs"};

static void append(struct text *text, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void append(struct text *text, const char *fmt, ...)
{
	size_t at = min_u64(text->length, text->size);
	va_list args;

	va_start(args, fmt);
	text->length +=
		(size_t)vformat(text->buffer + at, text->size - at, fmt, args);
	va_end(args);
}

static void append_register(struct text *text, u8 number, unsigned int size)
{
	static const char *const suffixes[] = {
		[1] = "b", [2] = "w", [4] = "d", [8] = ""};

	if ((number & REGISTER_HIGH_BYTE) != 0) {
		append(text, "%ch", registers[number & 3][0]);
	} else if (number >= 8) {
		append(text, "r%u%s", number, suffixes[size]);
	} else if (size == 1) {
		append(text, "%.*sl", number < REGISTER_RSP ? 1 : 2,
		       registers[number]);
	} else {
		append(text, "%s%s",
		       size == 8   ? "r"
		       : size == 4 ? "e"
				   : "",
		       registers[number]);
	}
}

static const char *size_name(unsigned int size)
{
	return size == 1   ? "byte"
	       : size == 2 ? "word"
	       : size == 4 ? "dword"
			   : "qword";
}

/* The base's segment is said only where it is not the usual one. */
static void append_segment(struct text *text,
			   const struct instruction *instruction)
{
	u8 usual = instruction->base == REGISTER_RSP ||
				   instruction->base == REGISTER_RBP
			   ? SEGMENT_SS
			   : SEGMENT_DS;

	if (instruction->segment != usual) {
		append(text, "%s:", segments[instruction->segment]);
	}
}

static void append_displacement(struct text *text,
				const struct instruction *instruction)
{
	u64 displacement = instruction->displacement;

	if (instruction->base == REGISTER_NONE &&
	    instruction->index == REGISTER_NONE) {
		append(text, "%#lx",
		       displacement & size_mask(instruction->address_size));
	} else if ((s64)displacement < 0) {
		append(text, "-%#lx", -displacement);
	} else if (displacement > 0) {
		append(text, "+%#lx", displacement);
	}
}

static void append_memory(struct text *text,
			  const struct instruction *instruction, bool sized)
{
	unsigned int size = instruction->address_size;

	if (sized) {
		append(text, "%s ", size_name(instruction->memory_size));
	}
	append(text, "[");
	append_segment(text, instruction);
	if (instruction->base == REGISTER_RIP) {
		append(text, "%s", size == 8 ? "rip" : "eip");
	} else if (instruction->base != REGISTER_NONE) {
		append_register(text, instruction->base, size);
	}
	if (instruction->index != REGISTER_NONE) {
		append(text, "%s",
		       instruction->base == REGISTER_NONE ? "" : "+");
		append_register(text, instruction->index, size);
		if (size != 2) {
			append(text, "*%u", 1u << instruction->scale_shift);
		}
	}
	append_displacement(text, instruction);
	append(text, "]");
}

static void append_operands(struct text *text,
			    const struct instruction *instruction)
{
	unsigned int size = instruction->operand_size;
	bool shifts = instruction->operation >= OPERATION_ROL &&
		      instruction->operation <= OPERATION_SAR;
	bool counts = instruction->operation >= OPERATION_ROL &&
		      instruction->operation <= OPERATION_BTC;

	append(text, " ");
	switch (instruction->operands) {
	case OPERANDS_REGISTER_MEMORY:
		append_register(text, instruction->register_operand, size);
		append(text, ", ");
		append_memory(text, instruction,
			      instruction->memory_size != size);
		break;
	case OPERANDS_MEMORY_REGISTER:
		append_memory(text, instruction, shifts);
		append(text, ", ");
		append_register(text, instruction->register_operand,
				shifts ? 1 : size);
		break;
	case OPERANDS_MEMORY_IMMEDIATE:
		append_memory(text, instruction, true);
		append(text, ", %#lx",
		       instruction->immediate & size_mask(counts ? 1 : size));
		break;
	default:
		append_memory(text, instruction, true);
		break;
	}
}

/* A string instruction: its operands follow from its name. */
static void append_string(struct text *text,
			  const struct instruction *instruction)
{
	static const char *const repeats[] = {"", "rep ", "repne "};
	u8 operation = instruction->operation;
	bool compares =
		operation == OPERATION_CMPS || operation == OPERATION_SCAS;
	bool only_es =
		operation == OPERATION_STOS || operation == OPERATION_SCAS;

	append(text, "%s",
	       compares && instruction->repeat == REPEAT_REP
		       ? "repe "
		       : repeats[instruction->repeat]);
	if (!only_es && instruction->segment != SEGMENT_DS) {
		append(text, "%s ", segments[instruction->segment]);
	}
	append(text, "%s%c", names[operation],
	       size_name(instruction->operand_size)[0]);
}

int instruction_print(const struct instruction *instruction, char *buffer,
		      size_t size)
{
	struct text text = {buffer, size, 0};

	if (instruction->lock) {
		append(&text, "lock ");
	}
	if (instruction->operands == OPERANDS_STRING) {
		append_string(&text, instruction);
		return (int)text.length;
	}
	append(&text, "%s", names[instruction->operation]);
	if (instruction->operation == OPERATION_CMOV ||
	    instruction->operation == OPERATION_SET) {
		append(&text, "%s", conditions[instruction->condition]);
	}
	append_operands(&text, instruction);
	return (int)text.length;
}
