/*
 * modules: h4-exits/decode/decode.c h4-exits/decode/prefixes.c
 * modules: h4-exits/decode/modrm.c h4-exits/decode/opcode_table.c
 * modules: h4-exits/decode/execute.c h4-exits/decode/execute_move.c
 * modules: h4-exits/decode/execute_compute.c h4-exits/decode/execute_string.c
 * modules: h4-exits/decode/arithmetic.c
 *
 * What decode_native_test cannot ask a CPU in 64-bit mode: 16- and 32-bit
 * code, and what becomes of an access that faults.
 */
#include "cpu/registers.h"
#include "decode/decode.h"
#include "decode/execute.h"
#include "unit.h"

#define ACCESSES_MAX 4u
#define RAM_SIZE     65536u

struct access {
	bool write;
	enum segment_register segment;
	u64 offset;
	unsigned int size;
};

static u8 ram[RAM_SIZE + 8]; /* at every multiple of RAM_SIZE */
static struct access accesses[ACCESSES_MAX];
static unsigned int access_count;
static unsigned int good_accesses; /* those after them fault */
static u64 registers[GENERAL_REGISTERS];
static struct execute_cpu cpu = {.registers = registers};

static bool take_access(struct access access)
{
	if (access_count == good_accesses ||
	    !CHECK(access_count < ACCESSES_MAX)) {
		return false;
	}
	accesses[access_count++] = access;
	return true;
}

static bool read_ram(void *context, enum segment_register segment, u64 offset,
		     unsigned int size, u64 *value)
{
	(void)context;
	/* What lies above the operand must not matter. */
	*value = UINT64_MAX;
	memcpy(value, ram + offset % RAM_SIZE, size);
	return take_access((struct access){false, segment, offset, size});
}

static bool write_ram(void *context, enum segment_register segment, u64 offset,
		      unsigned int size, u64 value)
{
	(void)context;
	if (!take_access((struct access){true, segment, offset, size})) {
		return false;
	}
	memcpy(ram + offset % RAM_SIZE, &value, size);
	return true;
}

static const struct execute_memory memory = {read_ram, write_ram, NULL};

static void reset(void)
{
	memset(ram, 0, sizeof(ram));
	memset(registers, 0, sizeof(registers));
	cpu.rflags = RFLAGS_FIXED;
	cpu.rip = 0x100;
	cpu.stack_size = 4;
	good_accesses = ACCESSES_MAX;
}

/* Decodes and executes, once. */
static enum execute_result run(enum code_size code, const char *text)
{
	u8 bytes[DECODE_BYTES_SIZE] = {0};
	struct instruction instruction;
	unsigned int byte;
	size_t count = 0;
	int used;

	while (sscanf(text, "%2x%n", &byte, &used) == 1) {
		bytes[count++] = (u8)byte;
		text += used;
	}
	CHECK_EQ(decode_instruction(bytes, count, code, &instruction),
		 DECODE_DONE);
	access_count = 0;
	return execute_instruction(&instruction, &memory, &cpu);
}

static void check_access(unsigned int n, bool write,
			 enum segment_register segment, u64 offset,
			 unsigned int size)
{
	CHECK(n < access_count);
	CHECK_EQ(accesses[n].write, write);
	CHECK_EQ(accesses[n].segment, segment);
	CHECK_EQ(accesses[n].offset, offset);
	CHECK_EQ(accesses[n].size, size);
}

static void addresses_wrap_at_their_size(void)
{
	reset();
	cpu.registers[REGISTER_RBX] = 0x1fff0;
	cpu.registers[REGISTER_RSI] = 0x70020;
	CHECK_EQ(run(CODE_16, "8b 40 01"), EXECUTE_DONE);
	check_access(0, false, SEGMENT_DS, 0x11, 2);
	cpu.registers[REGISTER_RBX] = 0xfffffff0;
	cpu.registers[REGISTER_RSI] = 0x10;
	CHECK_EQ(run(CODE_32, "8b 44 b3 01"), EXECUTE_DONE);
	check_access(0, false, SEGMENT_DS, 0x31, 4);
	CHECK_EQ(run(CODE_16, "67 66 8b 44 b3 01"), EXECUTE_DONE);
	check_access(0, false, SEGMENT_DS, 0x31, 4);
	cpu.registers[REGISTER_RBX] = 1;
	CHECK_EQ(run(CODE_64, "67 8b 43 fe"), EXECUTE_DONE);
	check_access(0, false, SEGMENT_DS, 0xffffffff, 4);
	CHECK_EQ(run(CODE_64, "8b 43 fe"), EXECUTE_DONE);
	check_access(0, false, SEGMENT_DS, UINT64_MAX, 4);
}

