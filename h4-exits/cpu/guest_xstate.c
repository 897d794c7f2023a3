#include "cpu/guest_xstate.h"
#include "cpu/registers.h"

/* CPUID 0DH, subleaf 1: XSAVEOPT, XSAVEC, XGETBV with ECX = 1. */
#define XSAVE_VARIANTS (BIT(0) | BIT(1) | BIT(2))
#define XSAVE_COMPACT  (BIT(1) | CPUID_XSAVE_EAX_XSAVES)

/* Subleaf of a component, ECX: in the compact form it begins at 64 bytes. */
#define COMPONENT_ALIGNED BIT(1)
#define COMPONENT_ALIGN	  64u

/* An area with x87 and SSE alone: the legacy region and the header. */
#define XSAVE_AREA_SMALLEST 576u

static u32 variants_offered(struct cpuid (*host)(u32 leaf, u32 subleaf),
			    bool xsaves)
{
	u32 offered =
		(u32)(XSAVE_VARIANTS | (xsaves ? CPUID_XSAVE_EAX_XSAVES : 0));

	return host(CPUID_XSAVE, 1).eax & offered;
}

bool guest_xstate_offered(struct cpuid (*host)(u32 leaf, u32 subleaf))
{
	return (host(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_XSAVE) != 0;
}

bool guest_xstate_has_xss(struct cpuid (*host)(u32 leaf, u32 subleaf))
{
	return guest_xstate_offered(host) &&
	       (host(CPUID_XSAVE, 1).eax & CPUID_XSAVE_EAX_XSAVES) != 0;
}

u64 guest_xstate_supported(struct cpuid (*host)(u32 leaf, u32 subleaf))
{
	struct cpuid leaf = host(CPUID_XSAVE, 0);

	return ((u64)leaf.edx << 32 | leaf.eax) &
	       (XCR0_X87 | XCR0_SSE | XCR0_AVX | XCR0_AVX512 | XCR0_PKRU);
}

/*
 * The area that holds every component of value, not compacted. Where that is
 * all that the CPU has, it knows best: Bochs 2.7 has PKRU, and no subleaf that
 * tells of its size.
 */
static u32 area_size(struct cpuid (*host)(u32 leaf, u32 subleaf), u64 value)
{
	struct cpuid all = host(CPUID_XSAVE, 0);
	u32 size = XSAVE_AREA_SMALLEST;

	if (value == ((u64)all.edx << 32 | all.eax)) {
		return all.ecx;
	}
	for (u32 i = 2; i < GUEST_XSTATE_COMPONENTS; i++) {
		if ((value & BIT(i)) != 0) {
			struct cpuid leaf = host(CPUID_XSAVE, i);

			size = (u32)max_u64(size, leaf.ebx + leaf.eax);
		}
	}
	return size;
}

/* A component of unknown size (PKRU, as above) is one that has room enough. */
u32 guest_xstate_compact_size(struct cpuid (*host)(u32 leaf, u32 subleaf),
			      u32 variants, u64 value)
{
	u32 size = XSAVE_AREA_SMALLEST;

	if ((variants & XSAVE_COMPACT) == 0) {
		return 0;
	}
	for (u32 i = 2; i < GUEST_XSTATE_COMPONENTS; i++) {
		struct cpuid leaf;

		if ((value & BIT(i)) == 0) {
			continue;
		}
		leaf = host(CPUID_XSAVE, i);
		if ((leaf.ecx & COMPONENT_ALIGNED) != 0) {
			size = (u32)ALIGN_UP(size, COMPONENT_ALIGN);
		}
		size += leaf.eax != 0 ? leaf.eax : COMPONENT_ALIGN;
	}
	return size;
}

struct cpuid guest_xstate_cpuid(struct cpuid (*host)(u32 leaf, u32 subleaf),
				u32 subleaf, bool xsaves)
{
	u64 supported = guest_xstate_supported(host);

	switch (subleaf) {
	case 0:
		return (struct cpuid){
			.eax = (u32)supported,
			.ebx = XSAVE_AREA_SMALLEST,
			.ecx = area_size(host, supported),
			.edx = (u32)(supported >> 32),
		};
	case 1:
		return (struct cpuid){.eax = variants_offered(host, xsaves)};
	default:
		return (supported & BIT(subleaf)) != 0
			       ? host(CPUID_XSAVE, subleaf)
			       : (struct cpuid){0};
	}
}

bool guest_xstate_is_valid(u64 value, u64 supported)
{
	u64 avx512 = value & XCR0_AVX512;

	return (value & ~supported) == 0 && (value & XCR0_X87) != 0 &&
	       ((value & XCR0_AVX) == 0 || (value & XCR0_SSE) != 0) &&
	       (avx512 == 0 ||
		(avx512 == XCR0_AVX512 && (value & XCR0_AVX) != 0));
}
