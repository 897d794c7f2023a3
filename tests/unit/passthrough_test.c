/* modules: h5-multivcpu/memory/passthrough.c */
#include "memory/passthrough.h"
#include "random.h"
#include "unit.h"

static const struct memory_map ram = {
	.count = 2,
	.ranges = {{0, 0xa0000}, {MIB(1), GIB(2)}},
};
static const struct passthrough_host host = {
	.ram = &ram,
	.address_bits = 39,
	.disk_channel = PASSTHROUGH_NO_DISK,
	.pm = {{0x600, 0x60b}},
	.pm_count = 1,
	.apics = {{0xfee00000, 0xfee01000}, {0xfec00000, 0xfec01000}},
	.apics_count = 2,
};

static struct passthrough_wish wish;
static struct passthrough_plan plan;

static struct passthrough_ports ports(u16 first, u16 last)
{
	return (struct passthrough_ports){first, last};
}

/* A plan of this range alone: ports, and a device's memory at 4 GiB and so on.
 */
static bool ports_allowed(u16 first, u16 last,
			  const struct passthrough_host *of)
{
	memset(&wish, 0, sizeof(wish));
	wish.ports[wish.ports_count++] = ports(first, last);
	return !failed(passthrough_plan(&plan, &wish, of));
}

static bool mmio_allowed(gpa_t gpa, hpa_t hpa, u64 size)
{
	memset(&wish, 0, sizeof(wish));
	wish.mmio[wish.mmio_count++] =
		(struct passthrough_mmio){gpa, hpa, size};
	return !failed(passthrough_plan(&plan, &wish, &host));
}

static void what_the_host_uses_is_refused(void)
{
	static const u16 used[] = {0x20,  0x21,	 0x40,	0x43,  0x61,  0x70,
				   0x71,  0xf4,	 0xf7,	0xa0,  0xa1,  0x3f8,
				   0x3ff, 0xcf8, 0xcf9, 0xcff, 0x600, 0x60b};
	static const u16 not_used[] = {0,     0x1f,  0x22,  0x44,  0x60,
				       0x62,  0x6f,  0x72,  0xa2,  0x2f8,
				       0x1f0, 0x3f6, 0x3f7, 0x400, 0xcf7,
				       0xd00, 0x5ff, 0x60c, 0xffff};
	struct passthrough_host more = host;

	for (size_t i = 0; i < ARRAY_SIZE(used); i++) {
		CHECK(!ports_allowed(used[i], used[i], &host));
		CHECK(!ports_allowed(used[i] - 1, used[i] + 1, &host));
	}
	for (size_t i = 0; i < ARRAY_SIZE(not_used); i++) {
		CHECK(ports_allowed(not_used[i], not_used[i], &host));
		CHECK_EQ(plan.ports_count, 1);
	}
	CHECK(!ports_allowed(0, 0xffff, &host));
	more.uses_com2 = true;
	CHECK(!ports_allowed(0x2f8, 0x2f8, &more));
	CHECK(!ports_allowed(0x2ff, 0x300, &more));
	CHECK(ports_allowed(0x1f0, 0x1f7, &more));
	CHECK(ports_allowed(0x170, 0x177, &more));
	more.disk_channel = 0;
	CHECK(!ports_allowed(0x1f7, 0x1f7, &more));
	CHECK(!ports_allowed(0x3f6, 0x3f6, &more));
	CHECK(ports_allowed(0x170, 0x177, &more));
	CHECK(ports_allowed(0x376, 0x376, &more));
	more.disk_channel = 1;
	CHECK(ports_allowed(0x1f0, 0x1f7, &more));
	CHECK(!ports_allowed(0x170, 0x170, &more));
	CHECK(!ports_allowed(0x376, 0x376, &more));
}

static void memory_of_the_host_is_refused(void)
{
	CHECK(mmio_allowed(0xa0000, 0xa0000, KIB(128)));
	CHECK(plan.mmio_count == 1 && plan.mmio[0].size == KIB(128));
	CHECK(!mmio_allowed(0x9f000, 0x9f000, KIB(8)));
	CHECK(!mmio_allowed(0xff000, 0xff000, KIB(8)));
	CHECK(!mmio_allowed(GIB(4), MIB(3), KIB(4)));
	CHECK(mmio_allowed(GIB(4), GIB(2), MIB(512)));
	CHECK(!mmio_allowed(GIB(4), GIB(2), GIB(2)));
	CHECK(!mmio_allowed(GIB(4), 0xfee00000, KIB(4)));
	CHECK(!mmio_allowed(GIB(4), 0xfec00000, KIB(4)));
	CHECK(mmio_allowed(GIB(4), 0xfed00000, KIB(4)));
	/* Nor may it hide what is emulated. */
	CHECK(mmio_allowed(0xfed00000, 0xfed00000, KIB(4)));
	CHECK(!mmio_allowed(0xd0000000, GIB(3), KIB(4)));
	CHECK(!mmio_allowed(0xcffff000, GIB(3), KIB(8)));
	CHECK(!mmio_allowed(0xfec00000, GIB(3), KIB(4)));
	CHECK(!mmio_allowed(0xfedff000, GIB(3), KIB(8)));
	CHECK(!mmio_allowed(0xfffff000, GIB(3), KIB(4)));
}

