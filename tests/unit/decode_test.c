/*
 * modules: h4-exits/decode/decode.c h4-exits/decode/prefixes.c
 * modules: h4-exits/decode/modrm.c h4-exits/decode/opcode_table.c
 * modules: h4-exits/decode/instruction_print.c common/lib/printk.c
 */
#include "console/console.h"
#include "decode/decode.h"
#include "decode/instruction_print.h"
#include "unit.h"

/* One instruction: its bytes and what becomes of them. */
struct example {
	enum code_size code;
	const char *bytes; /* in hexadecimal, with spaces */
	const char *text;
};

void console_write(const char *text, size_t length)
{
	printf("%.*s", (int)length, text);
}

static size_t to_bytes(const char *text, u8 *bytes, size_t size)
{
	size_t count = 0;
	unsigned int byte;
	int used;

	while (count < size && sscanf(text, "%2x%n", &byte, &used) == 1) {
		bytes[count++] = (u8)byte;
		text += used;
	}
	return count;
}

static enum decode_result decode(enum code_size code, const char *text,
				 struct instruction *instruction)
{
	u8 bytes[DECODE_BYTES_SIZE] = {0};
	size_t count = to_bytes(text, bytes, sizeof(bytes));

	return decode_instruction(bytes, count, code, instruction);
}

static void check_examples(const struct example *examples, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct example *example = &examples[i];
		struct instruction instruction;
		char text[80];
		u8 bytes[DECODE_BYTES_SIZE] = {0};

		if (!CHECK_EQ(
			    decode(example->code, example->bytes, &instruction),
			    DECODE_DONE)) {
			printf("# %s\n", example->bytes);
			continue;
		}
		instruction_print(&instruction, text, sizeof(text));
		CHECK_STR(text, example->text);
		CHECK_EQ(instruction.length,
			 to_bytes(example->bytes, bytes, sizeof(bytes)));
	}
}

static void knows_every_operation(void)
{
	static const struct example examples[] = {
		{CODE_64, "89 43 10", "mov [rbx+0x10], eax"},
		{CODE_64, "8b 43 10", "mov eax, [rbx+0x10]"},
		{CODE_64, "88 23", "mov [rbx], ah"},
		{CODE_64, "40 88 23", "mov [rbx], spl"},
		{CODE_64, "44 8a 3b", "mov r15b, [rbx]"},
		{CODE_64, "c6 03 ff", "mov byte [rbx], 0xff"},
		{CODE_64, "48 c7 03 ff ff ff ff",
		 "mov qword [rbx], 0xffffffffffffffff"},
		{CODE_64, "48 a1 08 07 06 05 04 03 02 01",
		 "mov rax, [0x102030405060708]"},
		{CODE_32, "a2 00 00 e0 fe", "mov [0xfee00000], al"},
		{CODE_64, "0f b6 03", "movzx eax, byte [rbx]"},
		{CODE_64, "66 0f b7 03", "movzx ax, [rbx]"},
		{CODE_64, "48 0f bf 03", "movsx rax, word [rbx]"},
		{CODE_64, "48 63 03", "movsx rax, dword [rbx]"},
		{CODE_64, "66 63 03", "movsx ax, [rbx]"},
		{CODE_64, "0f 38 f0 03", "movbe eax, [rbx]"},
		{CODE_64, "0f 38 f1 03", "movbe [rbx], eax"},
		{CODE_64, "0f 4c 03", "cmovl eax, [rbx]"},
		{CODE_64, "0f 95 03", "setne byte [rbx]"},
		{CODE_64, "00 0b", "add [rbx], cl"},
		{CODE_64, "09 0b", "or [rbx], ecx"},
		{CODE_64, "66 13 0b", "adc cx, [rbx]"},
		{CODE_64, "1a 0b", "sbb cl, [rbx]"},
		{CODE_64, "83 23 f0", "and dword [rbx], 0xfffffff0"},
		{CODE_64, "66 81 2b 34 12", "sub word [rbx], 0x1234"},
		{CODE_64, "80 33 80", "xor byte [rbx], 0x80"},
		{CODE_64, "48 3b 0b", "cmp rcx, [rbx]"},
		{CODE_32, "82 3b 01", "cmp byte [ebx], 0x1"},
		{CODE_64, "85 0b", "test [rbx], ecx"},
		{CODE_64, "f7 03 78 56 34 12", "test dword [rbx], 0x12345678"},
		{CODE_64, "f6 0b 01", "test byte [rbx], 0x1"},
		{CODE_64, "f6 13", "not byte [rbx]"},
		{CODE_64, "48 f7 1b", "neg qword [rbx]"},
		{CODE_64, "fe 03", "inc byte [rbx]"},
		{CODE_64, "ff 0b", "dec dword [rbx]"},
		{CODE_64, "87 0b", "xchg [rbx], ecx"},
		{CODE_64, "0f c1 0b", "xadd [rbx], ecx"},
		{CODE_64, "f0 0f b1 0b", "lock cmpxchg [rbx], ecx"},
		{CODE_64, "0f c7 0b", "cmpxchg8b qword [rbx]"},
		{CODE_64, "0f a3 0b", "bt [rbx], ecx"},
		{CODE_64, "0f ba 2b 9f", "bts dword [rbx], 0x9f"},
		{CODE_64, "48 0f b3 0b", "btr [rbx], rcx"},
		{CODE_64, "66 0f bb 0b", "btc [rbx], cx"},
		{CODE_64, "d0 03", "rol byte [rbx], 0x1"},
		{CODE_64, "d3 0b", "ror dword [rbx], cl"},
		{CODE_64, "c1 13 05", "rcl dword [rbx], 0x5"},
		{CODE_64, "48 c1 1b 3f", "rcr qword [rbx], 0x3f"},
		{CODE_64, "d1 23", "shl dword [rbx], 0x1"},
		{CODE_64, "d2 2b", "shr byte [rbx], cl"},
		{CODE_64, "66 d1 3b", "sar word [rbx], 0x1"},
		{CODE_64, "ff 33", "push qword [rbx]"},
		{CODE_64, "66 8f 03", "pop word [rbx]"},
		{CODE_32, "ff 33", "push dword [ebx]"},
	};

	check_examples(examples, ARRAY_SIZE(examples));
}

