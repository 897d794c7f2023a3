#include "fuzz/fuzz_operands.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "fuzz/fuzz_cpu.h"
#include "fuzz/fuzz_ground.h"
#include "fuzz/fuzz_tables.h"
#include "lib/string.h"
#include "memory/physical.h"

#define DATA_SLOT  16
#define DATA_SLOTS 24 /* written for each attempt */

/* Where a PC has devices, or nothing, or where numbers come to an end. */
static const u64 addresses[] = {
	0xa0000,
	0xb8000,
	0xc0000,
	0xf0000,
	0xffff0,
	0xffffc,
	0x3ffffc,
	0x400000,
	0x2000000,
	0x1fffffc,
	0x10000000,
	0xc0000000,
	0xfec00000,
	0xfec00010,
	0xfed00000,
	0xfee00000,
	0xfee00300,
	0xffc00000,
	0xffdffffe,
	0xfffffff0,
	0xffffffff,
	0x100000000,
	0x7fffffff0000,
	0x800000000000,
	0xffff800000000000,
	0xffffffffffffffff,
};

static const u16 ports[] = {
	0x00,  0x20,  0x21,  0x40,  0x41,  0x42,  0x43,	 0x60,	0x61,
	0x70,  0x71,  0x80,  0xa0,  0xa1,  0x1f0, 0x1f7, 0x2f8, 0x3d4,
	0x3f8, 0x3f9, 0x3fa, 0x3fb, 0x3fc, 0x3fd, 0x3fe, 0x3ff, 0x4d0,
	0x4d1, 0x600, 0x602, 0x608, 0xcf8, 0xcfa, 0xcfc, 0xcff, 0xffff,
};

static const u32 msrs[] = {
	IA32_TIME_STAMP_COUNTER,
	IA32_PLATFORM_ID,
	IA32_APIC_BASE,
	IA32_FEATURE_CONTROL,
	IA32_TSC_ADJUST,
	IA32_BIOS_SIGN_ID,
	IA32_MTRRCAP,
	IA32_SYSENTER_CS,
	IA32_SYSENTER_ESP,
	IA32_SYSENTER_EIP,
	IA32_MCG_CAP,
	IA32_MCG_STATUS,
	IA32_MISC_ENABLE,
	IA32_DEBUGCTL,
	IA32_MTRR_PHYSBASE0,
	IA32_MTRR_PHYSMASK0,
	IA32_MTRR_FIX64K_00000,
	IA32_PAT,
	IA32_MTRR_DEF_TYPE,
	IA32_PERF_GLOBAL_CTRL,
	IA32_VMX_BASIC,
	IA32_VMX_EPT_VPID_CAP,
	IA32_TSC_DEADLINE,
	IA32_X2APIC_BASE,
	IA32_XSS,
	IA32_EFER,
	IA32_STAR,
	IA32_LSTAR,
	IA32_CSTAR,
	IA32_FMASK,
	IA32_FS_BASE,
	IA32_GS_BASE,
	IA32_KERNEL_GS_BASE,
	IA32_TSC_AUX,
	0x40000000,
	0xc0010000,
};

u64 fuzz_operands_register(struct fuzz_random *random, u64 origin)
{
	u64 kind = fuzz_random_below(random, 32);

	if (kind < 28) {
		return origin + FUZZ_DATA +
		       fuzz_random_below(random, DATA_SLOTS) * DATA_SLOT;
	}
	if (kind < 30) {
		return addresses[fuzz_random_below(random,
						   ARRAY_SIZE(addresses))] +
		       fuzz_random_below(random, 8) - 4;
	}
	return fuzz_random_value(random);
}

u16 fuzz_operands_port(struct fuzz_random *random)
{
	if (fuzz_random_once_in(random, 16)) {
		return (u16)fuzz_random_bits(random);
	}
	return ports[fuzz_random_below(random, ARRAY_SIZE(ports))];
}

u32 fuzz_operands_msr(struct fuzz_random *random)
{
	u32 msr = msrs[fuzz_random_below(random, ARRAY_SIZE(msrs))];

	if (fuzz_random_once_in(random, 8)) {
		return (u32)fuzz_random_value(random);
	}
	return fuzz_random_once_in(random, 4)
		       ? msr + (u32)fuzz_random_below(random, 32)
		       : msr;
}

