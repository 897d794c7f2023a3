/*
 * Regions of a guest's memory beside its main RAM: what the guest may do there
 * by the EPT, the hypervisor's accessors do, and nothing more.
 *
 * modules: h3-ept/guest_memory.c h3-ept/ept.c h3-ept/ept_check.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept_walk.c tests/unit/fake_frames.c
 */
#include "ept_walk.h"
#include "fake_frames.h"
#include "guest_memory.h"
#include "random.h"
#include "unit.h"

#define CAPS                                                            \
	(EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_WB | EPT_CAP_2M_PAGES | \
	 EPT_CAP_1G_PAGES | EPT_CAP_INVEPT | EPT_CAP_INVEPT_SINGLE)
#define RAM MIB(4)

static struct ept ept;
static struct guest_memory memory;

static void begin(void)
{
	fake_frames_reset();
	CHECK(!failed(ept_init(&ept, CAPS, 48)));
	CHECK(!failed(guest_memory_init(&memory, &ept, RAM, true)));
}

static void end(void)
{
	guest_memory_destroy(&memory);
	CHECK_EQ(ept.leaves[0] + ept.leaves[1] + ept.leaves[2], 0);
	ept_destroy(&ept);
	CHECK_EQ(fake_frames_outstanding(), 0);
}

static struct guest_region_wish ram(gpa_t gpa, u64 size, u64 rights, bool lazy)
{
	return (struct guest_region_wish){
		.gpa = gpa, .size = size, .rights = rights, .lazy = lazy};
}

static bool add(struct guest_region_wish wish)
{
	return !failed(guest_memory_add_region(&memory, &wish));
}

static bool may(gpa_t gpa, u64 right)
{
	struct ept_translation found;

	return ept_walk(&ept, gpa, right, &found) == EPT_WALK_ALLOWED;
}

static void rights_are_the_guests(void)
{
	const gpa_t gpa = GIB(3);
	u64 size = 8;
	u64 word = 3;

	begin();
	CHECK(add(ram(gpa, KIB(8), EPT_READ, false)));
	CHECK(add(ram(gpa + KIB(8), KIB(4), EPT_READ | EPT_WRITE, false)));
	CHECK(may(gpa, EPT_READ) && !may(gpa, EPT_WRITE) &&
	      !may(gpa, EPT_EXECUTE));
	CHECK(may(gpa + KIB(8), EPT_WRITE));

	CHECK(guest_memory_contains(&memory, gpa, KIB(12)));
	CHECK(!guest_memory_contains(&memory, gpa, KIB(12) + 1));
	CHECK(!guest_memory_contains(&memory, gpa - 1, 2));
	CHECK(guest_memory_contains(&memory, gpa + KIB(12), 0));
	CHECK(!guest_memory_contains(&memory, gpa + KIB(12) + 1, 0));
	CHECK(!guest_memory_contains(&memory, gpa, ~0ull));
	CHECK(guest_memory_may_write(&memory, gpa + KIB(8), KIB(4)));
	CHECK(!guest_memory_may_write(&memory, gpa + KIB(8) - 1, 2));
	CHECK(!guest_memory_may_write(&memory, gpa, 1));

	CHECK(!guest_memory_write(&memory, gpa + KIB(8) - 4, &word, 8));
	CHECK(guest_memory_write(&memory, gpa + KIB(8), &word, 8));
	CHECK(guest_memory_read(&memory, gpa + KIB(8) - 4, &word, 8));
	CHECK_EQ(word, 3ull << 32);
	CHECK(guest_memory_at(&memory, gpa) != NULL);
	CHECK(guest_memory_at_to_write(&memory, gpa) == NULL);
	CHECK(guest_memory_at_to_write(&memory, gpa + KIB(8)) ==
	      guest_memory_at(&memory, gpa + KIB(8)));
	CHECK(guest_memory_at_to_write(&memory, KIB(4)) != NULL);
	CHECK(guest_memory_at_to_write(&memory, RAM) == NULL);

	/* Whoever loads an image needs no rights. */
	memset(guest_memory_pointer(&memory, gpa, &size), 9, 8);
	CHECK(guest_memory_read(&memory, gpa, &word, 8));
	CHECK_EQ(word, 0x0909090909090909);
	CHECK(guest_memory_zero(&memory, gpa, KIB(12)));
	CHECK(guest_memory_read(&memory, gpa, &word, 8));
	CHECK_EQ(word, 0);
	end();
}

