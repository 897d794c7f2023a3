#include "check.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"

#define UNKNOWN_MSR    0x3fff /* no CPU has it; the MSR bitmaps neither */
#define UNKNOWN_IN_MAP 0x1ffe
#define NOT_CANONICAL  0x8000000000000000
#define IA32_MTRR_NONE 0x251 /* between two fixed ranges */
#define APIC_BASE_OFF  0xfee00100
#define PAT_VALUE      0x0007040600070406

PROBE_CODE(execute_rdmsr, "rdmsr");
PROBE_CODE(execute_wrmsr, "wrmsr");
PROBE_CODE(execute_rdtscp, "rdtscp");

static struct probe with(u32 msr, u64 value)
{
	return (struct probe){.state = {.rcx = msr | 0x1234ull << 32,
					.rax = (u32)value | 0x5678ull << 32,
					.rdx = value >> 32 | 0x9abcull << 32}};
}

static void check_no_read(const char *name, u32 msr)
{
	struct probe probe = with(msr, 0x1111111122222222);

	check_refused(name, &probe, execute_rdmsr);
}

static void check_no_write(const char *name, u32 msr, u64 value)
{
	struct probe probe = with(msr, value);

	check_refused(name, &probe, execute_wrmsr);
}

/* Writes the value, finds it there, and puts back what there was. */
static void check_keeps(const char *name, u32 msr, u64 value)
{
	u64 before = rdmsr(msr);
	struct probe probe = with(msr, value);

	check_end(name, &probe, execute_wrmsr, PROBE_DONE);
	probe = with(msr, 0);
	probe_run(&probe, execute_rdmsr);
	check(name, probe.state.rdx << 32 | probe.state.rax, value);
	wrmsr(msr, before);
}

/* The bare machine may have bits of it, or it without XSAVES. */
static void check_xss(void)
{
	if ((cpuid(CPUID_XSAVE, 1).eax & CPUID_XSAVE_EAX_XSAVES) != 0) {
		check_keeps("IA32_XSS", IA32_XSS, 0);
		check_no_write("IA32_XSS, of XCR0", IA32_XSS, BIT(1));
		check_no_write("IA32_XSS, bit 63", IA32_XSS, BIT(63));
		if (check_under_h4()) {
			check_no_write("IA32_XSS, PT", IA32_XSS, BIT(8));
			check_no_write("IA32_XSS, CET", IA32_XSS,
				       BIT(11) | BIT(12));
		}
	} else if (check_under_h4()) {
		check_no_read("IA32_XSS", IA32_XSS);
		check_no_write("IA32_XSS = 0", IA32_XSS, 0);
	}
}

static void check_unknown(void)
{
	struct probe probe = with(IA32_EFER, 0);

	check_no_read("RDMSR of no MSR", UNKNOWN_MSR);
	check_no_read("RDMSR of no MSR below 2000H", UNKNOWN_IN_MAP);
	check_no_write("WRMSR to no MSR", UNKNOWN_MSR, 0);
	check_no_read("RDMSR between MTRRs", IA32_MTRR_NONE);
	probe.mode = PROBE_USER;
	check_refused("RDMSR at CPL 3", &probe, execute_rdmsr);
	probe = with(IA32_EFER, 0);
	probe.mode = PROBE_USER;
	check_refused("WRMSR at CPL 3", &probe, execute_wrmsr);
}

static void check_system_calls(void)
{
	check_keeps("IA32_STAR", IA32_STAR, 0x0011223344556677);
	check_keeps("IA32_LSTAR", IA32_LSTAR, 0xffff800012345678);
	check_keeps("IA32_CSTAR", IA32_CSTAR, 0x123456789);
	check_keeps("IA32_FMASK", IA32_FMASK, 0x47700);
	check_keeps("IA32_SYSENTER_CS", IA32_SYSENTER_CS, 8);
	check_keeps("IA32_SYSENTER_ESP", IA32_SYSENTER_ESP, 0x112233445566);
	check_keeps("IA32_SYSENTER_EIP", IA32_SYSENTER_EIP, 0x665544332211);
	check_keeps("IA32_FS_BASE", IA32_FS_BASE, 0x7f0012345000);
	check_keeps("IA32_GS_BASE", IA32_GS_BASE, 0xffffa00012345000);
	check_keeps("IA32_KERNEL_GS_BASE", IA32_KERNEL_GS_BASE, 0x12345000);
	check_no_write("IA32_FS_BASE, not canonical", IA32_FS_BASE,
		       NOT_CANONICAL);
	check_no_write("IA32_LSTAR, not canonical", IA32_LSTAR, NOT_CANONICAL);
	check_no_write("IA32_SYSENTER_EIP, not canonical", IA32_SYSENTER_EIP,
		       NOT_CANONICAL);
}