static void ranges_are_checked(void)
{
	CHECK(!ports_allowed(5, 4, &host));
	CHECK(!mmio_allowed(GIB(4), GIB(3), 0));
	CHECK(!mmio_allowed(GIB(4), GIB(3), 100));
	CHECK(!mmio_allowed(GIB(4) + 1, GIB(3), KIB(4)));
	CHECK(!mmio_allowed(GIB(4), GIB(3) + 8, KIB(4)));
	CHECK(!mmio_allowed(GIB(4), BIT(39), KIB(4)));
	CHECK(!mmio_allowed(GIB(4), BIT(39) - KIB(4), KIB(8)));
	CHECK(!mmio_allowed(BIT(39) - KIB(4), GIB(3), KIB(8)));
	CHECK(!mmio_allowed(GIB(4), GIB(3), ~0ull - 4095));
	CHECK(!mmio_allowed(~0ull - 4095, GIB(3), KIB(4)));

	CHECK(mmio_allowed(GIB(4), GIB(3), KIB(8)));
	wish.mmio[wish.mmio_count++] =
		(struct passthrough_mmio){GIB(4) + KIB(4), GIB(3), KIB(4)};
	CHECK(failed(passthrough_plan(&plan, &wish, &host)));
	wish.mmio[1].gpa = GIB(4) + KIB(8);
	CHECK(!failed(passthrough_plan(&plan, &wish, &host)));
	wish.mmio_excluded[0] = (struct passthrough_hpas){GIB(3), GIB(3)};
	wish.mmio_excluded_count = 1;
	CHECK(failed(passthrough_plan(&plan, &wish, &host)));
	wish.mmio_excluded[0].end = ~0ull;
	CHECK(failed(passthrough_plan(&plan, &wish, &host)));
	wish.mmio_excluded[0].end = GIB(3) + 1;
	CHECK(!failed(passthrough_plan(&plan, &wish, &host)));
	CHECK(plan.mmio_count == 1 && plan.mmio[0].gpa == GIB(4) + KIB(4) &&
	      plan.mmio[0].hpa == GIB(3) + KIB(4));
	wish.mmio_excluded_count = PASSTHROUGH_MAX + 1;
	CHECK(failed(passthrough_plan(&plan, &wish, &host)));
	wish.mmio_excluded_count = ~0u;
	CHECK(failed(passthrough_plan(&plan, &wish, &host)));
}

/* Every port but the host's, by exclusion. */
static void what_is_excluded_is_kept_back(void)
{
	static const struct passthrough_ports kept[] = {
		{0xcf8, 0xcff}, {0, 0x7f},	{0x600, 0x60b},	 {0xa0, 0xa1},
		{0xf4, 0xf7},	{0x3f8, 0x3ff}, {0xffff, 0xffff}};
	struct guest_region_wish region;

	memset(&wish, 0, sizeof(wish));
	wish.ports[0] = ports(0, 0xffff);
	wish.ports_count = 1;
	memcpy(wish.ports_excluded, kept, sizeof(kept));
	wish.ports_excluded_count = ARRAY_SIZE(kept);
	CHECK(!failed(passthrough_plan(&plan, &wish, &host)));
	CHECK_EQ(plan.ports_count, 6);
	CHECK(plan.ports[0].first == 0x80 && plan.ports[0].last == 0x9f);
	CHECK(plan.ports[5].first == 0xd00 && plan.ports[5].last == 0xfffe);

	CHECK(mmio_allowed(GIB(4), GIB(3), MIB(2)));
	region = passthrough_region(&plan.mmio[0]);
	CHECK(region.kind == GUEST_REGION_DEVICE && region.gpa == GIB(4) &&
	      region.hpa == GIB(3) && region.size == MIB(2) &&
	      region.rights == (EPT_READ | EPT_WRITE));
}