static void registers_keep_or_lose_their_rest(void)
{
	reset();
	memset(ram, 0x80, 8);
	cpu.registers[REGISTER_RAX] = 0x1122334455667788;
	CHECK_EQ(run(CODE_64, "8a 23"), EXECUTE_DONE);
	CHECK_EQ(cpu.registers[REGISTER_RAX], 0x1122334455668088);
	CHECK_EQ(run(CODE_64, "66 8b 03"), EXECUTE_DONE);
	CHECK_EQ(cpu.registers[REGISTER_RAX], 0x1122334455668080);
	CHECK_EQ(run(CODE_64, "66 0f be 03"), EXECUTE_DONE);
	CHECK_EQ(cpu.registers[REGISTER_RAX], 0x112233445566ff80);
	CHECK_EQ(run(CODE_64, "8b 03"), EXECUTE_DONE);
	CHECK_EQ(cpu.registers[REGISTER_RAX], 0x80808080);
	CHECK_EQ(run(CODE_64, "48 63 03"), EXECUTE_DONE);
	CHECK_EQ(cpu.registers[REGISTER_RAX], 0xffffffff80808080);
	CHECK_EQ(run(CODE_64, "0f 44 03"), EXECUTE_DONE);
	CHECK_EQ(cpu.registers[REGISTER_RAX], 0x80808080);
}

static void rip_moves_on(void)
{
	reset();
	cpu.rip = 0xfffffffe;
	cpu.rflags |= RFLAGS_RF;
	CHECK_EQ(run(CODE_32, "8b 03"), EXECUTE_DONE);
	CHECK_EQ(cpu.rip, 0);
	CHECK_EQ(cpu.rflags, RFLAGS_FIXED);
	cpu.rip = 0xfffffffe;
	CHECK_EQ(run(CODE_64, "8b 05 10 00 00 00"), EXECUTE_DONE);
	CHECK_EQ(cpu.rip, 0x100000004);
	check_access(0, false, SEGMENT_DS, 0x100000014, 4);
}

static void repeats_once_a_call(void)
{
	reset();
	cpu.registers[REGISTER_RAX] = 0xaabb;
	cpu.registers[REGISTER_RCX] = 0x12340002;
	cpu.registers[REGISTER_RDI] = 0x5678fffe;
	cpu.rflags |= RFLAGS_RF;
	CHECK_EQ(run(CODE_16, "f3 26 ab"), EXECUTE_AGAIN);
	check_access(0, true, SEGMENT_ES, 0xfffe, 2);
	CHECK_EQ(access_count, 1);
	CHECK_EQ(cpu.rip, 0x100);
	CHECK_EQ(cpu.rflags, RFLAGS_FIXED | RFLAGS_RF);
	CHECK_EQ(cpu.registers[REGISTER_RCX], 0x12340001);
	CHECK_EQ(cpu.registers[REGISTER_RDI], 0x56780000);
	CHECK_EQ(run(CODE_16, "f3 26 ab"), EXECUTE_DONE);
	check_access(0, true, SEGMENT_ES, 0, 2);
	CHECK_EQ(cpu.rip, 0x103);
	CHECK_EQ(cpu.rflags, RFLAGS_FIXED);
	CHECK_EQ(cpu.registers[REGISTER_RCX], 0x12340000);
	CHECK_EQ(cpu.registers[REGISTER_RDI], 0x56780002);
	/* A count of 0: nothing but the next instruction. */
	CHECK_EQ(run(CODE_16, "f3 ab"), EXECUTE_DONE);
	CHECK_EQ(access_count, 0);
	CHECK_EQ(cpu.rip, 0x105);
	CHECK_EQ(cpu.registers[REGISTER_RDI], 0x56780002);
}

static void copies_downwards_through_segments(void)
{
	reset();
	ram[0x10] = 0x5a;
	cpu.rflags |= RFLAGS_DF;
	cpu.registers[REGISTER_RSI] = 0x10;
	cpu.registers[REGISTER_RDI] = 0;
	CHECK_EQ(run(CODE_32, "64 a4"), EXECUTE_DONE);
	check_access(0, false, SEGMENT_FS, 0x10, 1);
	check_access(1, true, SEGMENT_ES, 0, 1);
	CHECK_EQ(ram[0], 0x5a);
	CHECK_EQ(cpu.registers[REGISTER_RSI], 0xf);
	CHECK_EQ(cpu.registers[REGISTER_RDI], 0xffffffff);
	CHECK_EQ(cpu.registers[REGISTER_RCX], 0);
}

