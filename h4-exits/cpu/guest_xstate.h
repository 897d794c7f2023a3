#pragma once
/*
 * The guest's extended state: XCR0, and what CPUID says of it.
 *
 * SDM: "Managing State Using the XSAVE Feature Set". The hypervisor is
 * compiled without FPU, SSE and AVX instructions, so the guest's registers of
 * this kind simply stay in the CPU while the hypervisor runs, and so does its
 * XCR0. IA32_XSS is 0 for host and guest: what can be enabled there belongs to
 * features that guests do not have (PT, CET, HDC, UINTR, LBR, HWP).
 */
#include "cpu/instructions.h"

#define GUEST_XSTATE_COMPONENTS 10u /* XCR0 bits 0 .. 9 */

#define XCR0_X87    BIT(0)
#define XCR0_SSE    BIT(1)
#define XCR0_AVX    BIT(2)
#define XCR0_AVX512 (BIT(5) | BIT(6) | BIT(7))
#define XCR0_PKRU   BIT(9)

/* Has the CPU XSAVE at all? */
bool guest_xstate_offered(struct cpuid (*host)(u32 leaf, u32 subleaf));

/* Has it XSAVES, and so IA32_XSS? */
bool guest_xstate_has_xss(struct cpuid (*host)(u32 leaf, u32 subleaf));

/* The components that a guest may enable: bits of XCR0. */
u64 guest_xstate_supported(struct cpuid (*host)(u32 leaf, u32 subleaf));

/*
 * Leaf 0DH of the guest, with the sizes for XCR0 = 1. xsaves: it runs with
 * "enable XSAVES/XRSTORS".
 */
struct cpuid guest_xstate_cpuid(struct cpuid (*host)(u32 leaf, u32 subleaf),
				u32 subleaf, bool xsaves);

/*
 * What EBX of subleaf 1 is while XCR0 is value: the size of the area in the
 * compact form. variants: EAX of that subleaf.
 */
u32 guest_xstate_compact_size(struct cpuid (*host)(u32 leaf, u32 subleaf),
			      u32 variants, u64 value);

/*
 * May XCR0 become value, where supported may be enabled? The combinations
 * that XSETBV refuses: SDM, "XCR0 and XFEATURE_ENABLED_MASK".
 */
bool guest_xstate_is_valid(u64 value, u64 supported);
