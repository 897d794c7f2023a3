#include "cpu/cpuid_picture.h"
#include "cpu/cpuid_table.h"
#include "cpu/guest_xstate.h"
#include "cpu/registers.h"
#include "firmware/debug_exit.h"

#define CPUID_CACHES	    0x4u
#define CPUID_TIMING	    (CPUID_HYPERVISOR + 0x10)
#define CACHE_SUBLEAVES_MAX 8u

/* Leaf 1 EAX-EDX: type, family, model, stepping stay the host's. */
#define CLFLUSH_SIZE 0x0000ff00u

/*
 * SDM: "Feature Information Returned in the ECX Register". Left out: what
 * needs VMX, SMX or SMM; performance monitoring and debug stores; MONITOR,
 * which makes a guest wait without an exit; the local APIC's x2APIC mode and
 * TSC deadline.
 */
#define FEATURES_ECX                                                           \
	(BIT(0) /* SSE3 */ | BIT(1) /* PCLMULQDQ */ | BIT(9) /* SSSE3 */ |     \
	 BIT(12) /* FMA */ | BIT(13) /* CMPXCHG16B */ | BIT(17) /* PCID */ |   \
	 BIT(19) /* SSE4.1 */ | BIT(20) /* SSE4.2 */ | BIT(22) /* MOVBE */ |   \
	 BIT(23) /* POPCNT */ | BIT(25) /* AES */ | CPUID_FEATURES_ECX_XSAVE | \
	 CPUID_FEATURES_ECX_AVX | BIT(29) /* F16C */ | BIT(30) /* RDRAND */)

/* "... in the EDX Register". Left out: APIC, DS, ACPI, TM, HTT, PBE, PSN. */
#define FEATURES_EDX                                                       \
	(BIT(0) /* FPU */ | BIT(1) /* VME */ | BIT(2) /* DE */ |           \
	 BIT(3) /* PSE */ | BIT(4) /* TSC */ | BIT(5) /* MSR */ |          \
	 BIT(6) /* PAE */ | BIT(7) /* MCE */ | BIT(8) /* CX8 */ |          \
	 BIT(11) /* SEP */ | CPUID_FEATURES_EDX_MTRR | BIT(13) /* PGE */ | \
	 BIT(14) /* MCA */ | BIT(15) /* CMOV */ | CPUID_FEATURES_EDX_PAT | \
	 BIT(17) /* PSE-36 */ | BIT(19) /* CLFSH */ | BIT(23) /* MMX */ |  \
	 BIT(24) /* FXSR */ | BIT(25) /* SSE */ | BIT(26) /* SSE2 */ |     \
	 BIT(27) /* SS */)

/*
 * Leaf 7: instructions of user code, and what CR4 switches on. TSC_ADJUST is
 * ours. SGX, MPX, TSX, PT, CET and protection keys for the supervisor are not.
 */
#define EXTENDED_EBX                                                       \
	(BIT(0) /* FSGSBASE */ | BIT(3) /* BMI1 */ |                       \
	 CPUID_EXTENDED_FEATURES_EBX_AVX2 | BIT(7) /* SMEP */ |            \
	 BIT(8) /* BMI2 */ | BIT(9) /* ERMS */ |                           \
	 CPUID_EXTENDED_FEATURES_EBX_INVPCID | BIT(13) /* FCS FDS */ |     \
	 BIT(16) /* AVX512F */ | BIT(17) /* AVX512DQ */ |                  \
	 BIT(18) /* RDSEED */ | BIT(19) /* ADX */ | BIT(20) /* SMAP */ |   \
	 BIT(21) /* AVX512_IFMA */ | BIT(23) /* CLFLUSHOPT */ |            \
	 BIT(24) /* CLWB */ | BIT(28) /* AVX512CD */ | BIT(29) /* SHA */ | \
	 BIT(30) /* AVX512BW */ | BIT(31) /* AVX512VL */)
#define EXTENDED_EBX_TSC_ADJUST BIT(1)
#define EXTENDED_ECX                                                       \
	(BIT(1) /* AVX512_VBMI */ | BIT(2) /* UMIP */ | BIT(3) /* PKU */ | \
	 BIT(6) /* VBMI2 */ | BIT(8) /* GFNI */ | BIT(9) /* VAES */ |      \
	 BIT(10) /* VPCLMULQDQ */ | BIT(11) /* VNNI */ |                   \
	 BIT(12) /* BITALG */ | BIT(14) /* VPOPCNTDQ */ |                  \
	 BIT(22) /* RDPID */ | BIT(27) /* MOVDIRI */ |                     \
	 BIT(28) /* MOVDIR64B */)
#define EXTENDED_ECX_RDPID BIT(22)
#define EXTENDED_EDX	   (BIT(4) /* FSRM */ | BIT(8) /* VP2INTERSECT */)

/* Leaf 80000001H. */
#define AMD_ECX (BIT(0) /* LAHF64 */ | BIT(5) /* LZCNT */ | BIT(8))
#define AMD_EDX                                                    \
	(CPUID_EXTENDED_EDX_SYSCALL | CPUID_EXTENDED_EDX_NX |      \
	 CPUID_EXTENDED_EDX_PAGE_1GB | CPUID_EXTENDED_EDX_RDTSCP | \
	 BIT(29) /* 64-bit mode */)