u64 fuzz_operands_msr_value(struct fuzz_random *random, u32 msr)
{
	switch (msr) {
	case IA32_EFER:
		return fuzz_random_near(random, rdmsr(IA32_EFER));
	case IA32_APIC_BASE:
		return fuzz_random_near(random, 0xfee00900);
	case IA32_PAT:
		return fuzz_random_near(random, 0x0007040600070406);
	default:
		return fuzz_random_value(random);
	}
}

/*
 * Bits that leave the CPU in its mode: what else there is mostly ends the run,
 * so it is changed once in FATAL_ONCE_IN times only.
 */
#define CR0_MILD                                                        \
	(CR0_MP | CR0_EM | CR0_TS | CR0_ET | CR0_NE | CR0_WP | CR0_AM | \
	 CR0_NW | CR0_CD)
#define CR4_MILD      (~(CR4_PAE | CR4_PSE | CR4_LA57))
#define FATAL_ONCE_IN 16

u64 fuzz_operands_control(struct fuzz_random *random, unsigned int number,
			  u64 now)
{
	u64 change = BIT(fuzz_random_below(random, 32));
	bool fatal = fuzz_random_once_in(random, FATAL_ONCE_IN);

	change |= BIT(fuzz_random_below(random, 32));
	switch (number) {
	case 0:
		return now ^ (fatal ? change : change & CR0_MILD);
	case 3:
		return fatal ? fuzz_random_near(random, now)
			     : now ^ (change & (BIT(3) | BIT(4)));
	case 4:
		return now ^ (fatal ? change : change & CR4_MILD);
	default:
		return fuzz_random_value(random);
	}
}

u64 fuzz_operands_debug(struct fuzz_random *random, unsigned int number)
{
	switch (number) {
	case 6:
		return fuzz_random_near(random, 0xffff0ff0);
	case 7:
		return fuzz_random_near(random, 0x400);
	default:
		return fuzz_operands_register(random, 0);
	}
}

/* A pseudo-descriptor as LGDT or LIDT takes it. */
static void put_table(struct fuzz_random *random, u8 *slot,
		      struct descriptor_table table)
{
	if (fuzz_random_once_in(random, FATAL_ONCE_IN)) {
		table.limit = (u16)fuzz_random_value(random);
		table.base = fuzz_random_near(random, table.base);
	}
	memcpy(slot, &table, sizeof(table));
}

/* A far pointer, or the operand of INVEPT, INVPCID, XRSTOR. */
static void put_words(struct fuzz_random *random, u8 *slot)
{
	u64 words[2] = {fuzz_random_value(random), fuzz_random_value(random)};

	if (fuzz_random_once_in(random, 2)) {
		words[0] = (FUZZ_PLAYGROUND + FUZZ_CODE) |
			   fuzz_random_below(random, FUZZ_SELECTORS_END) << 32;
	}
	memcpy(slot, words, sizeof(words));
}

u64 fuzz_operands_table(bool idt, enum fuzz_mode mode)
{
	static const u64 idts[] = {
		[FUZZ_LONG] = FUZZ_DATA + DATA_SLOT,
		[FUZZ_LEGACY] = FUZZ_DATA + 2 * DATA_SLOT,
		[FUZZ_REAL] = FUZZ_REAL_IDT_POINTER,
	};

	return idt ? idts[mode] : FUZZ_DATA;
}

void fuzz_operands_write_data(struct fuzz_random *random)
{
	u8 *data = phys_to_virt(FUZZ_PLAYGROUND + FUZZ_DATA);

	for (u64 i = 0; i < DATA_SLOTS; i++) {
		put_words(random, data + i * DATA_SLOT);
	}
	put_table(random, data, fuzz_gdt_pointer);
	put_table(random, data + DATA_SLOT, fuzz_idt_long_pointer);
	put_table(random, data + 2 * DATA_SLOT, fuzz_idt_legacy_pointer);
}
