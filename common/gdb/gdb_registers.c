#include "gdb/gdb_registers.h"
#include "lib/printk.h"
#include "lib/string.h"

#define DESCRIPTION_SIZE 8192

static const struct {
	const char *name;
	u16 bits;
	const char *type;
	const char *feature; /* which it is the first of, or NULL */
} registers_table[GDB_REGISTER_COUNT] = {
	[GDB_RAX] = {"rax", 64, "int64", "org.gnu.gdb.i386.core"},
	[GDB_RBX] = {"rbx", 64, "int64", NULL},
	[GDB_RCX] = {"rcx", 64, "int64", NULL},
	[GDB_RDX] = {"rdx", 64, "int64", NULL},
	[GDB_RSI] = {"rsi", 64, "int64", NULL},
	[GDB_RDI] = {"rdi", 64, "int64", NULL},
	[GDB_RBP] = {"rbp", 64, "data_ptr", NULL},
	[GDB_RSP] = {"rsp", 64, "data_ptr", NULL},
	[GDB_R8] = {"r8", 64, "int64", NULL},
	[GDB_R9] = {"r9", 64, "int64", NULL},
	[GDB_R10] = {"r10", 64, "int64", NULL},
	[GDB_R11] = {"r11", 64, "int64", NULL},
	[GDB_R12] = {"r12", 64, "int64", NULL},
	[GDB_R13] = {"r13", 64, "int64", NULL},
	[GDB_R14] = {"r14", 64, "int64", NULL},
	[GDB_R15] = {"r15", 64, "int64", NULL},
	[GDB_RIP] = {"rip", 64, "code_ptr", NULL},
	[GDB_EFLAGS] = {"eflags", 32, "rflags", NULL},
	[GDB_CS] = {"cs", 32, "int32", NULL},
	[GDB_SS] = {"ss", 32, "int32", NULL},
	[GDB_DS] = {"ds", 32, "int32", NULL},
	[GDB_ES] = {"es", 32, "int32", NULL},
	[GDB_FS] = {"fs", 32, "int32", NULL},
	[GDB_GS] = {"gs", 32, "int32", NULL},
	[GDB_ST0] = {"st0", 80, "i387_ext", NULL},
	[GDB_ST0 + 1] = {"st1", 80, "i387_ext", NULL},
	[GDB_ST0 + 2] = {"st2", 80, "i387_ext", NULL},
	[GDB_ST0 + 3] = {"st3", 80, "i387_ext", NULL},
	[GDB_ST0 + 4] = {"st4", 80, "i387_ext", NULL},
	[GDB_ST0 + 5] = {"st5", 80, "i387_ext", NULL},
	[GDB_ST0 + 6] = {"st6", 80, "i387_ext", NULL},
	[GDB_ST0 + 7] = {"st7", 80, "i387_ext", NULL},
	[GDB_ST0 + 8] = {"fctrl", 32, "int", NULL},
	[GDB_ST0 + 9] = {"fstat", 32, "int", NULL},
	[GDB_ST0 + 10] = {"ftag", 32, "int", NULL},
	[GDB_ST0 + 11] = {"fiseg", 32, "int", NULL},
	[GDB_ST0 + 12] = {"fioff", 32, "int", NULL},
	[GDB_ST0 + 13] = {"foseg", 32, "int", NULL},
	[GDB_ST0 + 14] = {"fooff", 32, "int", NULL},
	[GDB_FOP] = {"fop", 32, "int", NULL},
	[GDB_FS_BASE] = {"fs_base", 64, "int", "org.gnu.gdb.i386.segments"},
	[GDB_GS_BASE] = {"gs_base", 64, "int", NULL},
	[GDB_CR0] = {"cr0", 64, "cr0_bits", "vt-x-tour.control"},
	[GDB_CR2] = {"cr2", 64, "data_ptr", NULL},
	[GDB_CR3] = {"cr3", 64, "int", NULL},
	[GDB_CR4] = {"cr4", 64, "cr4_bits", NULL},
	[GDB_CR8] = {"cr8", 64, "int", NULL},
	[GDB_EFER] = {"efer", 64, "efer_bits", NULL},
};

struct flag {
	const char *name;
	u8 bit;
};

static const struct flag rflags[] = {
	{"CF", 0},   {"", 1},	 {"PF", 2},  {"AF", 4},	 {"ZF", 6},
	{"SF", 7},   {"TF", 8},	 {"IF", 9},  {"DF", 10}, {"OF", 11},
	{"NT", 14},  {"RF", 16}, {"VM", 17}, {"AC", 18}, {"VIF", 19},
	{"VIP", 20}, {"ID", 21},
};

