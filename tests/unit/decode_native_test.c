/*
 * modules: h4-exits/decode/decode.c h4-exits/decode/prefixes.c
 * modules: h4-exits/decode/modrm.c h4-exits/decode/opcode_table.c
 * modules: h4-exits/decode/execute.c h4-exits/decode/execute_move.c
 * modules: h4-exits/decode/execute_compute.c h4-exits/decode/execute_string.c
 * modules: h4-exits/decode/arithmetic.c tests/unit/decode_native.c
 * modules: h4-exits/decode/instruction_print.c common/lib/printk.c
 *
 * The executor against the CPU that this test runs on: random instructions of
 * 64-bit code, each of them run by both from the same registers, flags and
 * memory: decode_native_test [SEED [INSTRUCTIONS]].
 */
#include <asm/prctl.h>
#include <cpuid.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "console/console.h"
#include "cpu/registers.h"
#include "decode/execute.h"
#include "decode/instruction_print.h"
#include "decode/operand.h"
#include "decode_bytes.h"
#include "decode_native.h"
#include "unit.h"

#define DIFFERENCES_MAX 20u
#define MEMORY_SIZE	2048u
#define GS_BASE		0x40u
#define COUNT_MAX	20u /* of a repeated instruction */
#define BIT_MAX		2048u
#define CACHE_LINE	64u
#define ATTEMPTS	3u

#define STATUS_FLAGS \
	(RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF)

/* Where both can be reached with addresses of 32 bits. */
struct playground {
	u8 code[4096];
	u8 memory[MEMORY_SIZE];
};

static struct playground *ground;
static u8 found[MEMORY_SIZE];	 /* ground->memory, before the instruction */
static u8 expected[MEMORY_SIZE]; /* and after it, as the executor says */
static u64 instructions = 300000;
static unsigned int differences;

void console_write(const char *text, size_t length)
{
	printf("%.*s", (int)length, text);
}

/* An instruction with all that it works on. */
struct trial {
	u8 bytes[DECODE_BYTES_SIZE];
	size_t opcode_end;
	struct instruction instruction;
	u64 registers_before[GENERAL_REGISTERS];
	struct execute_cpu before;
	u64 registers[GENERAL_REGISTERS];
	struct execute_cpu cpu;
};

static bool place_of(enum segment_register segment, u64 offset,
		     unsigned int size, u8 **place)
{
	u64 address = offset + (segment == SEGMENT_GS ? GS_BASE : 0);
	u64 at = address - (u64)(uintptr_t)ground->memory;

	if (at >= MEMORY_SIZE || size > MEMORY_SIZE - at) {
		return false;
	}
	*place = expected + at;
	return true;
}

static bool read_expected(void *context, enum segment_register segment,
			  u64 offset, unsigned int size, u64 *value)
{
	u8 *place;

	(void)context;
	*value = random_u64();
	if (!place_of(segment, offset, size, &place)) {
		return false;
	}
	memcpy(value, place, size);
	return true;
}

static bool write_expected(void *context, enum segment_register segment,
			   u64 offset, unsigned int size, u64 value)
{
	u8 *place;

	(void)context;
	if (!place_of(segment, offset, size, &place)) {
		return false;
	}
	memcpy(place, &value, size);
	return true;
}

static const struct execute_memory memory = {
	.read = read_expected,
	.write = write_expected,
};

static u64 interesting_number(void)
{
	u64 random = random_u64();

	switch (random & 7) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX;
	case 2:
		return BIT(random >> 8 & 63);
	case 3:
		return BIT(random >> 8 & 63) - 1;
	case 4:
		return random >> 56;
	default:
		return random_u64();
	}
}

static void set_displacement(struct trial *trial, u64 displacement)
{
	u8 *at = trial->bytes + trial->opcode_end;
	unsigned int size = 4;

	if (trial->instruction.operation == OPERATION_MOV &&
	    (at[-1] & 0xfc) == 0xa0) {
		size = trial->instruction.address_size;
	} else {
		at += (at[0] & 7) == 4 ? 2 : 1;
	}
	memcpy(at, &displacement, size);
}

