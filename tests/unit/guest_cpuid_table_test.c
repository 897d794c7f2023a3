/*
 * modules: h4-exits/cpu/cpuid_table.c h4-exits/cpu/cpuid_picture.c
 * modules: h4-exits/cpu/guest_xstate.c
 *
 * A host that answers each leaf with ones, or with a few bits of its own.
 */
#include "cpu/cpuid_table.h"
#include "cpu/registers.h"
#include "unit.h"

#define TSC_KHZ 2600000u

static const struct controls all_controls = {
	.secondary = SECONDARY_ENABLE_RDTSCP | SECONDARY_ENABLE_INVPCID,
};
static const struct controls no_controls;

static u32 basic_max;
static u32 extended_max;
static u32 sum; /* of what the host was asked */

/* Everything that a CPU could have. */
static struct cpuid generous_host(u32 leaf, u32 subleaf)
{
	sum += leaf ^ subleaf;
	switch (leaf) {
	case CPUID_VENDOR:
		return (struct cpuid){basic_max, 0x756e6547, 0x6c65746e,
				      0x49656e69};
	case CPUID_EXTENDED_MAX:
		return (struct cpuid){.eax = extended_max};
	case CPUID_XSAVE:
		return subleaf == 0 ? (struct cpuid){7, 832, 832, 0}
				    : (struct cpuid){256, 576, 0, 0};
	case 4:
		return subleaf < 3 ? (struct cpuid){0xfc000000 | 0x3ffc000 |
							    (0x121 + subleaf),
						    2, 3, 4}
				   : (struct cpuid){0};
	default:
		return (struct cpuid){~0u, ~0u, ~0u, ~0u};
	}
}

static struct cpuid_table table;

static void make(const struct controls *controls)
{
	basic_max = 0x1b;
	extended_max = 0x80000008;
	cpuid_table_init(&table, controls, generous_host, TSC_KHZ);
}

static struct cpuid find(u32 leaf, u32 subleaf)
{
	return *cpuid_table_find(&table, leaf, subleaf);
}

static bool is_zero(struct cpuid c)
{
	return (c.eax | c.ebx | c.ecx | c.edx) == 0;
}

static void features_are_those_that_are_named(void)
{
	struct cpuid features;

	make(&all_controls);
	features = find(CPUID_FEATURES, 0);
	CHECK_EQ(features.ecx &
			 (CPUID_FEATURES_ECX_VMX | CPUID_FEATURES_ECX_SMX |
			  CPUID_FEATURES_ECX_MONITOR |
			  CPUID_FEATURES_ECX_X2APIC |
			  CPUID_FEATURES_ECX_TSC_DEADLINE |
			  CPUID_FEATURES_ECX_OSXSAVE),
		 0);
	CHECK((features.ecx & CPUID_FEATURES_ECX_HYPERVISOR) != 0);
	CHECK((features.ecx & CPUID_FEATURES_ECX_XSAVE) != 0);
	CHECK_EQ(features.edx & CPUID_FEATURES_EDX_APIC, 0);
	/* One logical processor, whose APIC ID is 0. */
	CHECK_EQ(features.ebx & 0xffff0000, 0x10000);
}

static void features_follow_the_controls(void)
{
	make(&all_controls);
	CHECK((find(CPUID_EXTENDED_FEATURES, 0).ebx &
	       CPUID_EXTENDED_FEATURES_EBX_INVPCID) != 0);
	CHECK((find(CPUID_EXTENDED_FEATURES, 0).ecx & BIT(22)) != 0);
	CHECK((find(CPUID_EXTENDED, 0).edx & CPUID_EXTENDED_EDX_RDTSCP) != 0);
	make(&no_controls);
	CHECK_EQ(find(CPUID_EXTENDED_FEATURES, 0).ebx &
			 CPUID_EXTENDED_FEATURES_EBX_INVPCID,
		 0);
	CHECK_EQ(find(CPUID_EXTENDED_FEATURES, 0).ecx & BIT(22), 0);
	CHECK_EQ(find(CPUID_EXTENDED, 0).edx & CPUID_EXTENDED_EDX_RDTSCP, 0);
}

static void leaves_with_subleaves(void)
{
	make(&all_controls);
	for (u32 i = 0; i < 3; i++) {
		/* One core, one thread; the rest as the host has it. */
		CHECK_EQ(find(4, i).eax, 0x121 + i);
	}
	CHECK(is_zero(find(4, 3)));
	CHECK(is_zero(find(4, 0xffffffff)));
	CHECK_EQ(find(CPUID_XSAVE, 2).eax, 256);
	CHECK(is_zero(find(CPUID_XSAVE, 5)));
	CHECK(is_zero(find(CPUID_EXTENDED_FEATURES, 1)));
	CHECK_EQ(find(CPUID_EXTENDED_FEATURES, 0).eax, 0);
}

