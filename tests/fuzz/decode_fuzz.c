/*
 * modules: h4-exits/decode/decode.c h4-exits/decode/prefixes.c
 * modules: h4-exits/decode/modrm.c h4-exits/decode/opcode_table.c
 * modules: h4-exits/decode/execute.c h4-exits/decode/execute_move.c
 * modules: h4-exits/decode/execute_compute.c h4-exits/decode/execute_string.c
 * modules: h4-exits/decode/arithmetic.c
 * modules: h4-exits/decode/instruction_print.c common/lib/printk.c
 *
 * Takes any bytes for an instruction of a guest. Besides what the sanitizers
 * see: the length is that of an instruction, bytes that are not the guest's do
 * not count, the text fits, and an access that faults changes nothing.
 *
 * The input: a byte of choices, 16 of registers, and the instruction.
 */
#include <stdlib.h>
#include <string.h>

#include "console/console.h"
#include "decode/decode.h"
#include "decode/execute.h"
#include "decode/instruction_print.h"

#define MUST(condition)             \
	do {                        \
		if (!(condition)) { \
			abort();    \
		}                   \
	} while (0)

#define HEADER	  17u
#define TEXT_SIZE 80u

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

/* Memory that holds one value everywhere, and faults after some accesses. */
struct fuzz_memory {
	u64 value;
	unsigned int accesses_left;
};

void console_write(const char *text, size_t length)
{
	(void)text;
	(void)length;
}

static bool is_access(struct fuzz_memory *memory, enum segment_register segment,
		      unsigned int size)
{
	MUST(segment <= SEGMENT_GS);
	MUST(size == 1 || size == 2 || size == 4 || size == 8);
	return memory->accesses_left > 0 && memory->accesses_left-- > 0;
}

static bool read_memory(void *context, enum segment_register segment,
			u64 offset, unsigned int size, u64 *value)
{
	struct fuzz_memory *memory = context;

	*value = memory->value ^ offset;
	return is_access(memory, segment, size);
}

static bool write_memory(void *context, enum segment_register segment,
			 u64 offset, unsigned int size, u64 value)
{
	struct fuzz_memory *memory = context;

	memory->value += offset;
	MUST(size == 8 || value >> 8 * size == 0);
	return is_access(memory, segment, size);
}

static bool same(const struct execute_cpu *a, const struct execute_cpu *b)
{
	return memcmp(a->registers, b->registers,
		      GENERAL_REGISTERS * sizeof(u64)) == 0 &&
	       a->rflags == b->rflags && a->rip == b->rip;
}

static void perform(const struct instruction *instruction, const u8 *header)
{
	struct fuzz_memory content = {.accesses_left = header[0] >> 6};
	const struct execute_memory memory = {read_memory, write_memory,
					      &content};
	u64 registers_before[GENERAL_REGISTERS] = {0};
	u64 registers[GENERAL_REGISTERS];
	struct execute_cpu before = {.registers = registers_before,
				     .stack_size = instruction->code_size};
	struct execute_cpu cpu;
	enum execute_result result;

	for (size_t i = 0; i < GENERAL_REGISTERS; i++) {
		before.registers[i] = (u64)(int8_t)header[1 + i] << i;
	}
	before.rflags = before.registers[0] * 0x9e3779b9;
	before.rip = before.registers[1];
	cpu = before;
	cpu.registers = registers;
	memcpy(registers, registers_before, sizeof(registers));
	result = execute_instruction(instruction, &memory, &cpu);
	if (result == EXECUTE_DONE) {
		MUST(((cpu.rip - before.rip - instruction->length) &
		      UINT32_MAX) == 0);
	} else {
		MUST(cpu.rip == before.rip);
		MUST(result == EXECUTE_FAULT ||
		     instruction->repeat != REPEAT_NONE);
	}
	if (result == EXECUTE_FAULT) {
		MUST(same(&cpu, &before));
	}
}

static void print(const struct instruction *instruction)
{
	char text[TEXT_SIZE];
	char small[4];
	int length = instruction_print(instruction, text, sizeof(text));

	MUST(length > 0 && (size_t)length < sizeof(text));
	MUST(strlen(text) == (size_t)length);
	MUST(instruction_print(instruction, small, sizeof(small)) == length);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static const enum code_size codes[] = {CODE_16, CODE_32, CODE_64,
					       CODE_64};
	u8 zeros[DECODE_BYTES_SIZE] = {0};
	u8 ones[DECODE_BYTES_SIZE];
	struct instruction instruction;
	struct instruction other;
	enum decode_result result;
	enum code_size code;
	size_t count;

	if (size < HEADER) {
		return 0;
	}
	code = codes[data[0] & 3];
	count = min_u64(size - HEADER, DECODE_BYTES_SIZE);
	memset(ones, 0xff, sizeof(ones));
	memcpy(zeros, data + HEADER, count);
	memcpy(ones, data + HEADER, count);
	result = decode_instruction(zeros, count, code, &instruction);
	MUST(decode_instruction(ones, count, code, &other) == result);
	MUST(result != DECODE_MORE_BYTES || count < INSTRUCTION_LENGTH_MAX);
	if (result == DECODE_DONE) {
		MUST(memcmp(&instruction, &other, sizeof(other)) == 0);
		MUST(instruction.length > 0 && instruction.length <= count);
		MUST(instruction.length <= INSTRUCTION_LENGTH_MAX);
		print(&instruction);
		perform(&instruction, data);
	}
	return 0;
}