static void knows_string_instructions(void)
{
	static const struct example examples[] = {
		{CODE_64, "a4", "movsb"},
		{CODE_64, "f3 48 a5", "rep movsq"},
		{CODE_32, "f3 64 66 a5", "rep fs movsw"},
		{CODE_32, "f2 a5", "rep movsd"},
		{CODE_32, "f3 a6", "repe cmpsb"},
		{CODE_32, "f2 af", "repne scasd"},
		{CODE_32, "f3 f2 ae", "repne scasb"},
		{CODE_16, "26 ab", "stosw"},
		{CODE_16, "26 66 ad", "es lodsd"},
	};

	check_examples(examples, ARRAY_SIZE(examples));
}

static void knows_every_way_to_address(void)
{
	static const struct example examples[] = {
		{CODE_16, "8b 00", "mov ax, [bx+si]"},
		{CODE_16, "8b 01", "mov ax, [bx+di]"},
		{CODE_16, "8b 02", "mov ax, [bp+si]"},
		{CODE_16, "8b 03", "mov ax, [bp+di]"},
		{CODE_16, "8b 04", "mov ax, [si]"},
		{CODE_16, "8b 05", "mov ax, [di]"},
		{CODE_16, "8b 06 34 12", "mov ax, [0x1234]"},
		{CODE_16, "8b 07", "mov ax, [bx]"},
		{CODE_16, "8b 46 fe", "mov ax, [bp-0x2]"},
		{CODE_16, "8b 87 34 12", "mov ax, [bx+0x1234]"},
		{CODE_16, "66 67 8b 00", "mov eax, [eax]"},
		{CODE_16, "67 8b 44 8d 7f", "mov ax, [ebp+ecx*4+0x7f]"},
		{CODE_32, "67 8b 07", "mov eax, [bx]"},
		{CODE_32, "8b 05 00 00 e0 fe", "mov eax, [0xfee00000]"},
		{CODE_32, "8b 04 25 00 00 e0 fe", "mov eax, [0xfee00000]"},
		{CODE_32, "8b 04 24", "mov eax, [esp]"},
		{CODE_32, "8b 04 8d 10 00 00 00", "mov eax, [ecx*4+0x10]"},
		{CODE_32, "8b 80 00 00 00 80", "mov eax, [eax-0x80000000]"},
		{CODE_64, "8b 05 10 00 00 00", "mov eax, [rip+0x10]"},
		{CODE_64, "67 8b 05 f0 ff ff ff", "mov eax, [eip-0x10]"},
		{CODE_64, "8b 04 25 00 00 e0 fe",
		 "mov eax, [0xfffffffffee00000]"},
		{CODE_64, "67 8b 04 25 00 00 e0 fe", "mov eax, [0xfee00000]"},
		{CODE_64, "41 8b 45 00", "mov eax, [r13]"},
		{CODE_64, "43 8b 04 25 10 00 00 00", "mov eax, [r12*1+0x10]"},
		{CODE_64, "41 8b 04 24", "mov eax, [r12]"},
		{CODE_64, "67 43 8b 04 e7", "mov eax, [r15d+r12d*8]"},
	};

	check_examples(examples, ARRAY_SIZE(examples));
}