static void regions_beside_main_ram_go_on_behind_it(void)
{
	u8 bytes[16];
	u64 size = 16;

	begin();
	memset(bytes, 7, sizeof(bytes));
	CHECK(add(ram(RAM, KIB(4), EPT_READ, false)));
	CHECK(guest_memory_contains(&memory, RAM - 8, 16));
	CHECK(!guest_memory_may_write(&memory, RAM - 8, 16));
	CHECK(!guest_memory_write(&memory, RAM - 8, bytes, 16));
	CHECK(guest_memory_write(&memory, RAM - 8, bytes, 8));
	CHECK(guest_memory_read(&memory, RAM - 8, bytes, 16));
	CHECK(bytes[7] == 7 && bytes[8] == 0);
	CHECK(guest_memory_pointer(&memory, RAM - 8, &size) != NULL);
	CHECK_EQ(size, 8);
	end();
}

static void lazy_regions_come_when_touched(void)
{
	const gpa_t gpa = GIB(5) + MIB(1);

	begin();
	CHECK(add(ram(gpa, MIB(4), EPT_READ | EPT_WRITE, true)));
	CHECK_EQ(memory.populated, 0);
	CHECK(guest_memory_zero(&memory, gpa, MIB(4)));
	CHECK_EQ(memory.populated, 0);
	CHECK_EQ(guest_memory_populate(&memory, gpa + MIB(4) - 1),
		 GUEST_MEMORY_POPULATED);
	CHECK_EQ(memory.populated, KIB(4));
	CHECK_EQ(guest_memory_populate(&memory, gpa + MIB(1)),
		 GUEST_MEMORY_POPULATED);
	CHECK_EQ(memory.populated, KIB(4) + MIB(2));
	CHECK(may(gpa + MIB(3) - 1, EPT_WRITE) && !may(gpa, EPT_READ));
	CHECK_EQ(guest_memory_populate(&memory, gpa - 1), GUEST_MEMORY_OUTSIDE);
	CHECK_EQ(guest_memory_populate(&memory, gpa + MIB(4)),
		 GUEST_MEMORY_OUTSIDE);
	fake_frames_fail_after(0);
	CHECK_EQ(guest_memory_populate(&memory, gpa),
		 GUEST_MEMORY_OUT_OF_MEMORY);
	fake_frames_reset();
	CHECK(!failed(guest_memory_remove_region(&memory, gpa)));
	CHECK_EQ(memory.populated, 0);
	CHECK(!may(gpa + MIB(1), EPT_READ));
	end();
}

static void large_pages_are_used_where_they_fit(void)
{
	begin();
	CHECK(add(ram(GIB(3) - MIB(3), GIB(1) + MIB(6) + KIB(4), EPT_READ,
		      false)));
	CHECK_EQ(ept.leaves[2], 1);
	CHECK_EQ(ept.leaves[1], 1 + 1);
	CHECK_EQ(ept.leaves[0], 256 + 256 + 1);
	CHECK(guest_memory_at(&memory, GIB(4) - 1) != NULL);
	CHECK(guest_memory_at(&memory, GIB(4) + MIB(3) + KIB(4)) == NULL);
	end();
}

static void lent_memory_stays_the_lenders(void)
{
	hpa_t block = frames_alloc_zeroed(FRAME_ORDER_2M + 1);
	struct guest_region_wish wish = {
		.kind = GUEST_REGION_LENT,
		.gpa = GIB(4),
		.size = MIB(4) - KIB(4),
		.rights = EPT_READ | EPT_WRITE,
		.hpa = block,
	};
	u64 size = MIB(8);

	begin();
	CHECK(add(wish));
	CHECK_EQ(ept.leaves[1], 1);
	CHECK(guest_memory_pointer(&memory, GIB(4) + 1, &size) ==
	      phys_to_virt(block + 1));
	CHECK_EQ(size, wish.size - 1);
	CHECK(guest_memory_write(&memory, GIB(4) + MIB(2) - 1, "ab", 2));
	CHECK_EQ(*(char *)phys_to_virt(block + MIB(2)), 'b');
	CHECK_EQ(memory.populated, 0);
	CHECK_EQ(guest_memory_populate(&memory, GIB(4)),
		 GUEST_MEMORY_POPULATED);
	CHECK(!failed(guest_memory_remove_region(&memory, GIB(4))));
	CHECK(guest_memory_at(&memory, GIB(4)) == NULL);
	CHECK(add(wish));
	guest_memory_destroy(&memory);
	CHECK(fake_frames_owns(block, MIB(4)));
	frames_free(block, FRAME_ORDER_2M + 1);
	ept_destroy(&ept);
	CHECK_EQ(fake_frames_outstanding(), 0);
}