/* Makes the memory operand's address what is wanted, or nearly so. */
static void aim(struct trial *trial, u64 target)
{
	struct instruction *instruction = &trial->instruction;
	u64 *registers = trial->cpu.registers;
	u64 distance = target - instruction->displacement;
	u8 base = instruction->base;
	u8 index = instruction->index;

	if (base == REGISTER_RIP) {
		set_displacement(trial,
				 target - trial->cpu.rip - instruction->length);
	} else if (base == REGISTER_NONE && index == REGISTER_NONE) {
		set_displacement(trial, target);
	} else if (base == REGISTER_NONE) {
		registers[index] =
			(u64)((s64)distance >> instruction->scale_shift);
	} else if (base == index) {
		registers[base] = (u64)((s64)distance /
					(1 + (1 << instruction->scale_shift)));
	} else {
		registers[base] +=
			target - operand_offset(instruction, registers, 0);
	}
	/* With addresses of 32 bits the upper half of a register is idle. */
	if (instruction->address_size == 4 && base < GENERAL_REGISTERS) {
		registers[base] ^= random_u64() << 32;
	}
}

static u64 random_target(void)
{
	return (u64)(uintptr_t)ground->memory + MEMORY_SIZE / 2 +
	       random_below(CACHE_LINE);
}

static void aim_string(struct trial *trial)
{
	const struct instruction *instruction = &trial->instruction;
	u64 *registers = trial->cpu.registers;
	u64 idle = instruction->address_size == 4 ? random_u64() << 32 : 0;

	registers[REGISTER_RCX] = random_below(COUNT_MAX) ^ idle;
	registers[REGISTER_RDI] = random_target() ^ idle;
	registers[REGISTER_RSI] =
		(random_target() -
		 (instruction->segment == SEGMENT_GS ? GS_BASE : 0)) ^
		idle;
}

/* Few different bytes, so that comparisons are not always unequal. */
static void fill_memory(void)
{
	bool dull = random_below(4) == 0;

	for (size_t i = 0; i < MEMORY_SIZE; i += 8) {
		u64 value = dull ? 0 : interesting_number();

		memcpy(ground->memory + i, &value, 8);
	}
	if (dull) {
		memset(ground->memory + MEMORY_SIZE / 2 +
			       random_below(COUNT_MAX * 8),
		       0x80, 4);
	}
}

/* Lets a CMPXCHG or a SCAS find what it looks for, now and then. */
static void make_equal(struct trial *trial, u64 target)
{
	u64 *registers = trial->cpu.registers;
	u64 value = registers[REGISTER_RAX];

	if (trial->instruction.operation == OPERATION_CMPXCHG8B) {
		value = (u32)value | registers[REGISTER_RDX] << 32;
	}
	if (random_below(2) == 0) {
		memcpy(ground->memory + target - (u64)(uintptr_t)ground->memory,
		       &value, 8);
	}
}

static void prepare(struct trial *trial)
{
	struct instruction *instruction = &trial->instruction;
	struct execute_cpu *cpu = &trial->cpu;
	u64 target = random_target();

	cpu->registers = trial->registers;
	for (size_t i = 0; i < GENERAL_REGISTERS; i++) {
		cpu->registers[i] = interesting_number();
	}
	cpu->rip = (u64)(uintptr_t)ground->code;
	cpu->rflags = (random_u64() & (STATUS_FLAGS | RFLAGS_DF)) | RFLAGS_IF |
		      RFLAGS_FIXED;
	cpu->stack_size = 8;
	fill_memory();
	make_equal(trial, target);
	if (instruction->operation == OPERATION_PUSH ||
	    instruction->operation == OPERATION_POP) {
		cpu->registers[REGISTER_RSP] = random_target();
	}
	if (instruction->operands == OPERANDS_STRING) {
		aim_string(trial);
		return;
	}
	if (instruction->operation >= OPERATION_BT &&
	    instruction->operation <= OPERATION_BTC) {
		cpu->registers[instruction->register_operand & 15] =
			random_below(2ull * BIT_MAX) - BIT_MAX;
	}
	aim(trial, target - (instruction->segment == SEGMENT_GS ? GS_BASE : 0));
}

static bool has_movbe(void)
{
	unsigned int eax;
	unsigned int ebx;
	unsigned int ecx = 0;
	unsigned int edx;

	return __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 &&
	       (ecx & bit_MOVBE) != 0;
}

