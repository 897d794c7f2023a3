#include "cpu/guest_msr.h"
#include "cpu/guest_mtrr.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "guest_events.h"
#include "vmcs.h"

/* IA32_APIC_BASE of a boot processor whose local APIC is off for good. */
#define APIC_BASE_DISABLED 0xfee00100ull
#define APIC_BASE_EN	   BIT(11)

/*
 * IA32_MISC_ENABLE: "fast strings"; no performance monitoring, BTS, PEBS, which
 * are bits that can only be read. Of the others two change what CPUID says.
 */
#define MISC_ENABLE_LIMIT_CPUID	   BIT(22)
#define MISC_ENABLE_DISABLE_NX	   BIT(34)
#define MISC_ENABLE_FAST_STRINGS   BIT(0)
#define MISC_ENABLE_WITHOUT_EFFECT (BIT(3) | BIT(16) | BIT(18) | BIT(23))
#define MISC_ENABLE_FIXED	   (BIT(11) | BIT(12))
#define MISC_ENABLE_READ_ONLY	   (MISC_ENABLE_FIXED | BIT(7))
#define MISC_ENABLE_WRITABLE                                  \
	(MISC_ENABLE_FAST_STRINGS | MISC_ENABLE_LIMIT_CPUID | \
	 MISC_ENABLE_DISABLE_NX | MISC_ENABLE_WITHOUT_EFFECT)
#define MISC_ENABLE_RESET (MISC_ENABLE_FIXED | MISC_ENABLE_FAST_STRINGS)

/* MSRs that only a guest uses, and that WRMSR checks by itself. */
static const u32 own_msrs[] = {
	IA32_EFER,	     IA32_PAT,	   IA32_SYSENTER_CS, IA32_SYSENTER_ESP,
	IA32_SYSENTER_EIP,   IA32_FS_BASE, IA32_GS_BASE,     IA32_STAR,
	IA32_KERNEL_GS_BASE, IA32_LSTAR,   IA32_CSTAR,	     IA32_FMASK,
};

static bool read_zero(void *cpu, u64 offset, unsigned int size, u64 *value)
{
	(void)cpu, (void)offset, (void)size;
	*value = 0;
	return true;
}

static bool write_refused(void *cpu, u64 offset, unsigned int size, u64 value)
{
	(void)cpu, (void)offset, (void)size, (void)value;
	return false;
}

static bool write_zero(void *cpu, u64 offset, unsigned int size, u64 value)
{
	(void)cpu, (void)offset, (void)size;
	return value == 0;
}

static bool write_ignored(void *cpu, u64 offset, unsigned int size, u64 value)
{
	(void)cpu, (void)offset, (void)size, (void)value;
	return true;
}

/* The guest reads its TSC itself, with the offset; a write exits. */
static bool read_tsc(void *cpu, u64 offset, unsigned int size, u64 *value)
{
	(void)cpu, (void)offset, (void)size;
	*value = guest_cpu_tsc();
	return true;
}

/* SDM: "IA32_TSC_ADJUST MSR": it moves along with what is written. */
static bool write_tsc(void *device, u64 offset, unsigned int size, u64 value)
{
	struct guest_cpu *cpu = device;
	u64 ticks = value - guest_cpu_tsc();

	(void)offset, (void)size;
	cpu->msr.tsc_adjust += ticks;
	guest_cpu_shift_tsc(ticks);
	return true;
}

static bool read_tsc_adjust(void *device, u64 offset, unsigned int size,
			    u64 *value)
{
	struct guest_cpu *cpu = device;

	(void)offset, (void)size;
	*value = cpu->msr.tsc_adjust;
	return true;
}

static bool write_tsc_adjust(void *device, u64 offset, unsigned int size,
			     u64 value)
{
	struct guest_cpu *cpu = device;

	(void)offset, (void)size;
	guest_cpu_shift_tsc(value - cpu->msr.tsc_adjust);
	cpu->msr.tsc_adjust = value;
	return true;
}

/* Off as by firmware: it does not come back before a reset. */
static bool read_apic_base(void *cpu, u64 offset, unsigned int size, u64 *value)
{
	(void)cpu, (void)offset, (void)size;
	*value = APIC_BASE_DISABLED;
	return true;
}

static bool write_apic_base(void *cpu, u64 offset, unsigned int size, u64 value)
{
	(void)cpu, (void)offset, (void)size;
	return (value & ~APIC_BASE_EN) == APIC_BASE_DISABLED;
}

static bool read_misc_enable(void *device, u64 offset, unsigned int size,
			     u64 *value)
{
	struct guest_cpu *cpu = device;

	(void)offset, (void)size;
	*value = cpu->msr.misc_enable;
	return true;
}

static bool write_misc_enable(void *device, u64 offset, unsigned int size,
			      u64 value)
{
	struct guest_cpu *cpu = device;

	(void)offset, (void)size;
	if ((value & ~(MISC_ENABLE_WRITABLE | MISC_ENABLE_READ_ONLY)) != 0) {
		return false;
	}
	cpu->msr.misc_enable =
		(value & MISC_ENABLE_WRITABLE) | MISC_ENABLE_FIXED;
	cpuid_table_limit(&cpu->cpuid, (value & MISC_ENABLE_LIMIT_CPUID) != 0);
	cpuid_table_hide_nx(&cpu->cpuid, (value & MISC_ENABLE_DISABLE_NX) != 0);
	return true;
}

static bool read_debugctl(void *cpu, u64 offset, unsigned int size, u64 *value)
{
	(void)cpu, (void)offset, (void)size;
	*value = vmcs_read(GUEST_IA32_DEBUGCTL);
	return true;
}

