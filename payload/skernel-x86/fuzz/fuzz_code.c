#include "fuzz/fuzz_code.h"
#include "fuzz/fuzz_ground.h"
#include "fuzz/fuzz_operands.h"

#define PREFIXES_MAX 15 /* one more and no instruction is short enough */

static const u8 prefixes[] = {0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x2e,
			      0x36, 0x3e, 0x26, 0x64, 0x65};

/* Opcodes behind 0F, with a ModR/M byte behind them; 01 stands apart. */
static const u8 system_opcodes[] = {
	0x00, /* SLDT, STR, LLDT, LTR, VERR, VERW */
	0x02, /* LAR */
	0x03, /* LSL */
	0xae, /* FXSAVE, XSAVE, LDMXCSR, CLFLUSH */
	0xb2, /* LSS */
	0xb4, /* LFS */
	0xc7, /* CMPXCHG8B, VMPTRLD, XSAVES, RDRAND */
	0x78, /* VMREAD */
	0x79, /* VMWRITE */
};

/* Opcodes behind 0F that stand alone. */
static const u8 lone_opcodes[] = {
	0x05, /* SYSCALL */
	0x06, /* CLTS */
	0x07, /* SYSRET */
	0x08, /* INVD */
	0x09, /* WBINVD */
	0x0b, /* UD2 */
	0x31, /* RDTSC */
	0x33, /* RDPMC */
	0x34, /* SYSENTER */
	0x35, /* SYSEXIT */
	0x37, /* GETSEC */
	0xa2, /* CPUID */
	0xaa, /* RSM */
};

/* One-byte opcodes that change the flow, flags or segments. */
static const u8 flow_opcodes[] = {
	0x07, 0x17, 0x1f, 0x9c, 0x9d, 0xc2, 0xca, 0xcb, 0xcc, 0xcd, 0xce,
	0xcf, 0xe2, 0xea, 0x9a, 0xf1, 0xf4, 0xfa, 0xfb, 0xfc, 0xfd, 0x90,
};

/* And those that access memory, with a ModR/M byte. */
static const u8 memory_opcodes[] = {
	0x00, 0x01, 0x03, 0x08, 0x21, 0x2b, 0x31, 0x39, 0x62, 0x63, 0x69,
	0x6b, 0x80, 0x81, 0x83, 0x84, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b,
	0x8c, 0x8e, 0x8f, 0xc0, 0xc1, 0xc4, 0xc5, 0xc6, 0xc7, 0xd1, 0xd3,
	0xd8, 0xd9, 0xdb, 0xdd, 0xdf, 0xf6, 0xf7, 0xfe, 0xff,
};

/* The same behind 0F. */
static const u8 more_memory_opcodes[] = {
	0x10, 0x11, 0x18, 0x28, 0x29, 0x40, 0x6f, 0x7f, 0x94, 0xa3,
	0xa4, 0xab, 0xb0, 0xb1, 0xb3, 0xb6, 0xb7, 0xba, 0xbb, 0xbc,
	0xbe, 0xbf, 0xc0, 0xc1, 0xc3, 0xc8, 0xd6, 0xe7, 0xf0,
};

/* Those without: MOV with an offset, and strings. */
static const u8 string_opcodes[] = {
	0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xac,
	0xad, 0xae, 0xaf, 0x6c, 0x6d, 0x6e, 0x6f, 0x6c, 0x6d, 0x6e, 0x6f,
};

static void put(struct fuzz_code *code, u64 byte)
{
	*code->bytes++ = (u8)byte;
}

static void put_random(struct fuzz_random *random, struct fuzz_code *code,
		       u64 count)
{
	for (u64 i = 0; i < count; i++) {
		put(code, fuzz_random_bits(random));
	}
}

static u8 one_of(struct fuzz_random *random, const u8 *table, size_t count)
{
	return table[fuzz_random_below(random, count)];
}