static const struct flag cr0_bits[] = {
	{"PE", 0},  {"MP", 1},	{"EM", 2},  {"TS", 3},	{"ET", 4},  {"NE", 5},
	{"WP", 16}, {"AM", 18}, {"NW", 29}, {"CD", 30}, {"PG", 31},
};

static const struct flag cr4_bits[] = {
	{"VME", 0},	 {"PVI", 1},	{"TSD", 2},    {"DE", 3},
	{"PSE", 4},	 {"PAE", 5},	{"MCE", 6},    {"PGE", 7},
	{"PCE", 8},	 {"OSFXSR", 9}, {"UMIP", 11},  {"LA57", 12},
	{"VMXE", 13},	 {"SMXE", 14},	{"PCIDE", 17}, {"SMEP", 20},
	{"OSXSAVE", 18}, {"SMAP", 21},
};

static const struct flag efer_bits[] = {
	{"SCE", 0},
	{"LME", 8},
	{"LMA", 10},
	{"NXE", 11},
};

static const struct {
	enum gdb_register feature; /* the first register of its feature */
	const char *name;
	u8 bytes;
	const struct flag *flags;
	size_t count;
} flag_types[] = {
	{GDB_RAX, "rflags", 4, rflags, ARRAY_SIZE(rflags)},
	{GDB_CR0, "cr0_bits", 8, cr0_bits, ARRAY_SIZE(cr0_bits)},
	{GDB_CR0, "cr4_bits", 8, cr4_bits, ARRAY_SIZE(cr4_bits)},
	{GDB_CR0, "efer_bits", 8, efer_bits, ARRAY_SIZE(efer_bits)},
};

size_t gdb_registers_size(u64 number)
{
	return number < GDB_REGISTER_COUNT ? registers_table[number].bits / 8u
					   : 0;
}

bool gdb_registers_known(u64 number)
{
	return number < GDB_REGISTER_COUNT &&
	       (number < GDB_ST0 || number > GDB_FOP);
}

void gdb_registers_put(struct gdb_packet *packet,
		       const struct gdb_registers *registers, u64 number)
{
	size_t size = gdb_registers_size(number);

	if (gdb_registers_known(number)) {
		gdb_packet_hex(packet, &registers->value[number], size);
		return;
	}
	for (size_t i = 0; i < 2 * size; i++) {
		gdb_packet_byte(packet, 'x');
	}
}

bool gdb_registers_value(const char *text, size_t digits, u64 number,
			 u64 *value)
{
	if (!gdb_registers_known(number) ||
	    digits < 2 * gdb_registers_size(number)) {
		return false;
	}
	*value = 0;
	for (size_t i = 0; i < gdb_registers_size(number); i++) {
		int high = gdb_packet_digit(text[2 * i]);
		int low = gdb_packet_digit(text[2 * i + 1]);

		if (high < 0 || low < 0) {
			return false;
		}
		*value |= (u64)(high << 4 | low) << 8 * i;
	}
	return true;
}

static char description[DESCRIPTION_SIZE];
static size_t description_length;

static void describe(const char *fmt, ...)
	__attribute__((format(printf, 1, 2)));

static void describe(const char *fmt, ...)
{
	size_t room = sizeof(description) - description_length;
	va_list args;

	va_start(args, fmt);
	int length = vformat(description + description_length, room, fmt, args);

	va_end(args);
	description_length += min_u64((u64)length, room - 1);
}

static void describe_flags(size_t feature)
{
	for (size_t i = 0; i < ARRAY_SIZE(flag_types); i++) {
		if (flag_types[i].feature != feature) {
			continue;
		}
		describe("<flags id=\"%s\" size=\"%u\">", flag_types[i].name,
			 flag_types[i].bytes);
		for (size_t j = 0; j < flag_types[i].count; j++) {
			const struct flag *flag = &flag_types[i].flags[j];

			describe("<field name=\"%s\" start=\"%u\" "
				 "end=\"%u\"/>",
				 flag->name, flag->bit, flag->bit);
		}
		describe("</flags>");
	}
}

/* A type has to stand in the feature that uses it. */
static void describe_all(void)
{
	describe("<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM "
		 "\"gdb-target.dtd\"><target><architecture>i386:x86-64"
		 "</architecture>");
	for (size_t i = 0; i < GDB_REGISTER_COUNT; i++) {
		if (registers_table[i].feature != NULL) {
			describe("%s<feature name=\"%s\">",
				 i > 0 ? "</feature>" : "",
				 registers_table[i].feature);
			describe_flags(i);
		}
		describe("<reg name=\"%s\" bitsize=\"%u\" type=\"%s\"/>",
			 registers_table[i].name, registers_table[i].bits,
			 registers_table[i].type);
	}
	describe("</feature></target>");
}

const char *gdb_registers_description(size_t *length)
{
	if (description_length == 0) {
		describe_all();
	}
	*length = description_length;
	return description;
}
