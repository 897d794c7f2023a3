/*
 * modules: h4-exits/cpu/guest_xstate.c
 */
#include "cpu/guest_xstate.h"
#include "cpu/registers.h"
#include "unit.h"

/* The host: as a CPU with AVX-512, MPX and PKRU answers. */
static u32 host_features = (u32)CPUID_FEATURES_ECX_XSAVE;
static u32 host_components = 0x2ff;

static struct cpuid host(u32 leaf, u32 subleaf)
{
	static const struct cpuid sizes[] = {
		[2] = {256, 576, 0, 0},	 [3] = {64, 960, 0, 0},
		[4] = {64, 1024, 0, 0},	 [5] = {64, 1088, 0, 0},
		[6] = {512, 1152, 0, 0}, [7] = {1024, 1664, 0, 0},
		[8] = {128, 0, 1, 0},	 [9] = {8, 2688, 0, 0},
	};

	if (leaf == CPUID_FEATURES) {
		return (struct cpuid){.ecx = host_features};
	}
	if (leaf != CPUID_XSAVE || subleaf >= ARRAY_SIZE(sizes)) {
		return (struct cpuid){0};
	}
	switch (subleaf) {
	case 0:
		return (struct cpuid){host_components, 576, 2752, 0};
	case 1:
		return (struct cpuid){0xf, 640, 0x100, 0};
	default:
		return sizes[subleaf];
	}
}

/* One that keeps a component's size to itself, and wants another aligned. */
static struct cpuid odd_host(u32 leaf, u32 subleaf)
{
	switch (subleaf) {
	case 2:
		return (struct cpuid){200, 576, 0, 0};
	case 3:
		return (struct cpuid){64, 960, 2, 0};
	case 9:
		return (struct cpuid){0};
	default:
		return host(leaf, subleaf);
	}
}

static void xsave_is_offered_where_the_cpu_has_it(void)
{
	CHECK(guest_xstate_offered(host));
	host_features = 0;
	CHECK(!guest_xstate_offered(host));
	host_features = (u32)CPUID_FEATURES_ECX_XSAVE;
}

static void mpx_is_not_offered(void)
{
	CHECK_EQ(guest_xstate_supported(host), 0x2e7);
	CHECK_EQ(guest_xstate_cpuid(host, 3, false).eax, 0);
	CHECK_EQ(guest_xstate_cpuid(host, 4, false).eax, 0);
	CHECK_EQ(guest_xstate_cpuid(host, 8, false).eax, 0);
	CHECK_EQ(guest_xstate_cpuid(host, 9, false).ebx, 2688);
	CHECK_EQ(guest_xstate_cpuid(host, 63, false).eax, 0);
}

static void the_area_holds_what_is_offered(void)
{
	CHECK_EQ(guest_xstate_cpuid(host, 0, false).ebx, 576);
	CHECK_EQ(guest_xstate_cpuid(host, 0, false).ecx, 2696);
	host_components = 0x7;
	CHECK_EQ(guest_xstate_cpuid(host, 0, false).eax, 7);
	/* All that the host has: then its own number counts. */
	CHECK_EQ(guest_xstate_cpuid(host, 0, false).ecx, 2752);
	host_components = 0x1f;
	CHECK_EQ(guest_xstate_cpuid(host, 0, false).eax, 7);
	CHECK_EQ(guest_xstate_cpuid(host, 0, false).ecx, 832);
	host_components = 0x2ff;
}

/* No component of IA32_XSS is ever offered. */
static void xsaves_goes_by_the_control(void)
{
	struct cpuid leaf = guest_xstate_cpuid(host, 1, false);

	CHECK_EQ(leaf.eax, 7);
	CHECK_EQ(leaf.ebx | leaf.ecx | leaf.edx, 0);
	leaf = guest_xstate_cpuid(host, 1, true);
	CHECK_EQ(leaf.eax, 0xf);
	CHECK_EQ(leaf.ebx | leaf.ecx | leaf.edx, 0);
}

/* XSAVEOPT alone; XSAVEC; XSAVES. */
static void the_compact_area_has_no_gaps(void)
{
	CHECK_EQ(guest_xstate_compact_size(host, 1, 0x2e7), 0);
	CHECK_EQ(guest_xstate_compact_size(host, 2, 1), 576);
	CHECK_EQ(guest_xstate_compact_size(host, 8, 7), 832);
	CHECK_EQ(guest_xstate_compact_size(host, 0xf, 0xe7), 2432);
	CHECK_EQ(guest_xstate_compact_size(host, 0xf, 0x203), 584);
	CHECK_EQ(guest_xstate_compact_size(odd_host, 0xf, 0x00f), 896);
	CHECK_EQ(guest_xstate_compact_size(odd_host, 0xf, 0x203), 640);
}

/* Every value of ten bits, by what the manual says of each bit. */
static void xcr0_as_xsetbv_takes_it(void)
{
	const u64 supported = 0x2e7;

	for (u64 value = 0; value < BIT(10); value++) {
		bool valid = (value & 1) != 0 && (value & ~supported) == 0;

		if ((value & BIT(2)) != 0 && (value & BIT(1)) == 0) {
			valid = false;
		}
		if ((value & 0xe0) != 0 &&
		    ((value & 0xe0) != 0xe0 || (value & BIT(2)) == 0)) {
			valid = false;
		}
		CHECK_EQ(guest_xstate_is_valid(value, supported), valid);
	}
	CHECK(!guest_xstate_is_valid(BIT(63) | 1, supported));
	CHECK(!guest_xstate_is_valid(BIT(62) | 1, supported));
	CHECK(!guest_xstate_is_valid(7, 3));
}

static const struct unit_test tests[] = {
	UNIT_TEST(xsave_is_offered_where_the_cpu_has_it),
	UNIT_TEST(mpx_is_not_offered),
	UNIT_TEST(the_area_holds_what_is_offered),
	UNIT_TEST(xsaves_goes_by_the_control),
	UNIT_TEST(the_compact_area_has_no_gaps),
	UNIT_TEST(xcr0_as_xsetbv_takes_it),
};

int main(void)
{
	return UNIT_RUN(tests);
}