static bool write_debugctl(void *cpu, u64 offset, unsigned int size, u64 value)
{
	(void)cpu, (void)offset, (void)size;
	if ((value & ~(DEBUGCTL_LBR | DEBUGCTL_BTF)) != 0) {
		return false;
	}
	vmcs_write(GUEST_IA32_DEBUGCTL, value);
	return true;
}

static bool read_mcg_status(void *device, u64 offset, unsigned int size,
			    u64 *value)
{
	struct guest_cpu *cpu = device;

	(void)offset, (void)size;
	*value = cpu->msr.mcg_status;
	return true;
}

static bool write_mcg_status(void *device, u64 offset, unsigned int size,
			     u64 value)
{
	struct guest_cpu *cpu = device;

	(void)offset, (void)size;
	if (value > 7) {
		return false;
	}
	cpu->msr.mcg_status = value;
	return true;
}

#define MSR_OPS(reader, writer)                                      \
	&(const struct bus_ops)                                      \
	{                                                            \
		.read = (reader), .write = (writer), .access_max = 8 \
	}

struct emulated_msr {
	u32 first, last;
	const char *name;
	const struct bus_ops *ops;
};

/* It has no bits that a guest could set: see guest_xstate.h. */
static const struct emulated_msr xss = {IA32_XSS, IA32_XSS, "IA32_XSS",
					MSR_OPS(read_zero, write_zero)};

static const struct emulated_msr apic_base = {
	IA32_APIC_BASE, IA32_APIC_BASE, "IA32_APIC_BASE",
	MSR_OPS(read_apic_base, write_apic_base)};

/* IA32_MCG_CAP is 0: no bank of machine-check registers. */
static const struct emulated_msr emulated[] = {
	{0x0, 0x1, "IA32_P5_MC_ADDR, TYPE", MSR_OPS(read_zero, write_ignored)},
	{IA32_TIME_STAMP_COUNTER, IA32_TIME_STAMP_COUNTER, "IA32_TSC",
	 MSR_OPS(read_tsc, write_tsc)},
	{IA32_PLATFORM_ID, IA32_PLATFORM_ID, "IA32_PLATFORM_ID",
	 MSR_OPS(read_zero, write_refused)},
	{IA32_TSC_ADJUST, IA32_TSC_ADJUST, "IA32_TSC_ADJUST",
	 MSR_OPS(read_tsc_adjust, write_tsc_adjust)},
	{IA32_BIOS_UPDT_TRIG, IA32_BIOS_UPDT_TRIG, "IA32_BIOS_UPDT_TRIG",
	 MSR_OPS(read_zero, write_ignored)},
	{IA32_BIOS_SIGN_ID, IA32_BIOS_SIGN_ID, "IA32_BIOS_SIGN_ID",
	 MSR_OPS(read_zero, write_ignored)},
	{IA32_MCG_CAP, IA32_MCG_CAP, "IA32_MCG_CAP",
	 MSR_OPS(read_zero, write_refused)},
	{IA32_MCG_STATUS, IA32_MCG_STATUS, "IA32_MCG_STATUS",
	 MSR_OPS(read_mcg_status, write_mcg_status)},
	{IA32_MISC_ENABLE, IA32_MISC_ENABLE, "IA32_MISC_ENABLE",
	 MSR_OPS(read_misc_enable, write_misc_enable)},
	{IA32_DEBUGCTL, IA32_DEBUGCTL, "IA32_DEBUGCTL",
	 MSR_OPS(read_debugctl, write_debugctl)},
};

static void open_own_msrs(struct guest_cpu *cpu)
{
	struct intercept *intercept = &cpu->vcpu.intercept;
	u32 secondary = cpu->vcpu.vcpu.controls.secondary;

	for (size_t i = 0; i < ARRAY_SIZE(own_msrs); i++) {
		intercept_msr(intercept, own_msrs[i], false);
	}
	if ((secondary & SECONDARY_ENABLE_RDTSCP) != 0) {
		intercept_msr(intercept, IA32_TSC_AUX, false);
	}
}

static struct error add(struct guest_cpu *cpu, const struct emulated_msr *msr)
{
	return bus_add(&cpu->msrs, (struct bus_range){
					   .first = msr->first,
					   .last = msr->last,
					   .ops = msr->ops,
					   .device = cpu,
					   .name = msr->name,
				   });
}

struct error guest_msr_init(struct guest_cpu *cpu, bool local_apic)
{
	u32 secondary = cpu->vcpu.vcpu.controls.secondary;
	struct error error = local_apic ? SUCCESS : add(cpu, &apic_base);

	cpu->msr = (struct guest_msrs){.misc_enable = MISC_ENABLE_RESET};
	open_own_msrs(cpu);
	for (size_t i = 0; i < ARRAY_SIZE(emulated) && !failed(error); i++) {
		error = add(cpu, &emulated[i]);
	}
	if (!failed(error) &&
	    (secondary & SECONDARY_ENABLE_XSAVES_XRSTORS) != 0) {
		error = add(cpu, &xss);
	}
	if (!failed(error)) {
		error = guest_mtrr_init(cpu);
	}
	return error;
}

bool guest_msr_read_other(struct guest_cpu *cpu, u32 msr, u64 *value)
{
	const struct bus_range *range = bus_search(&cpu->msrs, msr);

	return range != NULL &&
	       range->ops->read(range->device, msr - range->first, 8, value);
}

bool guest_msr_write_other(struct guest_cpu *cpu, u32 msr, u64 value)
{
	const struct bus_range *range = bus_search(&cpu->msrs, msr);

	return range != NULL &&
	       range->ops->write(range->device, msr - range->first, 8, value);
}