/* An address at which the host has nothing: a touch would be the end. */
static void devices_are_not_touched(void)
{
	struct guest_region_wish wish = {
		.kind = GUEST_REGION_DEVICE,
		.gpa = GIB(4),
		.size = MIB(2),
		.rights = EPT_READ | EPT_WRITE,
		.hpa = MIB(2),
	};
	struct ept_translation found;
	u64 size = 1;
	u64 word = 0;

	begin();
	CHECK(add(wish));
	CHECK(ept_walk(&ept, GIB(4) + 5, EPT_WRITE, &found) ==
		      EPT_WALK_ALLOWED &&
	      found.hpa == MIB(2) + 5 && found.type == EPT_UC);
	CHECK(guest_memory_region(&memory, GIB(4) + 5) != NULL);
	CHECK(!guest_memory_contains(&memory, GIB(4), 1));
	CHECK(!guest_memory_contains(&memory, GIB(4), 0));
	CHECK(!guest_memory_may_write(&memory, GIB(4), 1));
	CHECK(guest_memory_at(&memory, GIB(4)) == NULL);
	CHECK(guest_memory_at_to_write(&memory, GIB(4)) == NULL);
	CHECK(guest_memory_pointer(&memory, GIB(4), &size) == NULL);
	CHECK(!guest_memory_read(&memory, GIB(4), &word, 8));
	CHECK(!guest_memory_write(&memory, GIB(4), &word, 8));
	CHECK(!guest_memory_zero(&memory, GIB(4), 8));
	CHECK_EQ(guest_memory_populate(&memory, GIB(4)), GUEST_MEMORY_OUTSIDE);
	end();
}

static void wrong_regions_are_refused(void)
{
	struct guest_region_wish overlong = ram(GIB(1), 0, EPT_READ, true);

	begin();
	CHECK(add(ram(GIB(1), MIB(2), EPT_READ, true)));
	u64 frames = fake_frames_outstanding();

	CHECK(!add(ram(0, KIB(4), EPT_READ, true)));
	CHECK(!add(ram(RAM - KIB(4), KIB(8), EPT_READ, true)));
	CHECK(!add(ram(GIB(1) - KIB(4), KIB(8), EPT_READ, true)));
	CHECK(!add(ram(GIB(1) + MIB(2) - KIB(4), KIB(8), EPT_READ, true)));
	CHECK(!add(ram(GIB(1) + KIB(4), KIB(4), EPT_READ, true)));
	CHECK(!add(ram(MIB(512), GIB(1), EPT_READ, true)));
	CHECK(!add(ram(GIB(2), 0, EPT_READ, true)));
	CHECK(!add(ram(GIB(2), KIB(2), EPT_READ, true)));
	CHECK(!add(ram(GIB(2) + 1, KIB(4), EPT_READ, true)));
	CHECK(!add(ram(GIB(2), KIB(4), 0, true)));
	CHECK(!add(ram(GIB(2), KIB(4), EPT_WRITE, true)));
	CHECK(!add(ram(GIB(2), KIB(4), EPT_READ | BIT(3), true)));
	CHECK(!add(ram(BIT(48), KIB(4), EPT_READ, true)));
	CHECK(!add(ram(BIT(48) - KIB(4), KIB(8), EPT_READ, true)));
	overlong.gpa = GIB(2);
	overlong.size = ~0ull - KIB(4) + 1;
	CHECK(!add(overlong));
	CHECK_EQ(fake_frames_outstanding(), frames);
	CHECK(failed(guest_memory_remove_region(&memory, 0)));
	CHECK(failed(guest_memory_remove_region(&memory, GIB(1) + KIB(4))));
	CHECK(failed(guest_memory_remove_region(&memory, GIB(1) + MIB(2))));
	CHECK(failed(guest_memory_remove_region(&memory, ~0ull)));
	CHECK_EQ(memory.others.count, 1);
	end();
}