static bool has(const struct cpuid_picture *picture, u32 secondary)
{
	return (picture->controls->secondary & secondary) != 0;
}

static struct cpuid features(struct cpuid host)
{
	host.ebx = (host.ebx & CLFLUSH_SIZE) | 1u << 16;
	host.ecx = (host.ecx & (u32)FEATURES_ECX) |
		   (u32)CPUID_FEATURES_ECX_HYPERVISOR;
	host.edx &= (u32)FEATURES_EDX;
	return host;
}

static struct cpuid extended_features(const struct cpuid_picture *picture,
				      struct cpuid host)
{
	host.eax = 0; /* no further subleaves */
	host.ebx =
		(host.ebx & (u32)EXTENDED_EBX) | (u32)EXTENDED_EBX_TSC_ADJUST;
	host.ecx &= (u32)EXTENDED_ECX;
	host.edx &= (u32)EXTENDED_EDX;
	if (!has(picture, SECONDARY_ENABLE_INVPCID)) {
		host.ebx &= ~(u32)CPUID_EXTENDED_FEATURES_EBX_INVPCID;
	}
	if (!has(picture, SECONDARY_ENABLE_RDTSCP)) {
		host.ecx &= ~(u32)EXTENDED_ECX_RDPID;
	}
	return host;
}

static struct cpuid extended(const struct cpuid_picture *picture,
			     struct cpuid host)
{
	host.ebx = 0;
	host.ecx &= (u32)AMD_ECX;
	host.edx &= (u32)AMD_EDX;
	if (!has(picture, SECONDARY_ENABLE_RDTSCP)) {
		host.edx &= ~(u32)CPUID_EXTENDED_EDX_RDTSCP;
	}
	return host;
}

/* One core, one thread: EAX[31:26] cores less 1, EAX[25:14] sharers less 1. */
static struct cpuid caches(struct cpuid host)
{
	host.eax &= 0x3fff;
	return host;
}

/* The leaves that hypervisors define by custom; the last one VMware's. */
static struct cpuid hypervisor(const struct cpuid_picture *picture, u32 leaf)
{
	if (leaf == CPUID_HYPERVISOR) {
		return (struct cpuid){
			CPUID_HYPERVISOR + CPUID_HYPERVISOR_LEAVES - 1,
			DEBUG_EXIT_EBX, DEBUG_EXIT_ECX, DEBUG_EXIT_EDX};
	}
	if (leaf == CPUID_TIMING) {
		return (struct cpuid){.eax = (u32)picture->tsc_khz};
	}
	return (struct cpuid){0};
}

u32 cpuid_picture_subleaves(const struct cpuid_picture *picture, u32 leaf)
{
	switch (leaf) {
	case CPUID_CACHES:
		return CACHE_SUBLEAVES_MAX;
	case CPUID_XSAVE:
		return guest_xstate_offered(picture->host)
			       ? GUEST_XSTATE_COMPONENTS
			       : 0;
	case CPUID_EXTENDED_FEATURES:
		return 2; /* the second one is zeros: ECX counts */
	default:
		return 1;
	}
}

struct cpuid cpuid_picture_answer(const struct cpuid_picture *picture, u32 leaf,
				  u32 subleaf)
{
	struct cpuid host = picture->host(leaf, subleaf);

	if (leaf >= CPUID_HYPERVISOR &&
	    leaf < CPUID_HYPERVISOR + CPUID_HYPERVISOR_LEAVES) {
		return hypervisor(picture, leaf);
	}
	switch (leaf) {
	case CPUID_VENDOR:
		host.eax = (u32)min_u64(host.eax, CPUID_BASIC_LEAVES - 1);
		return host;
	case CPUID_FEATURES:
		return features(host);
	case CPUID_CACHES:
		return caches(host);
	case CPUID_EXTENDED_FEATURES:
		return subleaf == 0 ? extended_features(picture, host)
				    : (struct cpuid){0};
	case CPUID_XSAVE:
		return guest_xstate_cpuid(picture->host, subleaf);
	case CPUID_EXTENDED_MAX:
		host.eax = (u32)min_u64(host.eax,
					CPUID_EXTENDED_MAX +
						CPUID_EXTENDED_LEAVES - 1);
		return host;
	case CPUID_EXTENDED:
		return extended(picture, host);
	case 0x2: /* descriptors of caches and TLBs */
	case CPUID_TSC:
	case CPUID_FREQUENCY:
	case CPUID_BRAND:
	case CPUID_BRAND_2:
	case CPUID_BRAND_3:
	case 0x80000006: /* the second-level cache */
	case CPUID_ADDRESS_SIZES:
		return host;
	case CPUID_POWER:
		return (struct cpuid){
			.edx = host.edx & (u32)CPUID_POWER_EDX_INVARIANT_TSC};
	default:
		return (struct cpuid){0};
	}
}
