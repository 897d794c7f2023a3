#include "check.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "firmware/debug_exit.h"

#define UPPER	       0xabcdef0100000000
#define XSAVE_SMALLEST 576

PROBE_CODE(execute_cpuid, "cpuid");
PROBE_CODE(execute_cpuid_32, ".code32\n\tcpuid");
PROBE_CODE(execute_cpuid_locked, ".byte 0xf0, 0x0f, 0xa2");

static u64 same(struct cpuid a, struct cpuid b)
{
	return a.eax == b.eax && a.ebx == b.ebx && a.ecx == b.ecx &&
	       a.edx == b.edx;
}

/* A bit that follows a bit of CR4, where the CPU has that one. */
static void check_follows(const char *name, u32 leaf, u64 ecx_bit, u64 cr4_bit)
{
	u64 cr4 = read_cr4();

	write_cr4(cr4 | cr4_bit);
	check(name, cpuid(leaf, 0).ecx & ecx_bit, ecx_bit);
	write_cr4(cr4 & ~cr4_bit);
	check(name, cpuid(leaf, 0).ecx & ecx_bit, 0);
	write_cr4(cr4);
}

static void check_ranges(void)
{
	u32 basic = cpuid(CPUID_VENDOR, 0).eax;
	u32 extended = cpuid(CPUID_EXTENDED_MAX, 0).eax;
	struct cpuid last = cpuid(basic, 0);

	check("CPUID above the basic leaves", same(cpuid(basic + 1, 0), last),
	      true);
	check("CPUID above the extended leaves",
	      same(cpuid(extended + 1, 0), last), true);
	check("CPUID of no range at all", same(cpuid(0xffffffff, 0), last),
	      true);
	check("CPUID has leaf 7", basic >= CPUID_EXTENDED_FEATURES, true);
}

static void check_xsave_sizes(void)
{
	u64 cr4 = read_cr4();
	u32 offered = cpuid(CPUID_XSAVE, 0).eax;

	if ((cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_XSAVE) == 0) {
		return;
	}
	check_follows("CPUID OSXSAVE", CPUID_FEATURES,
		      CPUID_FEATURES_ECX_OSXSAVE, CR4_OSXSAVE);
	write_cr4(cr4 | CR4_OSXSAVE);
	xsetbv(0, 1);
	check("CPUID's XSAVE area for x87", cpuid(CPUID_XSAVE, 0).ebx,
	      XSAVE_SMALLEST);
	if ((offered & 4) != 0) {
		struct cpuid avx = cpuid(CPUID_XSAVE, 2);

		xsetbv(0, 7);
		check("CPUID's XSAVE area for AVX", cpuid(CPUID_XSAVE, 0).ebx,
		      avx.eax + avx.ebx);
	}
	xsetbv(0, offered);
	check("CPUID's XSAVE area for all", cpuid(CPUID_XSAVE, 0).ebx,
	      cpuid(CPUID_XSAVE, 0).ecx);
	xsetbv(0, 1);
	write_cr4(cr4);
}

/* SYSCALL is there in 64-bit mode alone. */
static void check_modes(void)
{
	struct probe probe = {.state.rax = CPUID_EXTENDED};

	probe_run(&probe, execute_cpuid);
	check("CPUID SYSCALL in 64-bit mode", probe.state.rdx & BIT(11),
	      BIT(11));
	probe = (struct probe){.mode = PROBE_COMPATIBILITY,
			       .state.rax = CPUID_EXTENDED};
	probe_run(&probe, execute_cpuid_32);
	check("CPUID SYSCALL in compatibility mode", probe.state.rdx & BIT(11),
	      0);
}

static void check_own(void)
{
	struct cpuid signature = cpuid(CPUID_HYPERVISOR, 0);

	check("CPUID's hypervisor leaves", signature.eax,
	      CPUID_HYPERVISOR + 0x10);
	check("CPUID's signature", signature.ecx, DEBUG_EXIT_ECX);
	check("CPUID's TSC frequency",
	      cpuid(CPUID_HYPERVISOR + 0x10, 0).eax != 0, true);
	check("CPUID without VMX, MONITOR, x2APIC",
	      cpuid(CPUID_FEATURES, 0).ecx &
		      (CPUID_FEATURES_ECX_VMX | CPUID_FEATURES_ECX_MONITOR |
		       CPUID_FEATURES_ECX_X2APIC),
	      0);
	check("CPUID without a local APIC",
	      cpuid(CPUID_FEATURES, 0).edx & CPUID_FEATURES_EDX_APIC, 0);
}

void check_cpuid(void)
{
	struct probe probe = {.state = {.rax = UPPER,
					.rbx = UPPER,
					.rcx = UPPER,
					.rdx = UPPER,
					.rsi = UPPER}};

	check_end("CPUID", &probe, execute_cpuid, PROBE_DONE);
	check("CPUID clears upper halves",
	      (probe.state.rax | probe.state.rbx | probe.state.rcx |
	       probe.state.rdx) >>
		      32,
	      0);
	check("CPUID leaves RSI", probe.state.rsi, UPPER);
	probe = (struct probe){.mode = PROBE_USER};
	check_end("CPUID at CPL 3", &probe, execute_cpuid, PROBE_DONE);
	probe = (struct probe){.mode = PROBE_KERNEL};
	check_end("CPUID with LOCK", &probe, execute_cpuid_locked,
		  VECTOR_INVALID_OPCODE);
	check_ranges();
	check_xsave_sizes();
	if ((cpuid(CPUID_EXTENDED_FEATURES, 0).ecx &
	     CPUID_EXTENDED_FEATURES_ECX_PKU) != 0) {
		check_follows("CPUID OSPKE", CPUID_EXTENDED_FEATURES,
			      CPUID_EXTENDED_FEATURES_ECX_OSPKE, CR4_PKE);
	}
	check_modes();
	if (check_under_h4()) {
		check_own();
	}
}