static void check_efer_and_pat(void)
{
	u64 efer = rdmsr(IA32_EFER);

	check("IA32_EFER in 64-bit mode", efer & (EFER_LME | EFER_LMA),
	      EFER_LME | EFER_LMA);
	check_keeps("IA32_EFER.SCE", IA32_EFER, efer ^ EFER_SCE);
	check_no_write("IA32_EFER's reserved bits", IA32_EFER, efer | BIT(1));
	check_no_write("IA32_EFER.LME with paging", IA32_EFER,
		       efer & ~EFER_LME);
	check_keeps("IA32_PAT", IA32_PAT, PAT_VALUE ^ 0x0100);
	check_no_write("IA32_PAT's reserved types", IA32_PAT, PAT_VALUE ^ 4);
	check_no_write("IA32_PAT's reserved bits", IA32_PAT, PAT_VALUE | 0x80);
}

static void check_mtrrs(void)
{
	u64 def_type = rdmsr(IA32_MTRR_DEF_TYPE);

	check_no_write("IA32_MTRRCAP is to be read", IA32_MTRRCAP, 0);
	check_keeps("IA32_MTRR_DEF_TYPE", IA32_MTRR_DEF_TYPE, 0xc06);
	check_no_write("IA32_MTRR_DEF_TYPE, type 2", IA32_MTRR_DEF_TYPE, 2);
	check_no_write("IA32_MTRR_DEF_TYPE, bit 9", IA32_MTRR_DEF_TYPE,
		       def_type | BIT(9));
	check_keeps("IA32_MTRR_PHYSBASE0", IA32_MTRR_PHYSBASE0, 0xe0000001);
	check_keeps("IA32_MTRR_PHYSMASK0", IA32_MTRR_PHYSMASK0, 0xf0000000);
	check_no_write("IA32_MTRR_PHYSBASE0, type 3", IA32_MTRR_PHYSBASE0, 3);
	check_no_write("IA32_MTRR_PHYSMASK0, bit 10", IA32_MTRR_PHYSMASK0,
		       BIT(10));
	check_no_write("IA32_MTRR_PHYSMASK0, bit 63", IA32_MTRR_PHYSMASK0,
		       BIT(63));
	check_keeps("IA32_MTRR_FIX64K_00000", IA32_MTRR_FIX64K_00000,
		    0x0001040506060606);
	check_no_write("IA32_MTRR_FIX64K_00000, type 2", IA32_MTRR_FIX64K_00000,
		       0x0606060602060606);
}

/* What TSC_ADJUST tells and the TSC shows move together. */
static void check_time(void)
{
	const u64 far = BIT(40);
	u64 before, adjust;

	wrmsr(IA32_TIME_STAMP_COUNTER, far);
	before = rdtsc();
	check("IA32_TSC is what was written", before - far < BIT(24), true);
	check("RDMSR of IA32_TSC",
	      rdmsr(IA32_TIME_STAMP_COUNTER) - before < BIT(24), true);
	if ((cpuid(CPUID_EXTENDED_FEATURES, 0).ebx & BIT(1)) == 0) {
		return;
	}
	adjust = rdmsr(IA32_TSC_ADJUST);
	before = rdtsc();
	wrmsr(IA32_TSC_ADJUST, adjust + far);
	check("IA32_TSC_ADJUST moves the TSC", rdtsc() - before - far < BIT(24),
	      true);
	check("IA32_TSC_ADJUST", rdmsr(IA32_TSC_ADJUST), adjust + far);
	before = rdtsc();
	wrmsr(IA32_TIME_STAMP_COUNTER, before + far);
	check("IA32_TSC moves IA32_TSC_ADJUST",
	      rdmsr(IA32_TSC_ADJUST) - adjust - 2 * far + BIT(23) < BIT(24),
	      true);
	wrmsr(IA32_TSC_ADJUST, 0);
}