static void scans_until_it_finds(void)
{
	reset();
	ram[2] = 7;
	cpu.registers[REGISTER_RAX] = 7;
	cpu.registers[REGISTER_RCX] = 9;
	CHECK_EQ(run(CODE_32, "f2 ae"), EXECUTE_AGAIN);
	CHECK_EQ(run(CODE_32, "f2 ae"), EXECUTE_AGAIN);
	CHECK_EQ(run(CODE_32, "f2 ae"), EXECUTE_DONE);
	CHECK_EQ(cpu.registers[REGISTER_RCX], 6);
	CHECK_EQ(cpu.registers[REGISTER_RDI], 3);
	CHECK((cpu.rflags & RFLAGS_ZF) != 0);
	CHECK_EQ(run(CODE_32, "f3 ae"), EXECUTE_DONE);
	CHECK((cpu.rflags & RFLAGS_ZF) == 0);
	CHECK_EQ(cpu.registers[REGISTER_RCX], 5);
}

static void compares_the_source_with_the_destination(void)
{
	reset();
	ram[0x10] = 1;
	ram[0x20] = 2;
	cpu.registers[REGISTER_RSI] = 0x10;
	cpu.registers[REGISTER_RDI] = 0x20;
	CHECK_EQ(run(CODE_32, "a6"), EXECUTE_DONE);
	check_access(0, false, SEGMENT_DS, 0x10, 1);
	check_access(1, false, SEGMENT_ES, 0x20, 1);
	CHECK((cpu.rflags & RFLAGS_CF) != 0);
}

static void pushes_by_the_size_of_the_stack(void)
{
	reset();
	ram[0x40] = 0x34;
	cpu.stack_size = 2;
	cpu.registers[REGISTER_RBX] = 0x40;
	cpu.registers[REGISTER_RSP] = 0x70002;
	CHECK_EQ(run(CODE_32, "ff 33"), EXECUTE_DONE);
	check_access(0, false, SEGMENT_DS, 0x40, 4);
	check_access(1, true, SEGMENT_SS, 0xfffe, 4);
	CHECK_EQ(cpu.registers[REGISTER_RSP], 0x7fffe);
	cpu.stack_size = 4;
	cpu.registers[REGISTER_RSP] = 0x100;
	CHECK_EQ(run(CODE_16, "67 ff 33"), EXECUTE_DONE);
	check_access(1, true, SEGMENT_SS, 0xfe, 2);
	CHECK_EQ(cpu.registers[REGISTER_RSP], 0xfe);
	/* The address is made of RSP as it was. */
	CHECK_EQ(run(CODE_32, "ff 34 24"), EXECUTE_DONE);
	check_access(0, false, SEGMENT_SS, 0xfe, 4);
	check_access(1, true, SEGMENT_SS, 0xfa, 4);
}

static void pops_before_it_computes_the_address(void)
{
	reset();
	ram[0xfffe] = 0x12;
	cpu.registers[REGISTER_RSP] = 0xfffe;
	CHECK_EQ(run(CODE_32, "8f 44 24 10"), EXECUTE_DONE);
	check_access(0, false, SEGMENT_SS, 0xfffe, 4);
	check_access(1, true, SEGMENT_SS, 0x10012, 4);
	CHECK_EQ(ram[0x12], 0x12);
	CHECK_EQ(cpu.registers[REGISTER_RSP], 0x10002);
	cpu.registers[REGISTER_RSP] = 0x5fffe;
	cpu.stack_size = 2;
	CHECK_EQ(run(CODE_16, "67 8f 04 24"), EXECUTE_DONE);
	check_access(0, false, SEGMENT_SS, 0xfffe, 2);
	check_access(1, true, SEGMENT_SS, 0x50000, 2);
	CHECK_EQ(cpu.registers[REGISTER_RSP], 0x50000);
}

static void bits_lie_far_away(void)
{
	reset();
	cpu.registers[REGISTER_RBX] = 0x1000;
	cpu.registers[REGISTER_RCX] = 0xffff;
	CHECK_EQ(run(CODE_32, "66 0f ab 0b"), EXECUTE_DONE);
	check_access(0, false, SEGMENT_DS, 0xffe, 2);
	CHECK_EQ(ram[0xfff], 0x80);
	CHECK((cpu.rflags & RFLAGS_CF) == 0);
	/* 32 bits further on, the number of the bit is not negative. */
	CHECK_EQ(run(CODE_32, "0f a3 0b"), EXECUTE_DONE);
	check_access(0, false, SEGMENT_DS, 0x2ffc, 4);
	CHECK_EQ(access_count, 1);
	/* An immediate one stays in the operand. */
	CHECK_EQ(run(CODE_32, "0f ba 2b 21"), EXECUTE_DONE);
	check_access(1, true, SEGMENT_DS, 0x1000, 4);
	CHECK_EQ(ram[0x1000], 2);
}