static void too_many_pieces_are_refused(void)
{
	memset(&wish, 0, sizeof(wish));
	wish.ports[0] = ports(0x1000, 0x1fff);
	wish.ports_count = 1;
	for (u16 i = 0; i < PASSTHROUGH_MAX; i++) {
		wish.ports_excluded[i] =
			ports((u16)(0x1001 + 2 * i), (u16)(0x1001 + 2 * i));
	}
	wish.ports_excluded_count = PASSTHROUGH_MAX - 1;
	CHECK(!failed(passthrough_plan(&plan, &wish, &host)));
	CHECK_EQ(plan.ports_count, PASSTHROUGH_MAX);
	wish.ports_excluded_count = PASSTHROUGH_MAX;
	CHECK(failed(passthrough_plan(&plan, &wish, &host)));
}

/* Each port, and each page, against what the ranges say of it. */
#define PLACES	  256u
#define FREE_PORT 0x2000u
#define MMIO_GPA  GIB(8)
#define MMIO_HPA  GIB(3)

static void mark(bool *places, unsigned int first, unsigned int last, bool is)
{
	for (unsigned int i = first; i <= last; i++) {
		places[i] = is;
	}
}

/* One range of both kinds at random, in the lists and in the model. */
static void add_range(bool *wanted)
{
	unsigned int first = (unsigned int)random_below(PLACES);
	unsigned int last =
		(unsigned int)min_u64(first + random_below(40), PLACES - 1);

	wish.ports[wish.ports_count++] =
		ports((u16)(FREE_PORT + first), (u16)(FREE_PORT + last));
	mark(wanted, first, last, true);
}

static void cut_range(bool *wanted)
{
	unsigned int first = (unsigned int)random_below(PLACES);
	unsigned int last =
		(unsigned int)min_u64(first + random_below(9), PLACES - 1);

	wish.ports_excluded[wish.ports_excluded_count++] =
		ports((u16)(FREE_PORT + first), (u16)(FREE_PORT + last));
	wish.mmio_excluded[wish.mmio_excluded_count++] =
		(struct passthrough_hpas){MMIO_HPA + first * KIB(4) + 1,
					  MMIO_HPA + last * KIB(4) + 2};
	mark(wanted, first, last, false);
}

static void check_plan(const bool *ports_wanted, const bool *mmio_wanted)
{
	bool given[PLACES] = {false};

	for (unsigned int i = 0; i < plan.ports_count; i++) {
		mark(given, plan.ports[i].first - FREE_PORT,
		     plan.ports[i].last - FREE_PORT, true);
	}
	CHECK(memcmp(given, ports_wanted, sizeof(given)) == 0);
	memset(given, 0, sizeof(given));
	for (unsigned int i = 0; i < plan.mmio_count; i++) {
		const struct passthrough_mmio *mmio = &plan.mmio[i];
		u64 first = (mmio->hpa - MMIO_HPA) / KIB(4);

		CHECK_EQ(mmio->gpa - MMIO_GPA, mmio->hpa - MMIO_HPA);
		mark(given, (unsigned int)first,
		     (unsigned int)(first + mmio->size / KIB(4) - 1), true);
	}
	CHECK(memcmp(given, mmio_wanted, sizeof(given)) == 0);
}

static void each_port_and_page_is_where_it_belongs(void)
{
	unsigned int checked = 0;

	for (int round = 0; round < 20000; round++) {
		bool ports_wanted[PLACES] = {false};
		bool mmio_wanted[PLACES];
		u64 cuts = random_below(6);

		memset(&wish, 0, sizeof(wish));
		memset(mmio_wanted, true, sizeof(mmio_wanted));
		for (u64 i = random_below(5); i-- > 0;) {
			add_range(ports_wanted);
		}
		wish.mmio[wish.mmio_count++] = (struct passthrough_mmio){
			MMIO_GPA, MMIO_HPA, PLACES * KIB(4)};
		for (u64 i = 0; i < cuts; i++) {
			struct passthrough_hpas *hpas =
				&wish.mmio_excluded[wish.mmio_excluded_count];

			cut_range(ports_wanted);
			mark(mmio_wanted,
			     (unsigned int)((hpas->start - MMIO_HPA) / KIB(4)),
			     (unsigned int)((hpas->end - MMIO_HPA) / KIB(4)),
			     false);
		}
		if (!failed(passthrough_plan(&plan, &wish, &host))) {
			check_plan(ports_wanted, mmio_wanted);
			checked++;
		}
	}
	CHECK(checked > 19000);
}

static const struct unit_test tests[] = {
	UNIT_TEST(what_the_host_uses_is_refused),
	UNIT_TEST(memory_of_the_host_is_refused),
	UNIT_TEST(ranges_are_checked),
	UNIT_TEST(what_is_excluded_is_kept_back),
	UNIT_TEST(too_many_pieces_are_refused),
	UNIT_TEST(each_port_and_page_is_where_it_belongs),
};

int main(void)
{
	return UNIT_RUN(tests);
}