#define ONE_OF(random, table) one_of(random, table, ARRAY_SIZE(table))

static void put_prefixes(struct fuzz_random *random, struct fuzz_code *code)
{
	for (int i = 0; i < PREFIXES_MAX && fuzz_random_once_in(random, 4);
	     i++) {
		put(code, ONE_OF(random, prefixes));
	}
	if (code->bits == 64 && fuzz_random_once_in(random, 3)) {
		put(code, 0x40 | fuzz_random_below(random, 16));
	}
}

#define MOD(modrm) ((modrm) >> 6)
#define RM(modrm)  ((modrm)&7)

/*
 * A long displacement leads mostly to where nothing is, and the run is soon
 * over: so most of them are small. For whatever else the instruction wants,
 * something is at hand.
 */
static void put_modrm(struct fuzz_random *random, struct fuzz_code *code)
{
	u8 modrm = (u8)fuzz_random_bits(random);

	put(code, modrm);
	if (fuzz_random_once_in(random, 16)) {
		put_random(random, code, fuzz_random_below(random, 6));
	} else if (MOD(modrm) == 2 || (MOD(modrm) == 0 && RM(modrm) == 5)) {
		/* Perhaps a SIB byte, the lowest byte, and the others. */
		put_random(random, code, RM(modrm) == 4 ? 2 : 1);
		for (unsigned int i = 1; i < (code->bits == 16 ? 2 : 4); i++) {
			put(code, 0);
		}
	}
}

/* MOV to and from control registers and debug registers. */
static void add_control(struct fuzz_random *random, struct fuzz_cpu *cpu,
			struct fuzz_code *code)
{
	static const u8 numbers[] = {0, 0, 3, 4, 4, 8, 2, 1};
	bool debug = fuzz_random_once_in(random, 3);
	unsigned int number = debug ? (unsigned int)fuzz_random_below(random, 8)
				    : ONE_OF(random, numbers);
	unsigned int gpr = (unsigned int)fuzz_random_below(random, 4);
	u64 now = number == 0 ? cpu->cr0 : number == 3 ? cpu->cr3 : cpu->cr4;

	cpu->gpr[gpr] = debug ? fuzz_operands_debug(random, number)
			      : fuzz_operands_control(random, number, now);
	if (number == 8 && code->bits == 64) {
		put(code, 0x44);
	}
	put(code, 0x0f);
	put(code, (debug ? 0x21 : 0x20) + 2 * fuzz_random_below(random, 2));
	put(code, 0xc0 | (number & 7) << 3 | gpr);
}

static void add_msr(struct fuzz_random *random, struct fuzz_cpu *cpu,
		    struct fuzz_code *code)
{
	u32 msr = fuzz_operands_msr(random);
	u64 value = fuzz_operands_msr_value(random, msr);

	cpu->gpr[FUZZ_RCX] = msr;
	cpu->gpr[FUZZ_RAX] = (u32)value;
	cpu->gpr[FUZZ_RDX] = value >> 32;
	put(code, 0x0f);
	put(code, fuzz_random_once_in(random, 2) ? 0x30 : 0x32);
}

static void add_port(struct fuzz_random *random, struct fuzz_cpu *cpu,
		     struct fuzz_code *code)
{
	u16 port = fuzz_operands_port(random);
	u64 wide = fuzz_random_below(random, 2);
	u64 out = fuzz_random_below(random, 2) * 2;

	put_prefixes(random, code);
	cpu->gpr[FUZZ_RDX] = port;
	if (port < 0x100 && fuzz_random_once_in(random, 2)) {
		put(code, 0xe4 | out | wide);
		put(code, port);
		return;
	}
	put(code, (fuzz_random_once_in(random, 3) ? 0x6c : 0xec) | out | wide);
	if (fuzz_random_once_in(random, 2)) {
		cpu->gpr[FUZZ_RCX] = fuzz_random_below(random, 64);
	}
}

