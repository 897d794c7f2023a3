#include "cpu/guest_mtrr.h"
#include "cpu/msr.h"
#include "cpu/registers.h"

/* IA32_MTRRCAP: eight variable ranges, the fixed ones, write combining. */
#define MTRRCAP_VALUE (BIT(10) | BIT(8) | 8u)

/* IA32_MTRR_DEF_TYPE: type, fixed ranges on, all on. As firmware leaves it. */
#define DEF_TYPE_WRITABLE (BIT(11) | BIT(10) | 0xffu)
#define DEF_TYPE_RESET	  (BIT(11) | 6u)

#define PHYSBASE_RESERVED 0xf00ull
#define PHYSMASK_RESERVED 0x7ffull

/* The fixed ranges' numbers: 250H, 258H-259H, 268H-26FH. */
#define FIX16K_FIRST 0x258u
#define FIX4K_FIRST  0x268u

/* SDM: "Memory Types and Their Properties": UC, WC, WT, WP, WB. */
static bool is_type(u64 type)
{
	return type <= 6 && type != 2 && type != 3;
}

static u64 address_mask(const struct guest_cpu *cpu)
{
	return BIT(cpu->maxphyaddr) - 1;
}

static bool read_cap(void *device, u64 offset, unsigned int size, u64 *value)
{
	(void)device, (void)offset, (void)size;
	*value = MTRRCAP_VALUE;
	return true;
}

static bool write_cap(void *device, u64 offset, unsigned int size, u64 value)
{
	(void)device, (void)offset, (void)size, (void)value;
	return false;
}

static bool read_def_type(void *device, u64 offset, unsigned int size,
			  u64 *value)
{
	struct guest_cpu *cpu = device;

	(void)offset, (void)size;
	*value = cpu->msr.mtrr_def_type;
	return true;
}

static bool write_def_type(void *device, u64 offset, unsigned int size,
			   u64 value)
{
	struct guest_cpu *cpu = device;

	(void)offset, (void)size;
	if ((value & ~DEF_TYPE_WRITABLE) != 0 || !is_type(value & 0xff)) {
		return false;
	}
	cpu->msr.mtrr_def_type = value;
	return true;
}

static bool read_variable(void *device, u64 offset, unsigned int size,
			  u64 *value)
{
	struct guest_cpu *cpu = device;

	(void)size;
	*value = cpu->msr.mtrr_variable[offset];
	return true;
}

static bool write_variable(void *device, u64 offset, unsigned int size,
			   u64 value)
{
	struct guest_cpu *cpu = device;
	bool mask = offset % 2 == 1;
	u64 reserved = mask ? PHYSMASK_RESERVED : PHYSBASE_RESERVED;

	(void)size;
	if ((value & (reserved | ~address_mask(cpu))) != 0 ||
	    (!mask && !is_type(value & 0xff))) {
		return false;
	}
	cpu->msr.mtrr_variable[offset] = value;
	return true;
}

/* Offsets from 250H become 0, 1-2, 3-10. False: there is no such MSR. */
static bool fixed_index(u64 offset, unsigned int *index)
{
	u64 msr = IA32_MTRR_FIX64K_00000 + offset;

	if (msr == IA32_MTRR_FIX64K_00000) {
		*index = 0;
	} else if (msr >= FIX16K_FIRST && msr < FIX16K_FIRST + 2) {
		*index = (unsigned int)(msr - FIX16K_FIRST) + 1;
	} else if (msr >= FIX4K_FIRST && msr < FIX4K_FIRST + 8) {
		*index = (unsigned int)(msr - FIX4K_FIRST) + 3;
	} else {
		return false;
	}
	return true;
}

static bool read_fixed(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct guest_cpu *cpu = device;
	unsigned int index;

	(void)size;
	if (!fixed_index(offset, &index)) {
		return false;
	}
	*value = cpu->msr.mtrr_fixed[index];
	return true;
}

static bool write_fixed(void *device, u64 offset, unsigned int size, u64 value)
{
	struct guest_cpu *cpu = device;
	unsigned int index;

	(void)size;
	if (!fixed_index(offset, &index)) {
		return false;
	}
	for (unsigned int i = 0; i < 64; i += 8) {
		if (!is_type(value >> i & 0xff)) {
			return false;
		}
	}
	cpu->msr.mtrr_fixed[index] = value;
	return true;
}

static const struct bus_ops cap_ops = {read_cap, write_cap, 8};
static const struct bus_ops def_type_ops = {read_def_type, write_def_type, 8};
static const struct bus_ops variable_ops = {read_variable, write_variable, 8};
static const struct bus_ops fixed_ops = {read_fixed, write_fixed, 8};

struct error guest_mtrr_init(struct guest_cpu *cpu)
{
	const struct bus_range ranges[] = {
		{IA32_MTRRCAP, IA32_MTRRCAP, &cap_ops, cpu, "IA32_MTRRCAP"},
		{IA32_MTRR_PHYSBASE0,
		 IA32_MTRR_PHYSBASE0 + ARRAY_SIZE(cpu->msr.mtrr_variable) - 1,
		 &variable_ops, cpu, "IA32_MTRR_PHYSBASE, PHYSMASK"},
		{IA32_MTRR_FIX64K_00000, FIX4K_FIRST + 7, &fixed_ops, cpu,
		 "IA32_MTRR_FIX"},
		{IA32_MTRR_DEF_TYPE, IA32_MTRR_DEF_TYPE, &def_type_ops, cpu,
		 "IA32_MTRR_DEF_TYPE"},
	};
	struct error error = SUCCESS;

	cpu->msr.mtrr_def_type = DEF_TYPE_RESET;
	for (size_t i = 0; i < ARRAY_SIZE(ranges) && !failed(error); i++) {
		error = bus_add(&cpu->msrs, ranges[i]);
	}
	return error;
}