static void leaves_without_subleaves_ignore_ecx(void)
{
	make(&all_controls);
	CHECK_EQ(find(CPUID_FEATURES, 77).ecx, find(CPUID_FEATURES, 0).ecx);
	CHECK_EQ(find(CPUID_VENDOR, ~0u).ebx, 0x756e6547);
}

static void out_of_range_is_the_highest_basic_leaf(void)
{
	make(&all_controls);
	CHECK_EQ(find(CPUID_VENDOR, 0).eax, 0x1b);
	CHECK(is_zero(find(0x1b, 0)));
	CHECK(is_zero(find(0x1c, 0)));
	basic_max = CPUID_FREQUENCY;
	cpuid_table_init(&table, &all_controls, generous_host, TSC_KHZ);
	CHECK_EQ(find(CPUID_FREQUENCY, 0).eax, ~0u);
	CHECK_EQ(find(CPUID_FREQUENCY + 1, 0).eax, ~0u);
	CHECK_EQ(find(0x3fffffff, 0).eax, ~0u);
	CHECK_EQ(find(0x40000011, 0).eax, ~0u);
	CHECK_EQ(find(0x80000009, 0).eax, ~0u);
	CHECK_EQ(find(0xffffffff, 0).eax, ~0u);
}

/* A host with more leaves than the table has, and one with hardly any. */
static void hosts_of_any_size(void)
{
	basic_max = 0xffffffff;
	extended_max = 0xffffffff;
	cpuid_table_init(&table, &all_controls, generous_host, TSC_KHZ);
	CHECK_EQ(find(CPUID_VENDOR, 0).eax, CPUID_BASIC_LEAVES - 1);
	CHECK_EQ(find(CPUID_EXTENDED_MAX, 0).eax, 0x80000008);
	CHECK(table.count < CPUID_TABLE_LEAVES);
	basic_max = 1;
	extended_max = 0;
	cpuid_table_init(&table, &all_controls, generous_host, TSC_KHZ);
	CHECK_EQ(find(CPUID_EXTENDED, 0).ecx, find(CPUID_FEATURES, 0).ecx);
	CHECK_EQ(find(CPUID_EXTENDED_FEATURES, 0).ebx,
		 find(CPUID_FEATURES, 0).ebx);
}

static void the_hypervisors_leaves(void)
{
	make(&all_controls);
	CHECK_EQ(find(CPUID_HYPERVISOR, 0).eax, CPUID_HYPERVISOR + 0x10);
	CHECK_EQ(find(CPUID_HYPERVISOR, 0).ebx, 0x72756f54);
	CHECK_EQ(find(CPUID_HYPERVISOR + 0x10, 0).eax, TSC_KHZ);
	CHECK(is_zero(find(CPUID_HYPERVISOR + 1, 0)));
}

static void leaves_that_are_not_named_are_zeros(void)
{
	make(&all_controls);
	CHECK(is_zero(find(5, 0)));    /* MONITOR and MWAIT */
	CHECK(is_zero(find(6, 0)));    /* power and heat */
	CHECK(is_zero(find(0xa, 0)));  /* performance monitoring */
	CHECK(is_zero(find(0xb, 0)));  /* topology */
	CHECK(is_zero(find(0x12, 0))); /* SGX */
	CHECK(is_zero(find(0x14, 0))); /* Processor Trace */
	CHECK_EQ(find(CPUID_POWER, 0).edx, CPUID_POWER_EDX_INVARIANT_TSC);
}

/* An exit's look-up does not ask the host. */
static void looking_up_asks_nobody(void)
{
	make(&all_controls);
	sum = 0;
	(void)find(CPUID_FEATURES, 0);
	(void)find(4, 2);
	(void)find(0x12345678, 9);
	CHECK_EQ(sum, 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(features_are_those_that_are_named),
	UNIT_TEST(features_follow_the_controls),
	UNIT_TEST(leaves_with_subleaves),
	UNIT_TEST(leaves_without_subleaves_ignore_ecx),
	UNIT_TEST(out_of_range_is_the_highest_basic_leaf),
	UNIT_TEST(hosts_of_any_size),
	UNIT_TEST(the_hypervisors_leaves),
	UNIT_TEST(leaves_that_are_not_named_are_zeros),
	UNIT_TEST(looking_up_asks_nobody),
};

int main(void)
{
	return UNIT_RUN(tests);
}
