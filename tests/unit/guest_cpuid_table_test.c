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
static const struct cpuid_processor single = {.cpus = 1};

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
	case 4: /* three caches, all of which everybody shares, and one more */
		return subleaf < 3
			       ? (struct cpuid){0xffffc000 | (0x121 + subleaf),
						2, 3, 4}
		       : subleaf == 3 ? (struct cpuid){0xffffc163, 2, 3, 4}
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
	cpuid_table_init(&table, &single, controls, generous_host, TSC_KHZ);
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
	CHECK_EQ(find(4, 3).eax, 0x163);
	CHECK(is_zero(find(4, 4)));
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
	cpuid_table_init(&table, &single, &all_controls, generous_host,
			 TSC_KHZ);
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
	cpuid_table_init(&table, &single, &all_controls, generous_host,
			 TSC_KHZ);
	CHECK_EQ(find(CPUID_VENDOR, 0).eax, CPUID_BASIC_LEAVES - 1);
	CHECK_EQ(find(CPUID_EXTENDED_MAX, 0).eax, 0x80000008);
	CHECK(table.count < CPUID_TABLE_LEAVES);
	basic_max = 1;
	extended_max = 0;
	cpuid_table_init(&table, &single, &all_controls, generous_host,
			 TSC_KHZ);
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
	CHECK(is_zero(find(5, 0)));   /* MONITOR and MWAIT */
	CHECK(is_zero(find(6, 0)));   /* power and heat */
	CHECK(is_zero(find(0xa, 0))); /* performance monitoring */
	CHECK(is_zero(find(0xb, 0))); /* topology */
	CHECK(is_zero(find(0xb, 2)));
	CHECK(is_zero(find(0x12, 0))); /* SGX */
	CHECK(is_zero(find(0x14, 0))); /* Processor Trace */
	CHECK_EQ(find(CPUID_POWER, 0).edx, CPUID_POWER_EDX_INVARIANT_TSC);
}

static void make_smp(u32 cpus, u32 apic_id, bool apic, bool rest)
{
	const struct cpuid_processor processor = {
		.cpus = cpus,
		.apic_id = apic_id,
		.has_local_apic = apic,
		.has_x2apic = rest,
		.has_tsc_deadline = rest,
	};

	basic_max = 0x1f;
	extended_max = 0x80000008;
	cpuid_table_init(&table, &processor, &all_controls, generous_host,
			 TSC_KHZ);
	CHECK(table.count < CPUID_TABLE_LEAVES);
}

static void the_local_apic_is_as_the_machine_has_it(void)
{
	const u64 ecx =
		CPUID_FEATURES_ECX_X2APIC | CPUID_FEATURES_ECX_TSC_DEADLINE;

	make_smp(1, 0, true, true);
	CHECK_EQ(find(CPUID_FEATURES, 0).ecx & ecx, ecx);
	CHECK((find(CPUID_FEATURES, 0).edx & CPUID_FEATURES_EDX_APIC) != 0);
	CHECK_EQ(find(CPUID_FEATURES, 0).edx & CPUID_FEATURES_EDX_HTT, 0);
	CHECK_EQ(find(6, 0).eax, 4);
	CHECK_EQ(find(6, 0).ebx | find(6, 0).ecx | find(6, 0).edx, 0);
	make_smp(1, 0, true, false);
	CHECK_EQ(find(CPUID_FEATURES, 0).ecx & ecx, 0);
	CHECK((find(CPUID_FEATURES, 0).edx & CPUID_FEATURES_EDX_APIC) != 0);
	make_smp(1, 0, false, true);
	CHECK_EQ(find(CPUID_FEATURES, 0).ecx & ecx, 0);
	CHECK_EQ(find(CPUID_FEATURES, 0).edx & CPUID_FEATURES_EDX_APIC, 0);
	CHECK(is_zero(find(6, 0)));
}