static void gaps_are_found(void)
{
	gpa_t gpa;

	begin();
	CHECK(add(ram(MIB(16), MIB(2), EPT_READ, true)));
	CHECK(add(ram(MIB(20), KIB(4), EPT_READ, true)));
	CHECK(guest_region_list_gap(&memory.others, MIB(16), MIB(32), KIB(4),
				    KIB(4), &gpa));
	CHECK_EQ(gpa, MIB(18));
	CHECK(guest_region_list_gap(&memory.others, MIB(16), MIB(32),
				    MIB(2) + KIB(4), KIB(4), &gpa));
	CHECK_EQ(gpa, MIB(20) + KIB(4));
	CHECK(guest_region_list_gap(&memory.others, MIB(19) + KIB(4), MIB(32),
				    KIB(4), MIB(2), &gpa));
	CHECK_EQ(gpa, MIB(22));
	CHECK(guest_region_list_gap(&memory.others, MIB(8), MIB(32), MIB(8),
				    KIB(4), &gpa));
	CHECK_EQ(gpa, MIB(8));
	CHECK(!guest_region_list_gap(&memory.others, MIB(16), MIB(32), MIB(12),
				     KIB(4), &gpa));
	CHECK(!guest_region_list_gap(&memory.others, MIB(16), MIB(18), KIB(4),
				     KIB(4), &gpa));
	CHECK(!guest_region_list_gap(&memory.others, ~0ull, ~0ull, KIB(4),
				     KIB(4), &gpa));
	CHECK(!guest_region_list_gap(&memory.others, MIB(16), MIB(32), ~0ull,
				     KIB(4), &gpa));
	end();
}

/* Pages of a model: what lies in each. */
#define PAGES 512u
#define BASE  GIB(1)
static struct {
	bool there;
	u64 rights;
	gpa_t region;
} pages[PAGES];

static void check_page(unsigned int page)
{
	gpa_t gpa = BASE + page * KIB(4);
	bool writable = (pages[page].rights & EPT_WRITE) != 0;
	u64 word = 0;

	CHECK_EQ(guest_memory_read(&memory, gpa + 16, &word, 8),
		 pages[page].there);
	CHECK_EQ(guest_memory_write(&memory, gpa + 16, &word, 8),
		 pages[page].there && writable);
	CHECK_EQ(may(gpa, EPT_READ), pages[page].there);
	CHECK_EQ(may(gpa, EPT_WRITE), pages[page].there && writable);
}

static void try_add(unsigned int first, unsigned int count, unsigned int *there)
{
	u64 rights = EPT_READ | (random_below(2) == 0 ? EPT_WRITE : 0);
	bool free = first + count <= PAGES && *there < GUEST_REGIONS_MAX;
	gpa_t gpa = BASE + first * KIB(4);

	for (unsigned int i = first; free && i < first + count; i++) {
		free = !pages[i].there;
	}
	if (first + count > PAGES) {
		return;
	}
	CHECK_EQ(add(ram(gpa, count * KIB(4), rights, random_below(2) == 0)),
		 free);
	for (unsigned int i = first; free && i < first + count; i++) {
		pages[i].there = true;
		pages[i].rights = rights;
		pages[i].region = gpa;
	}
	*there += free;
}

static void try_remove(unsigned int first, unsigned int *there)
{
	gpa_t gpa = BASE + first * KIB(4);
	bool begins = pages[first].there && pages[first].region == gpa;

	CHECK_EQ(!failed(guest_memory_remove_region(&memory, gpa)), begins);
	for (unsigned int i = first; begins && i < PAGES; i++) {
		if (pages[i].there && pages[i].region == gpa) {
			pages[i].there = false;
			pages[i].rights = 0;
		}
	}
	*there -= begins;
}

static void regions_come_and_go_as_in_a_model(void)
{
	unsigned int there = 0;
	bool was_full = false;

	begin();
	memset(pages, 0, sizeof(pages));
	for (int step = 0; step < 20000 && unit_failed_checks == 0; step++) {
		unsigned int first = (unsigned int)random_below(PAGES);

		if (random_below(100) < (step / 2000 % 2 == 0 ? 60u : 30u)) {
			try_add(first, 1 + (unsigned int)random_below(7),
				&there);
		} else {
			try_remove(first, &there);
		}
		was_full = was_full || there == GUEST_REGIONS_MAX;
		CHECK_EQ(memory.others.count, there);
		check_page((unsigned int)random_below(PAGES));
		check_page(first);
	}
	CHECK(was_full);
	end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(rights_are_the_guests),
	UNIT_TEST(regions_beside_main_ram_go_on_behind_it),
	UNIT_TEST(lazy_regions_come_when_touched),
	UNIT_TEST(large_pages_are_used_where_they_fit),
	UNIT_TEST(lent_memory_stays_the_lenders),
	UNIT_TEST(devices_are_not_touched),
	UNIT_TEST(wrong_regions_are_refused),
	UNIT_TEST(gaps_are_found),
	UNIT_TEST(regions_come_and_go_as_in_a_model),
};

int main(void)
{
	return UNIT_RUN(tests);
}
