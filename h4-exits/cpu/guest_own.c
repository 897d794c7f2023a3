#include "cpu/guest_own.h"
#include "cpu/guest_xstate.h"
#include "cpu/msr.h"
#include "cpu/registers.h"

#define DR6_RESET   0xffff0ff0u
#define DR7_ENABLES 0xffu

/* What FXRSTOR and XRSTOR read. SDM: "XSAVE Area". */
static const struct {
	u16 fcw;
	u8 before[22];
	u32 mxcsr;
	u8 after[484];
	u64 xstate_bv; /* 0: every component gets its initial state */
	u64 header[7];
} __attribute__((aligned(64))) initial = {.fcw = 0x37f, .mxcsr = 0x1f80};

_Static_assert(offsetof(__typeof__(initial), mxcsr) == 24, "MXCSR");
_Static_assert(offsetof(__typeof__(initial), xstate_bv) == 512, "the header");

static void clear_extended_state(void)
{
	u64 cr4 = read_cr4();

	if (guest_xstate_offered(cpuid)) {
		xsetbv(0, guest_xstate_supported(cpuid));
		asm volatile("xrstor64 %0"
			     :
			     : "m"(initial), "a"(UINT32_MAX), "d"(UINT32_MAX));
		xsetbv(0, XCR0_X87);
		return;
	}
	write_cr4(cr4 | CR4_OSFXSR);
	asm volatile("fxrstor64 %0" : : "m"(initial));
	write_cr4(cr4);
}

static void clear_debug_registers(void)
{
	if ((read_dr7() & DR7_ENABLES) == 0) {
		write_dr0(0);
		write_dr1(0);
		write_dr2(0);
		write_dr3(0);
		write_dr6(DR6_RESET);
	}
}

void guest_own_reset(bool tsc_aux)
{
	static const u32 msrs[] = {
		IA32_STAR,  IA32_LSTAR,		 IA32_CSTAR,
		IA32_FMASK, IA32_KERNEL_GS_BASE,
	};

	for (size_t i = 0; i < ARRAY_SIZE(msrs); i++) {
		wrmsr(msrs[i], 0);
	}
	if (tsc_aux) {
		wrmsr(IA32_TSC_AUX, 0);
	}
	write_cr2(0);
	clear_debug_registers();
	clear_extended_state();
}