static void obeys_prefixes(void)
{
	static const struct example examples[] = {
		{CODE_32, "64 8b 00", "mov eax, [fs:eax]"},
		{CODE_32, "64 2e 8b 00", "mov eax, [cs:eax]"},
		{CODE_32, "3e 8b 45 00", "mov eax, [ds:ebp]"},
		{CODE_32, "36 8b 00", "mov eax, [ss:eax]"},
		{CODE_64, "65 8b 00", "mov eax, [gs:rax]"},
		/* No prefix in 64-bit mode, not even one that ends GS. */
		{CODE_64, "65 2e 8b 00", "mov eax, [gs:rax]"},
		{CODE_64, "26 8b 00", "mov eax, [rax]"},
		{CODE_64, "66 66 8b 00", "mov ax, [rax]"},
		/* REX.W is stronger than 66. */
		{CODE_64, "66 48 8b 00", "mov rax, [rax]"},
		/* REX counts where it is the last prefix. */
		{CODE_64, "48 66 8b 00", "mov ax, [rax]"},
		{CODE_64, "41 48 8b 00", "mov rax, [rax]"},
		{CODE_64, "f2 f3 8b 00", "mov eax, [rax]"},
		{CODE_64, "f0 83 08 01", "lock or dword [rax], 0x1"},
		{CODE_64, "f3 f0 87 00", "lock xchg [rax], eax"},
	};

	check_examples(examples, ARRAY_SIZE(examples));
}

static void refuses_the_rest(void)
{
	static const struct {
		enum code_size code;
		const char *bytes;
	} examples[] = {
		{CODE_64, "89 c0"}, /* mov eax, eax */
		{CODE_64, "90"},    /* nop */
		{CODE_64, "8d 03"}, /* lea eax, [rbx] */
		{CODE_64, "f7 23"}, /* mul dword [rbx] */
		{CODE_64, "f7 3b"}, /* idiv dword [rbx] */
		{CODE_64, "ff 13"}, /* call [rbx] */
		{CODE_64, "ff 3b"}, /* row 7 of the group is empty */
		{CODE_64, "8f 0b"}, /* rows 1 .. 7 of it, too */
		{CODE_64, "c7 0b 0 0 0 0"},
		{CODE_64, "82 3b 01"},		/* not in 64-bit mode */
		{CODE_32, "63 03"},		/* arpl [ebx], ax */
		{CODE_32, "40"},		/* inc eax */
		{CODE_32, "c5 03"},		/* lds eax, [ebx] */
		{CODE_64, "c5 f8 10 03"},	/* vmovups xmm0, [rbx] */
		{CODE_64, "c4 e2 78 f2 03"},	/* andn eax, eax, [rbx] */
		{CODE_64, "62 f1 7c 48 10 03"}, /* vmovups zmm0, [rbx] */
		{CODE_64, "0f 10 03"},		/* movups xmm0, [rbx] */
		{CODE_64, "d9 03"},		/* fld dword [rbx] */
		{CODE_64, "6c"},		/* insb */
		{CODE_64, "f2 0f 38 f0 03"},	/* crc32 eax, byte [rbx] */
		{CODE_64, "f3 0f 38 f0 03"},
		{CODE_64, "48 0f c7 0b"}, /* cmpxchg16b [rbx] */
		{CODE_64, "0f a4 03 01"}, /* shld [rbx], eax, 1 */
		{CODE_64, "0f 3a 16 03 00"},
		{CODE_64, "f0 8d 03"},
	};
	struct instruction instruction;

	for (size_t i = 0; i < ARRAY_SIZE(examples); i++) {
		if (!CHECK_EQ(decode(examples[i].code, examples[i].bytes,
				     &instruction),
			      DECODE_NOT_OURS)) {
			printf("# %s\n", examples[i].bytes);
		}
	}
}