static void cmpxchg_writes_in_any_case(void)
{
	reset();
	ram[0] = 5;
	cpu.registers[REGISTER_RAX] = 4;
	cpu.registers[REGISTER_RCX] = 9;
	CHECK_EQ(run(CODE_32, "f0 0f b1 0b"), EXECUTE_DONE);
	check_access(1, true, SEGMENT_DS, 0, 4);
	CHECK_EQ(ram[0], 5);
	CHECK_EQ(cpu.registers[REGISTER_RAX], 5);
	CHECK_EQ(run(CODE_32, "f0 0f b1 0b"), EXECUTE_DONE);
	CHECK_EQ(ram[0], 9);
	CHECK((cpu.rflags & RFLAGS_ZF) != 0);
}

static void flags_left_open_are_as_promised(void)
{
	reset();
	cpu.rflags |= RFLAGS_AF;
	CHECK_EQ(run(CODE_32, "83 23 00"), EXECUTE_DONE);
	CHECK((cpu.rflags & RFLAGS_AF) == 0);
	cpu.rflags |= RFLAGS_AF | RFLAGS_OF | RFLAGS_SF;
	CHECK_EQ(run(CODE_32, "0f ba 23 00"), EXECUTE_DONE);
	CHECK((cpu.rflags & RFLAGS_AF) != 0);
	CHECK((cpu.rflags & RFLAGS_OF) != 0);
	CHECK((cpu.rflags & RFLAGS_SF) != 0);
	ram[0] = 0x80;
	CHECK_EQ(run(CODE_32, "c0 23 09"), EXECUTE_DONE);
	CHECK((cpu.rflags & RFLAGS_CF) == 0);
	CHECK((cpu.rflags & RFLAGS_AF) != 0);
}

/* A first and perhaps a second access; then there is a fault. */
static void a_fault_changes_nothing(void)
{
	static const char *const instructions[] = {
		"8b 03",       "89 0b",	      "01 0b",	  "03 0b",
		"87 0b",       "0f c1 0b",    "ff 03",	  "f7 1b",
		"d1 13",       "0f ab 0b",    "ff 33",	  "8f 03",
		"8f 04 24",    "a5",	      "a7",	  "ab",
		"ad",	       "af",	      "f3 a5",	  "f3 a7",
		"0f b1 0b",    "0f c7 0b",    "0f b6 03", "0f be 03",
		"0f 38 f0 03", "0f 38 f1 03", "0f 94 03", "0f 44 03",
		"39 0b",       "85 0b",
	};

	for (size_t i = 0; i < 2 * ARRAY_SIZE(instructions); i++) {
		u64 registers_before[GENERAL_REGISTERS];
		struct execute_cpu before;
		enum execute_result result;

		reset();
		memset(registers, 0x11, sizeof(registers));
		cpu.rflags |= RFLAGS_CF | RFLAGS_RF;
		good_accesses = i % 2;
		before = cpu;
		memcpy(registers_before, registers, sizeof(registers));
		result = run(CODE_64, instructions[i / 2]);
		if (good_accesses == 0) {
			CHECK_EQ(result, EXECUTE_FAULT);
		}
		if (result == EXECUTE_FAULT) {
			CHECK(memcmp(registers, registers_before,
				     sizeof(registers)) == 0);
			CHECK_EQ(cpu.rflags, before.rflags);
			CHECK_EQ(cpu.rip, before.rip);
		}
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(addresses_wrap_at_their_size),
	UNIT_TEST(registers_keep_or_lose_their_rest),
	UNIT_TEST(rip_moves_on),
	UNIT_TEST(repeats_once_a_call),
	UNIT_TEST(copies_downwards_through_segments),
	UNIT_TEST(scans_until_it_finds),
	UNIT_TEST(compares_the_source_with_the_destination),
	UNIT_TEST(pushes_by_the_size_of_the_stack),
	UNIT_TEST(pops_before_it_computes_the_address),
	UNIT_TEST(bits_lie_far_away),
	UNIT_TEST(cmpxchg_writes_in_any_case),
	UNIT_TEST(flags_left_open_are_as_promised),
	UNIT_TEST(a_fault_changes_nothing),
};

int main(void)
{
	return UNIT_RUN(tests);
}