static void check_tsc_aux(void)
{
	struct probe probe = {
		.state = {.rax = ~0ull, .rcx = ~0ull, .rdx = ~0ull}};

	if ((cpuid(CPUID_EXTENDED, 0).edx & CPUID_EXTENDED_EDX_RDTSCP) == 0) {
		check_end("RDTSCP", &probe, execute_rdtscp,
			  VECTOR_INVALID_OPCODE);
		return;
	}
	check_keeps("IA32_TSC_AUX", IA32_TSC_AUX, 0x12345678);
	wrmsr(IA32_TSC_AUX, 0x87654321);
	probe_run(&probe, execute_rdtscp);
	check("RDTSCP's RCX", probe.state.rcx, 0x87654321);
	check("RDTSCP clears upper halves",
	      (probe.state.rax | probe.state.rdx) >> 32, 0);
}

#define MISC_ENABLE	   0x1801
#define MISC_ENABLE_OF_ALL (MISC_ENABLE | 0x400c50008)
#define LIMIT_CPUID	   BIT(22)
#define DISABLE_NX	   BIT(34)

static u64 nx_in_cpuid(void)
{
	return cpuid(CPUID_EXTENDED, 0).edx & CPUID_EXTENDED_EDX_NX;
}

static void check_misc_enable(void)
{
	u32 highest = cpuid(CPUID_VENDOR, 0).eax;

	check("IA32_MISC_ENABLE", rdmsr(IA32_MISC_ENABLE), MISC_ENABLE);
	check_keeps("IA32_MISC_ENABLE, all bits", IA32_MISC_ENABLE,
		    MISC_ENABLE_OF_ALL);
	check_no_write("IA32_MISC_ENABLE, bit 1", IA32_MISC_ENABLE,
		       MISC_ENABLE | BIT(1));
	wrmsr(IA32_MISC_ENABLE, BIT(7));
	check("IA32_MISC_ENABLE, to be read", rdmsr(IA32_MISC_ENABLE),
	      MISC_ENABLE & ~1u);
	wrmsr(IA32_MISC_ENABLE, MISC_ENABLE | LIMIT_CPUID | DISABLE_NX);
	check("CPUID's limit", cpuid(CPUID_VENDOR, 0).eax, 2);
	check("NX is hidden", nx_in_cpuid(), 0);
	wrmsr(IA32_MISC_ENABLE, MISC_ENABLE);
	check("no limit", cpuid(CPUID_VENDOR, 0).eax, highest);
	check("NX is there again", nx_in_cpuid(), CPUID_EXTENDED_EDX_NX);
}

/* What h4 offers where the bare machine has something else, or nothing. */
static void check_own(void)
{
	check("IA32_APIC_BASE, off", rdmsr(IA32_APIC_BASE), APIC_BASE_OFF);
	check_no_write("IA32_APIC_BASE elsewhere", IA32_APIC_BASE, 0xfec00000);
	check_misc_enable();
	check("IA32_MCG_CAP", rdmsr(IA32_MCG_CAP), 0);
	check_no_write("IA32_MCG_CAP is to be read", IA32_MCG_CAP, 0);
	check_keeps("IA32_MCG_STATUS", IA32_MCG_STATUS, 4);
	check_no_write("IA32_MCG_STATUS, bit 3", IA32_MCG_STATUS, 8);
	check_keeps("IA32_DEBUGCTL.BTF", IA32_DEBUGCTL, 2);
	check_no_write("IA32_DEBUGCTL, bit 2", IA32_DEBUGCTL, 4);
	check("IA32_PLATFORM_ID", rdmsr(IA32_PLATFORM_ID), 0);
	check_no_read("IA32_FEATURE_CONTROL", IA32_FEATURE_CONTROL);
	check_no_read("IA32_VMX_BASIC", IA32_VMX_BASIC);
}

void check_msrs(void)
{
	check_unknown();
	check_system_calls();
	check_efer_and_pat();
	check_mtrrs();
	check_time();
	check_tsc_aux();
	check_xss();
	if (check_under_h4()) {
		check_own();
	}
}
