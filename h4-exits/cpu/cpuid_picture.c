#include "cpu/cpuid_picture.h"
#include "cpu/cpuid_table.h"
#include "cpu/guest_xstate.h"
#include "cpu/registers.h"
#include "firmware/debug_exit.h"

#define CPUID_TIMING	    (CPUID_HYPERVISOR + 0x10)
#define CACHE_SUBLEAVES_MAX 8u

/* Leaf 1 EAX, EBX: type, family, model, stepping stay the host's. */
#define CLFLUSH_SIZE	   0x0000ff00u
#define PROCESSORS_SHIFT   16
#define PROCESSORS_MAX	   0xffu
#define INITIAL_APIC_SHIFT 24

/* Leaf 4 EAX: the cache's level; how many share it; how many cores there are */
#define CACHE_LEVEL(eax)    ((eax) >> 5 & 7)
#define CACHE_SHARED_LEVEL  3u /* by the whole package, from here on */
#define CACHE_DATA	    0x00003fffu
#define CACHE_SHARERS_SHIFT 14
#define CACHE_SHARERS_MAX   0xfffu
#define CACHE_CORES_SHIFT   26
#define CACHE_CORES_MAX	    0x3fu

/* "Extended Topology Enumeration Leaf": ECX says which kind of level it is. */
#define TOPOLOGY_THREADS   (1u << 8)
#define TOPOLOGY_CORES	   (2u << 8)
#define TOPOLOGY_SUBLEAVES 3u /* threads, cores, all that do not exist */

/*
 * SDM: "Feature Information Returned in the ECX Register". Left out: what
 * needs VMX, SMX or SMM; performance monitoring and debug stores; MONITOR,
 * which makes a guest wait without an exit. What concerns the local APIC goes
 * by the machine.
 */
#define FEATURES_ECX                                                           \
	(BIT(0) /* SSE3 */ | BIT(1) /* PCLMULQDQ */ | BIT(9) /* SSSE3 */ |     \
	 BIT(12) /* FMA */ | BIT(13) /* CMPXCHG16B */ | BIT(17) /* PCID */ |   \
	 BIT(19) /* SSE4.1 */ | BIT(20) /* SSE4.2 */ | BIT(22) /* MOVBE */ |   \
	 BIT(23) /* POPCNT */ | BIT(25) /* AES */ | CPUID_FEATURES_ECX_XSAVE | \
	 CPUID_FEATURES_ECX_AVX | BIT(29) /* F16C */ | BIT(30) /* RDRAND */)

/* "... in the EDX Register". Left out: DS, ACPI, TM, PBE, PSN. */
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

static struct cpuid features(const struct cpuid_processor *processor,
			     struct cpuid host)
{
	u32 cpus = (u32)min_u64(processor->cpus, PROCESSORS_MAX);

	host.ebx = (host.ebx & CLFLUSH_SIZE) | cpus << PROCESSORS_SHIFT |
		   processor->apic_id << INITIAL_APIC_SHIFT;
	host.ecx = (host.ecx & (u32)FEATURES_ECX) |
		   (u32)CPUID_FEATURES_ECX_HYPERVISOR;
	host.edx &= (u32)FEATURES_EDX;
	if (cpus > 1) {
		host.edx |= (u32)CPUID_FEATURES_EDX_HTT;
	}
	if (!processor->has_local_apic) {
		return host;
	}
	host.edx |= (u32)CPUID_FEATURES_EDX_APIC;
	if (processor->has_x2apic) {
		host.ecx |= (u32)CPUID_FEATURES_ECX_X2APIC;
	}
	if (processor->has_tsc_deadline) {
		host.ecx |= (u32)CPUID_FEATURES_ECX_TSC_DEADLINE;
	}
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

/* How many bits of an APIC ID tell the CPUs of the machine apart. */
static u32 id_bits(const struct cpuid_processor *processor)
{
	u32 bits = 0;

	while (bits < 31 && 1u << bits < processor->cpus) {
		bits++;
	}
	return bits;
}

/* Cores and sharers are counted in APIC IDs, less 1. */
static struct cpuid caches(const struct cpuid_processor *processor,
			   struct cpuid host)
{
	u32 others = (1u << id_bits(processor)) - 1;

	host.eax &= CACHE_DATA;
	if (host.eax == 0) {
		return host;
	}
	if (CACHE_LEVEL(host.eax) >= CACHE_SHARED_LEVEL) {
		host.eax |= (u32)min_u64(others, CACHE_SHARERS_MAX)
			    << CACHE_SHARERS_SHIFT;
	}
	host.eax |= (u32)min_u64(others, CACHE_CORES_MAX) << CACHE_CORES_SHIFT;
	return host;
}

static struct cpuid topology(const struct cpuid_processor *processor,
			     u32 subleaf)
{
	struct cpuid answer = {.ecx = subleaf, .edx = processor->apic_id};

	if (!processor->has_local_apic) {
		return (struct cpuid){0};
	}
	if (subleaf == 0) {
		answer.ebx = 1;
		answer.ecx |= TOPOLOGY_THREADS;
	} else if (subleaf == 1) {
		answer.eax = id_bits(processor);
		answer.ebx = processor->cpus;
		answer.ecx |= TOPOLOGY_CORES;
	} else {
		answer.ecx = 0; /* the input: exit_cpuid() */
	}
	return answer;
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
	case CPUID_TOPOLOGY:
	case CPUID_TOPOLOGY_V2:
		return TOPOLOGY_SUBLEAVES;
	default:
		return 1;
	}
}

bool cpuid_picture_is_rest(u32 leaf, u32 subleaf)
{
	return (leaf == CPUID_TOPOLOGY || leaf == CPUID_TOPOLOGY_V2) &&
	       subleaf == TOPOLOGY_SUBLEAVES - 1;
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
		return features(picture->processor, host);
	case CPUID_CACHES:
		return caches(picture->processor, host);
	case CPUID_THERMAL:
		return (struct cpuid){
			.eax = picture->processor->has_local_apic
				       ? (u32)CPUID_THERMAL_EAX_ARAT
				       : 0};
	case CPUID_TOPOLOGY:
	case CPUID_TOPOLOGY_V2:
		return topology(picture->processor, subleaf);
	case CPUID_EXTENDED_FEATURES:
		return subleaf == 0 ? extended_features(picture, host)
				    : (struct cpuid){0};
	case CPUID_XSAVE:
		return guest_xstate_cpuid(
			picture->host, subleaf,
			has(picture, SECONDARY_ENABLE_XSAVES_XRSTORS));
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