static void each_processor_has_an_id_of_its_own(void)
{
	for (u32 i = 0; i < 6; i++) {
		make_smp(6, i, true, true);
		CHECK_EQ(find(CPUID_FEATURES, 0).ebx, i << 24 | 0x6ff00);
		CHECK((find(CPUID_FEATURES, 0).edx & BIT(28)) != 0);
		CHECK_EQ(find(0xb, 0).edx, i);
		CHECK_EQ(find(0x1f, 1).edx, i);
		CHECK_EQ(find(0xb, 77).edx, i);
	}
}

/* As many cores as CPUs, and so many bits of the APIC ID that they differ. */
static void one_package_of_cores(void)
{
	static const struct {
		u32 cpus, bits;
	} cases[] = {{1, 0}, {2, 1}, {3, 2},  {4, 2},  {5, 3},
		     {8, 3}, {9, 4}, {64, 6}, {255, 8}};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		u32 others = (1u << cases[i].bits) - 1;
		u32 cores = others > 63 ? 63 : others;

		make_smp(cases[i].cpus, 0, true, true);
		for (u32 leaf = 0xb; leaf <= 0x1f; leaf += 0x14) {
			CHECK_EQ(find(leaf, 0).eax, 0);
			CHECK_EQ(find(leaf, 0).ebx, 1);
			CHECK_EQ(find(leaf, 0).ecx, 0x100);
			CHECK_EQ(find(leaf, 1).eax, cases[i].bits);
			CHECK_EQ(find(leaf, 1).ebx, cases[i].cpus);
			CHECK_EQ(find(leaf, 1).ecx, 0x201);
			CHECK(is_zero(find(leaf, 2)));
		}
		/* Levels 1 and 2 are a core's own, level 3 is everybody's. */
		CHECK_EQ(find(4, 0).eax, cores << 26 | 0x121);
		CHECK_EQ(find(4, 2).eax, cores << 26 | 0x123);
		CHECK_EQ(find(4, 1).eax, cores << 26 | 0x122);
		CHECK_EQ(find(4, 3).eax, cores << 26 | others << 14 | 0x163);
		CHECK(is_zero(find(4, 4)));
	}
}

/* A CPU that has been given no such leaf gives that of the highest. */
static void an_old_host_has_no_topology(void)
{
	const struct cpuid_processor processor = {
		.cpus = 4, .apic_id = 3, .has_local_apic = true};

	basic_max = 0xa;
	extended_max = 0x80000008;
	cpuid_table_init(&table, &processor, &all_controls, generous_host,
			 TSC_KHZ);
	CHECK(is_zero(find(0xb, 0)));
	CHECK_EQ(find(CPUID_FEATURES, 0).ebx >> 16, 0x304);
}

static void an_apic_switched_off_is_not_there(void)
{
	struct cpuid before;

	make_smp(2, 1, true, true);
	before = find(CPUID_FEATURES, 0);
	cpuid_table_show_apic(&table, false);
	CHECK_EQ(find(CPUID_FEATURES, 0).edx,
		 before.edx & ~CPUID_FEATURES_EDX_APIC);
	CHECK_EQ(table.direct[CPUID_FEATURES]->edx,
		 find(CPUID_FEATURES, 0).edx);
	cpuid_table_show_apic(&table, true);
	CHECK_EQ(find(CPUID_FEATURES, 0).edx, before.edx);
	CHECK_EQ(find(CPUID_FEATURES, 0).ecx, before.ecx);
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
	UNIT_TEST(the_local_apic_is_as_the_machine_has_it),
	UNIT_TEST(each_processor_has_an_id_of_its_own),
	UNIT_TEST(one_package_of_cores),
	UNIT_TEST(an_old_host_has_no_topology),
	UNIT_TEST(an_apic_switched_off_is_not_there),
	UNIT_TEST(looking_up_asks_nobody),
};

int main(void)
{
	return UNIT_RUN(tests);
}
