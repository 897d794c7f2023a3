/*
 * modules: h5-multivcpu/memory/vm_regions.c
 * modules: h3-ept/guest_memory.c h3-ept/ept.c h3-ept/ept_check.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept_walk.c tests/unit/fake_frames.c
 */
#include "ept_walk.h"
#include "fake_frames.h"
#include "memory/vm_regions.h"
#include "unit.h"

/* In this process's address space nothing else lies there. */
#define HOST MIB(512)

static struct ept ept;
static struct guest_memory memory;
static struct vm_regions regions;

static const struct memory_map ram = {
	.count = 2,
	.ranges = {{MIB(1), MIB(768)}, {GIB(4), GIB(6)}},
};
static const struct vm_regions_host host = {&ram, 39, true};

static const struct vm_region main_ram = {
	.kind = VM_REGION_ALLOC,
	.size = MIB(64),
	.rights = EPT_RWX,
	.lazy = true,
};

static void begin(void)
{
	const u64 caps = EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_WB |
			 EPT_CAP_2M_PAGES | EPT_CAP_1G_PAGES | EPT_CAP_INVEPT |
			 EPT_CAP_INVEPT_SINGLE;

	fake_frames_reset();
	CHECK(!failed(ept_init(&ept, caps, 48)));
}

static void end(void)
{
	CHECK_EQ(ept.leaves[0] + ept.leaves[1] + ept.leaves[2], 0);
	ept_destroy(&ept);
	CHECK_EQ(fake_frames_outstanding(), 0);
	CHECK_EQ(fake_frames_taken(), 0);
}

/* The host-physical address where the guest has the rights, and no others. */
static hpa_t maps(gpa_t gpa, u64 rights, enum ept_memory_type type)
{
	struct ept_translation found = {0};

	for (u64 right = EPT_READ; right <= EPT_EXECUTE; right <<= 1) {
		CHECK_EQ(ept_walk(&ept, gpa, right, &found) == EPT_WALK_ALLOWED,
			 (rights & right) != 0);
	}
	CHECK(ept_walk(&ept, gpa, EPT_READ, &found) == EPT_WALK_ALLOWED &&
	      found.type == type);
	return found.hpa;
}

static void all_kinds_are_made_and_given_back(void)
{
	const struct vm_region list[] = {
		main_ram,
		{.kind = VM_REGION_RESERVED,
		 .gpa = MIB(900),
		 .size = MIB(4),
		 .rights = EPT_READ | EPT_WRITE,
		 .hpa = GIB(2)},
		{.kind = VM_REGION_ALLOC,
		 .gpa = GIB(4) + KIB(4),
		 .size = MIB(5),
		 .rights = EPT_READ},
		{.kind = VM_REGION_IDENTICAL,
		 .gpa = HOST,
		 .size = MIB(4),
		 .rights = EPT_READ | EPT_EXECUTE},
	};
	u64 word = 0;

	begin();
	CHECK(!failed(vm_regions_check(list, ARRAY_SIZE(list), &host)));
	if (!CHECK(!failed(vm_regions_init(&regions, &memory, &ept, list,
					   ARRAY_SIZE(list))))) {
		return;
	}
	CHECK_EQ(memory.populated, MIB(5));
	CHECK_EQ(fake_frames_taken(), MIB(4) / FRAME_SIZE);
	CHECK_EQ(maps(HOST + 5, EPT_READ | EPT_EXECUTE, EPT_WB), HOST + 5);
	CHECK_EQ(maps(MIB(900), EPT_READ | EPT_WRITE, EPT_UC), GIB(2));
	CHECK_EQ(maps(MIB(904) - 1, EPT_READ | EPT_WRITE, EPT_UC),
		 GIB(2) + MIB(4) - 1);
	(void)maps(GIB(4) + KIB(4), EPT_READ, EPT_WB);
	/* Two pages of 2 MiB each, and one in the middle of the third. */
	CHECK_EQ(ept.leaves[1], 2 + 2 + 1);
	CHECK_EQ(ept.leaves[0], (MIB(5) - MIB(2)) / FRAME_SIZE);

	CHECK(guest_memory_read(&memory, HOST, &word, 8));
	CHECK_EQ(word, 0);
	CHECK(!guest_memory_write(&memory, HOST, &word, 8));
	CHECK(!guest_memory_read(&memory, MIB(900), &word, 8));
	CHECK(guest_memory_read(&memory, GIB(4) + MIB(5) + KIB(4) - 8, &word,
				8));
	vm_regions_destroy(&regions, &memory);
	end();
}

/* A list of main RAM and this region is refused. */
static bool refused(struct vm_region region)
{
	const struct vm_region list[] = {main_ram, region};

	return failed(vm_regions_check(list, 2, &host));
}

static struct vm_region alloc(gpa_t gpa, u64 size)
{
	return (struct vm_region){.kind = VM_REGION_ALLOC,
				  .gpa = gpa,
				  .size = size,
				  .rights = EPT_READ};
}

static struct vm_region reserved(hpa_t hpa, u64 size)
{
	return (struct vm_region){.kind = VM_REGION_RESERVED,
				  .gpa = GIB(1),
				  .size = size,
				  .rights = EPT_READ,
				  .hpa = hpa};
}