/* False: better not to be tried, or what a CPU does is its own affair. */
static bool presentable(const struct trial *trial)
{
	const struct instruction *instruction = &trial->instruction;
	bool locked =
		instruction->lock || instruction->operation == OPERATION_XCHG;

	if (instruction->operation == OPERATION_MOVBE && !has_movbe()) {
		return false;
	}
	/* FS holds the C library's thread; a split lock is an offence. */
	if (instruction->segment == SEGMENT_FS) {
		return false;
	}
	if (locked) {
		u64 offset =
			operand_offset(instruction, trial->cpu.registers,
				       trial->cpu.rip + instruction->length) +
			(instruction->segment == SEGMENT_GS ? GS_BASE : 0);

		/* The bits of BTS and its kin may be anywhere. */
		return (offset & 7) == 0;
	}
	/*
	 * A count of 0 in ECX: Intel's CPUs clear the upper halves of the
	 * registers or do not, by the instruction; no manual says so.
	 */
	return instruction->repeat == REPEAT_NONE ||
	       instruction->address_size == 8 ||
	       (u32)trial->cpu.registers[REGISTER_RCX] != 0;
}

static bool run_executor(struct trial *trial)
{
	enum execute_result result;

	memcpy(found, ground->memory, MEMORY_SIZE);
	memcpy(expected, found, MEMORY_SIZE);
	trial->before = trial->cpu;
	trial->before.registers = trial->registers_before;
	memcpy(trial->registers_before, trial->registers,
	       sizeof(trial->registers));
	do {
		result = execute_instruction(&trial->instruction, &memory,
					     &trial->cpu);
	} while (result == EXECUTE_AGAIN);
	return result == EXECUTE_DONE;
}

static int run_cpu(const struct trial *trial)
{
	memcpy(ground->memory, found, MEMORY_SIZE);
	memcpy(decode_native_registers, trial->before.registers,
	       sizeof(decode_native_registers));
	decode_native_rflags = trial->before.rflags;
	return decode_native_run(ground->code, trial->bytes,
				 trial->instruction.length);
}

static u64 undefined_after_shift(const struct trial *trial)
{
	const struct instruction *instruction = &trial->instruction;
	bool by_register = instruction->operands == OPERANDS_MEMORY_REGISTER;
	u64 count = by_register ? trial->before.registers[REGISTER_RCX]
				: instruction->immediate;
	u64 undefined = 0;

	count &= instruction->operand_size == 8 ? 0x3f : 0x1f;
	if (count == 0) {
		return 0;
	}
	if (count != 1) {
		undefined |= RFLAGS_OF;
	}
	if (instruction->operation >= OPERATION_SHL) {
		undefined |= RFLAGS_AF;
	}
	if ((instruction->operation == OPERATION_SHL ||
	     instruction->operation == OPERATION_SHR) &&
	    count >= 8u * instruction->operand_size) {
		undefined |= RFLAGS_CF;
	}
	return undefined;
}

/* The flags that the manual leaves open. */
static u64 undefined_after(const struct trial *trial)
{
	switch (trial->instruction.operation) {
	case OPERATION_AND:
	case OPERATION_OR:
	case OPERATION_XOR:
	case OPERATION_TEST:
		return RFLAGS_AF;
	case OPERATION_BT:
	case OPERATION_BTS:
	case OPERATION_BTR:
	case OPERATION_BTC:
		return RFLAGS_OF | RFLAGS_SF | RFLAGS_AF | RFLAGS_PF;
	case OPERATION_ROL:
	case OPERATION_ROR:
	case OPERATION_RCL:
	case OPERATION_RCR:
	case OPERATION_SHL:
	case OPERATION_SHR:
	case OPERATION_SAR:
		return undefined_after_shift(trial);
	default:
		return 0;
	}
}

/* What the executor and the CPU disagree in, as seen first. */
struct difference {
	const char *what; /* NULL: in nothing */
	u64 executor;
	u64 cpu;
};

static void report(const struct trial *trial,
		   const struct difference *difference)
{
	char text[80];

	if (++differences > DIFFERENCES_MAX) {
		return;
	}
	printf("#");
	for (size_t i = 0; i < trial->instruction.length; i++) {
		printf(" %02x", trial->bytes[i]);
	}
	instruction_print(&trial->instruction, text, sizeof(text));
	printf(" (%s): %s is %#llx, and %#llx on the CPU\n", text,
	       difference->what, (unsigned long long)difference->executor,
	       (unsigned long long)difference->cpu);
}