/* LGDT and LIDT, from EDI or BX: with any table, the run would soon be over. */
static void add_table(struct fuzz_random *random, struct fuzz_cpu *cpu,
		      struct fuzz_code *code)
{
	bool idt = fuzz_random_once_in(random, 2);
	u64 origin = code->bits == 16 ? 0 : FUZZ_PLAYGROUND;
	u64 table = origin + fuzz_operands_table(idt, cpu->mode);

	cpu->gpr[FUZZ_RDI] = table;
	cpu->gpr[FUZZ_RBX] = table;
	put(code, 0x0f);
	put(code, 0x01);
	put(code, idt ? 0x1f : 0x17);
}

#define LGDT_OR_LIDT(modrm) ((modrm) < 0xc0 && ((modrm)&0x30) == 0x10)

/*
 * 0F 01: SGDT, SIDT, SMSW, LMSW, INVLPG, VMCALL and the like, XSETBV, SWAPGS.
 * LGDT and LIDT seldom get through here; add_table() has them.
 */
static void put_group_7(struct fuzz_random *random, struct fuzz_code *code)
{
	u8 modrm = (u8)fuzz_random_bits(random);

	if (LGDT_OR_LIDT(modrm) && !fuzz_random_once_in(random, 16)) {
		modrm |= 0xc0;
	}
	put(code, 0x01);
	put(code, modrm);
}

static void add_system(struct fuzz_random *random, struct fuzz_cpu *cpu,
		       struct fuzz_code *code)
{
	if (fuzz_random_once_in(random, 8)) {
		add_table(random, cpu, code);
		return;
	}
	put_prefixes(random, code);
	put(code, 0x0f);
	switch (fuzz_random_below(random, 8)) {
	case 0:
	case 1:
		put(code, ONE_OF(random, lone_opcodes));
		break;
	case 2: /* INVEPT, INVVPID, INVPCID, MOVBE */
		put(code, 0x38);
		put(code, fuzz_random_once_in(random, 3) ? 0xf0 : 0x80);
		code->bytes[-1] |= fuzz_random_below(random, 4) & 3;
		put_modrm(random, code);
		break;
	case 3:
	case 4:
		put_group_7(random, code);
		break;
	default:
		put(code, ONE_OF(random, system_opcodes));
		put_modrm(random, code);
	}
}

static void add_memory(struct fuzz_random *random, struct fuzz_cpu *cpu,
		       struct fuzz_code *code)
{
	if (fuzz_random_once_in(random, 2)) {
		cpu->gpr[FUZZ_RCX] = fuzz_random_below(random, 64);
	}
	put_prefixes(random, code);
	switch (fuzz_random_below(random, 4)) {
	case 0:
		put(code, ONE_OF(random, string_opcodes));
		break;
	case 1:
		put(code, 0x0f);
		put(code, ONE_OF(random, more_memory_opcodes));
		put_modrm(random, code);
		break;
	default:
		put(code, ONE_OF(random, memory_opcodes));
		put_modrm(random, code);
	}
}

void fuzz_code_add(struct fuzz_random *random, struct fuzz_cpu *cpu,
		   struct fuzz_code *code)
{
	switch (fuzz_random_below(random, 16)) {
	case 0:
	case 1:
	case 2:
		add_control(random, cpu, code);
		break;
	case 3:
	case 4:
		add_msr(random, cpu, code);
		break;
	case 5:
	case 6:
	case 7:
		add_port(random, cpu, code);
		break;
	case 8:
	case 9:
	case 10:
		add_system(random, cpu, code);
		break;
	case 11:
		put_prefixes(random, code);
		put(code, ONE_OF(random, flow_opcodes));
		put_random(random, code, fuzz_random_below(random, 8));
		break;
	case 12:
		put_random(random, code, 1 + fuzz_random_below(random, 15));
		break;
	default:
		add_memory(random, cpu, code);
	}
}