static void ranges_are_checked(void)
{
	CHECK(!refused(alloc(MIB(64), KIB(4))));
	CHECK(refused(alloc(MIB(64) - KIB(4), KIB(4))));
	CHECK(refused(alloc(MIB(64) + 1, KIB(4))));
	CHECK(refused(alloc(MIB(64), KIB(4) - 1)));
	CHECK(refused(alloc(MIB(64), 0)));
	CHECK(refused(alloc(MIB(64), ~0ull - 4095)));
	CHECK(refused(alloc(~0ull - 4095, KIB(4))));
	CHECK(!refused(alloc(BIT(39) - KIB(4), KIB(4))));
	CHECK(refused(alloc(BIT(39) - KIB(4), KIB(8))));
	CHECK(refused(alloc(BIT(39), KIB(4))));
	CHECK(!refused(alloc(0xd0000000 - KIB(4), KIB(4))));
	CHECK(refused(alloc(0xd0000000 - KIB(4), KIB(8))));
	CHECK(refused(alloc(0xd0fff000, KIB(4))));
	CHECK(!refused(alloc(0xd1000000, KIB(4))));
	CHECK(refused(alloc(0xfec00000, KIB(4))));
	CHECK(refused(alloc(0xfeefc000, KIB(4))));
	CHECK(!refused(alloc(0xff000000, KIB(4))));
	CHECK(refused(alloc(0xff000000, MIB(12) + KIB(4))));
	CHECK(refused(alloc(0xfffff000, KIB(4))));
	CHECK(!refused(alloc(GIB(4), KIB(4))));
	CHECK(refused(alloc(MIB(64), GIB(8))));
}

static void rights_and_kinds_are_checked(void)
{
	struct vm_region region = alloc(MIB(64), KIB(4));

	region.rights = EPT_WRITE;
	CHECK(refused(region));
	region.rights = EPT_RWX | BIT(3);
	CHECK(refused(region));
	region.rights = 0;
	CHECK(refused(region));
	region.rights = EPT_READ;
	region.kind = VM_REGION_IDENTICAL;
	CHECK(!refused(region));
	region.lazy = true;
	CHECK(refused(region));
	region.lazy = false;
	region.hpa = MIB(65);
	CHECK(refused(region));
	region.hpa = MIB(64);
	CHECK(!refused(region));
	region.kind = (enum vm_region_kind)7;
	CHECK(refused(region));
}

static void reserved_is_nobodys_ram(void)
{
	CHECK(!refused(reserved(MIB(768), KIB(4))));
	CHECK(refused(reserved(MIB(768) - KIB(4), KIB(4))));
	CHECK(refused(reserved(MIB(512), KIB(4))));
	CHECK(!refused(reserved(0, MIB(1))));
	CHECK(refused(reserved(0, MIB(1) + KIB(4))));
	CHECK(refused(reserved(GIB(3), GIB(4))));
	CHECK(refused(reserved(MIB(768) + 5, KIB(4))));
	CHECK(refused(reserved(~0ull - 4095, KIB(4))));
	CHECK(refused(reserved(BIT(39), KIB(4))));
}

static void the_first_is_main_ram(void)
{
	static struct vm_region many[VM_REGIONS_MAX + 1];
	struct vm_region first = main_ram;

	CHECK(!failed(vm_regions_check(&first, 1, &host)));
	CHECK(failed(vm_regions_check(&first, 0, &host)));
	first.gpa = KIB(4);
	CHECK(failed(vm_regions_check(&first, 1, &host)));
	first = main_ram;
	first.rights = EPT_READ;
	CHECK(failed(vm_regions_check(&first, 1, &host)));
	first = main_ram;
	first.kind = VM_REGION_IDENTICAL;
	CHECK(failed(vm_regions_check(&first, 1, &host)));
	for (unsigned int i = 0; i <= VM_REGIONS_MAX; i++) {
		many[i] =
			i == 0 ? main_ram : alloc(MIB(64) + i * KIB(4), KIB(4));
	}
	CHECK(!failed(vm_regions_check(many, VM_REGIONS_MAX, &host)));
	CHECK(failed(vm_regions_check(many, VM_REGIONS_MAX + 1, &host)));
	many[3].size = KIB(8);
	CHECK(failed(vm_regions_check(many, VM_REGIONS_MAX, &host)));
}

/* Whatever cannot be had, all else is given back. */
static void without_memory_all_is_given_back(void)
{
	const struct vm_region list[] = {
		main_ram,
		{.kind = VM_REGION_ALLOC,
		 .gpa = MIB(100),
		 .size = KIB(12),
		 .rights = EPT_READ},
		{.kind = VM_REGION_IDENTICAL,
		 .gpa = HOST,
		 .size = KIB(8),
		 .rights = EPT_READ},
		{.kind = VM_REGION_IDENTICAL,
		 .gpa = HOST + MIB(2),
		 .size = KIB(8),
		 .rights = EPT_READ},
	};
	struct error error = failure("not tried", 0);
	u64 frames;

	for (frames = 0; failed(error) && frames < 50; frames++) {
		begin();
		fake_frames_fail_after(frames);
		error = vm_regions_init(&regions, &memory, &ept, list,
					ARRAY_SIZE(list));
		if (failed(error)) {
			end();
		}
	}
	CHECK(!failed(error) && frames > 8);
	vm_regions_destroy(&regions, &memory);
	end();

	/* Somebody has a frame of the second identical one. */
	begin();
	CHECK(frames_take(HOST + MIB(2) + KIB(4), HOST + MIB(2) + KIB(8)));
	CHECK(failed(vm_regions_init(&regions, &memory, &ept, list,
				     ARRAY_SIZE(list))));
	CHECK_EQ(fake_frames_taken(), 1);
	frames_add(HOST + MIB(2) + KIB(4), HOST + MIB(2) + KIB(8));
	end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(all_kinds_are_made_and_given_back),
	UNIT_TEST(ranges_are_checked),
	UNIT_TEST(rights_and_kinds_are_checked),
	UNIT_TEST(reserved_is_nobodys_ram),
	UNIT_TEST(the_first_is_main_ram),
	UNIT_TEST(without_memory_all_is_given_back),
};

int main(void)
{
	return UNIT_RUN(tests);
}
