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
	CHECK_EQ(guest_xstate_cpuid(host, 3).eax, 0);
	CHECK_EQ(guest_xstate_cpuid(host, 4).eax, 0);
	CHECK_EQ(guest_xstate_cpuid(host, 8).eax, 0);
	CHECK_EQ(guest_xstate_cpuid(host, 9).ebx, 2688);
	CHECK_EQ(guest_xstate_cpuid(host, 63).eax, 0);
}

static void the_area_holds_what_is_offered(void)
{
	CHECK_EQ(guest_xstate_cpuid(host, 0).ebx, 576);
	CHECK_EQ(guest_xstate_cpuid(host, 0).ecx, 2696);
	host_components = 0x7;
	CHECK_EQ(guest_xstate_cpuid(host, 0).eax, 7);
	/* All that the host has: then its own number counts. */
	CHECK_EQ(guest_xstate_cpuid(host, 0).ecx, 2752);
	host_components = 0x1f;
	CHECK_EQ(guest_xstate_cpuid(host, 0).eax, 7);
	CHECK_EQ(guest_xstate_cpuid(host, 0).ecx, 832);
	host_components = 0x2ff;
}

/* XSAVES and what goes with it stay hidden. */
static void variants_without_xsaves(void)
{
	struct cpuid leaf = guest_xstate_cpuid(host, 1);

	CHECK_EQ(leaf.eax, 7);
	CHECK_EQ(leaf.ebx | leaf.ecx | leaf.edx, 0);
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
	UNIT_TEST(variants_without_xsaves),
	UNIT_TEST(xcr0_as_xsetbv_takes_it),
};

int main(void)
{
	return UNIT_RUN(tests);
}
