#include "fuzz/fuzz_attempt.h"
#include "cpu/registers.h"
#include "fuzz/fuzz_code.h"
#include "fuzz/fuzz_ground.h"
#include "fuzz/fuzz_operands.h"
#include "fuzz/fuzz_tables.h"
#include "lib/string.h"
#include "memory/physical.h"

#define INT3	     0xcc
#define CODE_OFFSETS (FUZZ_CODE_SIZE - 4 * FUZZ_CODE_MAX)
#define INSTRUCTIONS 3

enum paging {
	NO_PAGING,
	PAGING_32,
	PAGING_PAE,
};

/* A mode: CS and the other segments, 0 where they are those of real mode. */
static const struct mode {
	enum fuzz_mode mode;
	unsigned int bits; /* of an instruction's operands */
	u16 cs, ds;
	enum paging paging;
	bool virtual_8086;
} modes[] = {
	/* 64-bit mode, more often than others */
	{FUZZ_LONG, 64, FUZZ_CODE64, FUZZ_DATA32, PAGING_PAE, false},
	{FUZZ_LONG, 64, FUZZ_CODE64, FUZZ_DATA32, PAGING_PAE, false},
	{FUZZ_LONG, 64, FUZZ_USER_CODE64, FUZZ_USER_DATA32, PAGING_PAE, false},
	/* compatibility mode */
	{FUZZ_LONG, 32, FUZZ_CODE32, FUZZ_DATA32, PAGING_PAE, false},
	{FUZZ_LONG, 32, FUZZ_USER_CODE32, FUZZ_USER_DATA32, PAGING_PAE, false},
	{FUZZ_LONG, 16, FUZZ_CODE16, FUZZ_DATA16, PAGING_PAE, false},
	{FUZZ_LONG, 16, FUZZ_USER_CODE16, FUZZ_USER_DATA16, PAGING_PAE, false},
	/* protected mode */
	{FUZZ_LEGACY, 32, FUZZ_CODE32, FUZZ_DATA32, NO_PAGING, false},
	{FUZZ_LEGACY, 32, FUZZ_CODE32, FUZZ_DATA32, PAGING_32, false},
	{FUZZ_LEGACY, 32, FUZZ_CODE32, FUZZ_DATA32, PAGING_PAE, false},
	{FUZZ_LEGACY, 32, FUZZ_USER_CODE32, FUZZ_USER_DATA32, PAGING_PAE,
	 false},
	{FUZZ_LEGACY, 32, FUZZ_USER_CODE32, FUZZ_USER_DATA32, NO_PAGING, false},
	{FUZZ_LEGACY, 16, FUZZ_CODE16, FUZZ_DATA16, NO_PAGING, false},
	/* virtual-8086 mode and real mode */
	{FUZZ_LEGACY, 16, 0, 0, NO_PAGING, true},
	{FUZZ_LEGACY, 16, 0, 0, PAGING_PAE, true},
	{FUZZ_REAL, 16, 0, 0, NO_PAGING, false},
	{FUZZ_REAL, 16, 0, 0, NO_PAGING, false},
};

static u64 flags_for(struct fuzz_random *random, const struct mode *mode)
{
	u64 flags = RFLAGS_FIXED | RFLAGS_IF;

	if (fuzz_random_once_in(random, 4)) {
		flags |= fuzz_random_bits(random) &
			 (RFLAGS_CF | RFLAGS_ZF | RFLAGS_DF | RFLAGS_IOPL_MASK |
			  RFLAGS_AC | RFLAGS_ID);
	}
	if (fuzz_random_once_in(random, 16)) {
		flags ^= fuzz_random_bits(random) &
			 (RFLAGS_TF | RFLAGS_IF | RFLAGS_NT | RFLAGS_RF);
	}
	if (mode->virtual_8086) {
		/* Without IOPL 3 nearly all that is of interest is a #GP. */
		flags |= RFLAGS_VM | RFLAGS_IOPL_MASK;
	}
	return flags;
}

static void set_segments(struct fuzz_cpu *cpu, const struct mode *mode)
{
	u64 paragraph = FUZZ_PLAYGROUND >> 4;

	cpu->cs = mode->cs != 0 ? mode->cs : paragraph;
	cpu->ss = mode->ds != 0 ? mode->ds : paragraph;
	cpu->ds = cpu->ss;
	cpu->es = cpu->ss;
	cpu->fs = cpu->ss;
	cpu->gs = cpu->ss;
}

static void set_control_registers(struct fuzz_cpu *cpu, const struct mode *mode,
				  u64 cr0, u64 cr4)
{
	cpu->cr0 = (cr0 & ~CR0_PG) | CR0_PE;
	cpu->cr4 = (cr4 & ~CR4_PAE) | CR4_PSE | CR4_OSFXSR | CR4_OSXMMEXCPT;
	cpu->cr3 = fuzz_tables_cr3_32();
	if (mode->paging != NO_PAGING) {
		cpu->cr0 |= CR0_PG;
	}
	if (mode->paging == PAGING_PAE) {
		cpu->cr4 |= CR4_PAE;
		cpu->cr3 = mode->mode == FUZZ_LONG ? fuzz_tables_cr3_long()
						   : fuzz_tables_cr3_pae();
	}
}

static void write_code(struct fuzz_random *random, struct fuzz_cpu *cpu,
		       unsigned int bits, u64 origin)
{
	u8 *area = phys_to_virt(FUZZ_PLAYGROUND + FUZZ_CODE);
	u64 at = fuzz_random_below(random, CODE_OFFSETS);
	u64 instructions = 1 + fuzz_random_below(random, INSTRUCTIONS);
	struct fuzz_code code = {.bytes = area + at, .bits = bits};

	memset(area, INT3, FUZZ_CODE_SIZE);
	for (u64 i = 0; i < instructions; i++) {
		fuzz_code_add(random, cpu, &code);
	}
	cpu->rip = origin + FUZZ_CODE + at;
}

void fuzz_attempt_make(struct fuzz_random *random, struct fuzz_cpu *cpu,
		       u64 cr0, u64 cr4)
{
	const struct mode *mode =
		&modes[fuzz_random_below(random, ARRAY_SIZE(modes))];
	u64 origin = mode->bits == 16 ? 0 : FUZZ_PLAYGROUND;

	*cpu = (struct fuzz_cpu){
		.mode = mode->mode,
		.rflags = flags_for(random, mode),
		.rsp = origin + FUZZ_STACK_TOP,
	};
	set_segments(cpu, mode);
	set_control_registers(cpu, mode, cr0, cr4);
	fuzz_operands_write_data(random);
	for (int i = 0; i < FUZZ_GPRS; i++) {
		cpu->gpr[i] = fuzz_operands_register(random, origin);
	}
	write_code(random, cpu, mode->bits, origin);
	if (fuzz_random_once_in(random, 32)) {
		cpu->rip = fuzz_operands_register(random, origin);
	}
	if (mode->mode == FUZZ_REAL) {
		cpu->rip &= UINT16_MAX;
		fuzz_ground_set_real_cpu(cpu);
	}
}