static void allows_lock_where_the_cpu_does(void)
{
	static const char *const undefined[] = {
		"f0 89 03",    /* mov [rbx], eax */
		"f0 8b 03",    /* mov eax, [rbx] */
		"f0 03 03",    /* add eax, [rbx] */
		"f0 39 03",    /* cmp [rbx], eax */
		"f0 85 03",    /* test [rbx], eax */
		"f0 f6 03 01", /* test byte [rbx], 1 */
		"f0 0f a3 03", /* bt [rbx], eax */
		"f0 d1 23",    /* shl dword [rbx], 1 */
		"f0 ff 33",    /* push [rbx] */
		"f0 a4",       /* movsb */
		"f0 0f 90 03", /* seto [rbx] */
	};
	struct instruction instruction;

	for (size_t i = 0; i < ARRAY_SIZE(undefined); i++) {
		CHECK_EQ(decode(CODE_64, undefined[i], &instruction),
			 DECODE_UNDEFINED);
	}
	CHECK_EQ(decode(CODE_64, "f0 ff 03", &instruction), DECODE_DONE);
	CHECK(instruction.lock);
}

static void says_when_bytes_are_missing(void)
{
	static const u8 bytes[DECODE_BYTES_SIZE] = {
		0x66, 0x81, 0x84, 0x88, 0x78, 0x56, 0x34, 0x12, 0xcd, 0xab};
	struct instruction instruction;

	for (size_t count = 0; count < 10; count++) {
		CHECK_EQ(
			decode_instruction(bytes, count, CODE_32, &instruction),
			DECODE_MORE_BYTES);
	}
	CHECK_EQ(decode_instruction(bytes, 10, CODE_32, &instruction),
		 DECODE_DONE);
	CHECK_EQ(instruction.length, 10);
	CHECK_EQ(instruction.immediate, 0xffffffffffffabcd);
	CHECK_EQ(instruction.displacement, 0x12345678);
	CHECK_EQ(decode(CODE_64, "0f", &instruction), DECODE_MORE_BYTES);
}

static void knows_the_longest_instruction(void)
{
	struct instruction instruction;

	CHECK_EQ(decode(CODE_64, "66 66 66 66 66 66 66 66 66 66 66 66 66 8b 03",
			&instruction),
		 DECODE_DONE);
	CHECK_EQ(instruction.length, 15);
	CHECK_EQ(decode(CODE_64,
			"66 66 66 66 66 66 66 66 66 66 66 66 66 66 8b 03",
			&instruction),
		 DECODE_TOO_LONG);
	CHECK_EQ(decode(CODE_64,
			"66 66 66 66 66 66 66 66 66 66 66 66 66 66 66 66",
			&instruction),
		 DECODE_TOO_LONG);
	CHECK_EQ(decode(CODE_64, "66 66 66 66 66 66 66 66 66 66 66 66 66 66",
			&instruction),
		 DECODE_MORE_BYTES);
}

static void text_fits_its_buffer(void)
{
	struct instruction instruction;
	char text[8];

	CHECK_EQ(decode(CODE_64, "89 43 10", &instruction), DECODE_DONE);
	CHECK_EQ(instruction_print(&instruction, text, sizeof(text)),
		 strlen("mov [rbx+0x10], eax"));
	CHECK_STR(text, "mov [rb");
}

static const struct unit_test tests[] = {
	UNIT_TEST(knows_every_operation),
	UNIT_TEST(knows_string_instructions),
	UNIT_TEST(knows_every_way_to_address),
	UNIT_TEST(obeys_prefixes),
	UNIT_TEST(refuses_the_rest),
	UNIT_TEST(allows_lock_where_the_cpu_does),
	UNIT_TEST(says_when_bytes_are_missing),
	UNIT_TEST(knows_the_longest_instruction),
	UNIT_TEST(text_fits_its_buffer),
};

int main(void)
{
	return UNIT_RUN(tests);
}