static struct difference compare(const struct trial *trial)
{
	static const char *const names[] = {
		"RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI",
		"R8",  "R9",  "R10", "R11", "R12", "R13", "R14", "R15"};
	u64 defined = ~undefined_after(trial);

	for (size_t i = 0; i < GENERAL_REGISTERS; i++) {
		if (trial->cpu.registers[i] != decode_native_registers[i]) {
			return (struct difference){names[i],
						   trial->cpu.registers[i],
						   decode_native_registers[i]};
		}
	}
	if (((trial->cpu.rflags ^ decode_native_rflags) & defined) != 0) {
		return (struct difference){"RFLAGS",
					   trial->cpu.rflags & defined,
					   decode_native_rflags & defined};
	}
	for (size_t i = 0; i < MEMORY_SIZE; i++) {
		if (expected[i] != ground->memory[i]) {
			return (struct difference){"a byte of memory",
						   expected[i],
						   ground->memory[i]};
		}
	}
	return (struct difference){NULL, 0, 0};
}

/*
 * A CPU that is a virtual machine's may have an instruction emulated now and
 * then, when its hypervisor has to fetch the page; some do so without GS's
 * base, or know no MOVBE. The executor's mistakes do not go away.
 */
static struct difference difference_to_cpu(const struct trial *trial)
{
	struct difference difference = {NULL, 0, 0};

	for (unsigned int i = 0; i < ATTEMPTS; i++) {
		int signal = run_cpu(trial);

		difference = signal == 0 ? compare(trial)
					 : (struct difference){"signal", 0,
							       (u64)signal};
		if (!difference.what) {
			break;
		}
	}
	return difference;
}

/*
 * Does the instruction use a register for two things, of which only one could
 * be aimed at the memory?
 */
static bool may_miss(const struct instruction *instruction)
{
	u8 other = instruction->register_operand;

	if (instruction->operation == OPERATION_PUSH ||
	    instruction->operation == OPERATION_POP) {
		other = REGISTER_RSP;
	} else if (instruction->operation < OPERATION_BT ||
		   instruction->operation > OPERATION_BTC) {
		return false;
	}
	return instruction->base == other || instruction->index == other;
}

/* One instruction; false: there was none that could be tried. */
static bool try_one(bool *operations)
{
	struct trial trial = {.opcode_end = 0};
	struct instruction *instruction = &trial.instruction;
	struct difference difference;

	trial.opcode_end = decode_bytes_make(trial.bytes, CODE_64);
	if (trial.opcode_end == 0 ||
	    decode_instruction(trial.bytes, INSTRUCTION_LENGTH_MAX, CODE_64,
			       instruction) != DECODE_DONE) {
		return false;
	}
	prepare(&trial);
	/* The displacement may be another one now. */
	if (decode_instruction(trial.bytes, INSTRUCTION_LENGTH_MAX, CODE_64,
			       instruction) != DECODE_DONE ||
	    !presentable(&trial)) {
		return false;
	}
	if (!run_executor(&trial)) {
		if (!may_miss(instruction)) {
			report(&trial,
			       &(struct difference){"its address out of place",
						    0, 0});
		}
		return false;
	}
	difference = difference_to_cpu(&trial);
	if (difference.what) {
		report(&trial, &difference);
	}
	operations[instruction->operation] = true;
	return true;
}

static void agrees_with_the_cpu(void)
{
	bool operations[OPERATIONS] = {false};

	for (u64 done = 0; done < instructions;) {
		done += try_one(operations);
	}
	CHECK_EQ(differences, 0);
	for (size_t i = 0; i < OPERATIONS; i++) {
		CHECK(operations[i] || (i == OPERATION_MOVBE && !has_movbe()));
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(agrees_with_the_cpu),
};

int main(int argc, char **argv)
{
	if (argc > 1) {
		random_seed(strtoull(argv[1], NULL, 0));
	}
	if (argc > 2) {
		instructions = strtoull(argv[2], NULL, 0);
	}
	ground = mmap(NULL, sizeof(*ground), PROT_READ | PROT_WRITE | PROT_EXEC,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (ground == MAP_FAILED ||
	    syscall(SYS_arch_prctl, ARCH_SET_GS, GS_BASE) != 0) {
		perror("decode_native_test");
		return 1;
	}
	decode_native_begin();
	return UNIT_RUN(tests);
}
