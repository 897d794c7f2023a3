/*
 * modules: h4-exits/memory/guest_linear.c h4-exits/memory/guest_rights.c
 * modules: h3-ept/guest_walk.c h3-ept/guest_memory.c h3-ept/ept.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept_check.c tests/unit/fake_frames.c
 */
#include "linear_fixture.h"
#include "paging_model.h"
#include "random.h"

static u8 shadow[MODEL_BYTES];
static unsigned int answers[2 * PF_PK]; /* by error code; [0]: allowed */

/* Does the code say what the model says, and leave the same flags behind? */
static bool agrees(const struct guest_paging_state *paging, gva_t gva,
		   enum guest_access access)
{
	struct guest_fault fault = {0};
	gpa_t gpa = 0;
	u64 size = MODEL_BYTES;
	struct model_answer expected = model_translate((struct model){
		.bytes = shadow,
		.ram = RAM,
		.paging = paging,
		.gva = gva,
		.access = access,
	});
	bool allowed = guest_linear_translate(&memory, paging, gva, access,
					      &gpa, &fault);
	bool same = CHECK_EQ(allowed, expected.allowed) &&
		    CHECK_EQ(gpa, expected.gpa) &&
		    CHECK_EQ(fault.vector, expected.vector) &&
		    CHECK_EQ(fault.error_code, expected.error_code) &&
		    CHECK_EQ(fault.has_error_code, !allowed) &&
		    CHECK(memcmp(guest_memory_pointer(&memory, 0, &size),
				 shadow, MODEL_BYTES) == 0);

	answers[expected.error_code]++;
	if (expected.vector == VECTOR_PF) {
		same &= CHECK_EQ(fault.address,
				 model_mode(paging) >= 4 ? gva : (u32)gva);
	}
	if (!same) {
		printf("# mode %u, gva %#llx, access %d, cr0 %#llx, cr4 %#llx, "
		       "efer %#llx, cpl %u\n",
		       model_mode(paging), (unsigned long long)gva, access,
		       (unsigned long long)paging->cr0,
		       (unsigned long long)paging->cr4,
		       (unsigned long long)paging->efer, paging->cpl);
	}
	return same;
}

static void put_both(gpa_t at, u64 value, u64 size)
{
	put(at, value, size);
	memcpy(shadow + at, &value, size);
}

static struct guest_paging_state random_paging(unsigned int mode)
{
	static const u8 widths[] = {32, 36, 40, 46, 52};
	const u64 any_cr4 = CR4_PSE | CR4_SMEP | CR4_SMAP | CR4_PKE | CR4_PKS;
	struct guest_paging_state paging = {
		.cr0 = CR0_PE | CR0_PG | (random_u64() & CR0_WP),
		.cr3 = random_below(16) * KIB(4) | (random_u64() & 0x18),
		.cr4 = random_u64() & any_cr4,
		.efer = random_u64() & EFER_NXE,
		.rflags = random_u64() & RFLAGS_AC,
		.maxphyaddr = widths[random_below(ARRAY_SIZE(widths))],
		.pages_1g = random_below(2) != 0,
		.cpl = random_below(2) != 0 ? 3 : (u8)random_below(3),
		.pkru = (u32)random_u64(),
		.pkrs = (u32)random_u64(),
	};

	if (mode >= 3) {
		paging.cr4 |= CR4_PAE | (mode == 5 ? CR4_LA57 : 0);
		paging.efer |= mode >= 4 ? EFER_LME | EFER_LMA : 0;
	}
	for (unsigned int i = 0; i < 4; i++) {
		paging.pdpte[i] = random_below(16) * KIB(4) |
				  (random_below(8) != 0 ? PAGE_PRESENT : 0);
	}
	return paging;
}

/* Mostly a sound entry, pointing among the tables; one in eight is not. */
static u64 random_entry(unsigned int entry_size)
{
	u64 entry = random_below(16) * KIB(4) | (random_u64() & 0xe7e);

	entry |= random_below(16) != 0 ? PAGE_PRESENT : 0;
	entry |= random_below(8) == 0 ? PAGE_LARGE : 0;
	entry |= random_below(4) != 0 ? PAGE_USER | PAGE_WRITE : 0;
	if (entry_size == 8) {
		entry |= random_u64() & 0x7ff0000000000000;
		entry |= random_below(4) == 0 ? PAGE_XD : 0;
		/* Ignored with 4 levels, but reserved with PAE. */
		entry &= random_below(2) != 0 ? UINT64_MAX
					      : ~0x7ff0000000000000ull;
	}
	return random_below(8) == 0 ? entry ^ BIT(random_below(entry_size * 8))
				    : entry;
}

static void random_tables_agree_with_the_model(void)
{
	static const unsigned int modes[] = {2, 3, 4, 5};

	make_memory();
	for (unsigned int round = 0; round < 40; round++) {
		unsigned int mode = modes[round % ARRAY_SIZE(modes)];
		unsigned int size = mode == 2 ? 4 : 8;

		for (gpa_t at = 0; at < MODEL_BYTES; at += size) {
			put_both(at, random_entry(size), size);
		}
		for (unsigned int i = 0; i < 1000; i++) {
			struct guest_paging_state paging = random_paging(mode);
			unsigned int unused =
				mode >= 4 ? 64 - 12 - 9 * mode : 0;
			gva_t gva =
				(u64)((s64)(random_u64() << unused) >> unused);

			if (random_below(16) == 0) {
				gva ^= BIT(random_below(64));
			}
			if (!agrees(&paging, gva, random_below(5))) {
				return;
			}
		}
	}
	CHECK(answers[0] > 1000);
	CHECK(answers[PF_P | PF_WR | PF_US | PF_PK] > 100);
	CHECK(answers[PF_P | PF_RSVD | PF_ID] > 100);
	CHECK(answers[PF_P | PF_US | PF_ID] > 100);
}

/* Each level's U/S, R/W and XD, and every state that has a say. */
static bool every_state_agrees(struct guest_paging_state paging, gva_t gva)
{
	for (unsigned int state = 0; state < 32; state++) {
		paging.cr0 = CR0_PE | CR0_PG | (state & 1 ? CR0_WP : 0);
		paging.cr4 &= ~(CR4_SMEP | CR4_SMAP);
		paging.cr4 |=
			(state & 2 ? CR4_SMEP : 0) | (state & 4 ? CR4_SMAP : 0);
		paging.rflags = state & 8 ? RFLAGS_AC : 0;
		paging.cpl = state & 16 ? 3 : 0;
		for (enum guest_access a = GUEST_READ; a <= GUEST_SYSTEM_WRITE;
		     a++) {
			if (!agrees(&paging, gva, a)) {
				return false;
			}
		}
	}
	return true;
}

static void all_rights_agree_with_the_model(void)
{
	const u64 marked = PAGE_PRESENT | PAGE_ACCESSED | PAGE_DIRTY;

	make_memory();
	memset(shadow, 0, sizeof(shadow));
	for (unsigned int mode = 2; mode <= 4; mode++) {
		struct guest_paging_state paging = {
			.cr3 = 0x1000,
			.cr4 = mode > 2 ? CR4_PAE : 0,
			.efer = EFER_NXE | (mode == 4 ? EFER_LMA : 0),
			.pdpte = {0x1000 | PAGE_PRESENT},
			.maxphyaddr = 40,
		};
		unsigned int levels = mode == 3 ? 2 : mode;
		unsigned int each = mode == 2 ? 2 : 3;

		for (u64 bits = 0; bits < BIT(each * levels); bits++) {
			for (unsigned int level = 0; level < levels; level++) {
				u64 own = bits >> each * level;

				put_both(0x1000 + level * 0x1000,
					 (0x2000 + level * 0x1000) | marked |
						 (own & 1 ? PAGE_USER : 0) |
						 (own & 2 ? PAGE_WRITE : 0) |
						 (each == 3 && own & 4 ? PAGE_XD
								       : 0),
					 mode == 2 ? 4 : 8);
			}
			if (!every_state_agrees(paging, 0xabc)) {
				return;
			}
		}
	}
}

static const struct guest_paging_state four_level = {
	.cr0 = CR0_PE | CR0_PG,
	.cr3 = 0x1000,
	.cr4 = CR4_PAE,
	.efer = EFER_LME | EFER_LMA | EFER_NXE,
	.maxphyaddr = 40,
};

#define TABLE (PAGE_PRESENT | PAGE_WRITE | PAGE_USER)

/* Linear 0x0000 is at 0x9000, 0x1000 at 0x6000; 0x2000 is no guest RAM. */
static void make_pages(void)
{
	make_memory();
	put(0x1000, 0x2000 | TABLE, 8);
	put(0x2000, 0x3000 | TABLE, 8);
	put(0x3000, 0x4000 | TABLE, 8);
	put(0x4000, 0x9000 | TABLE, 8);
	put(0x4008, 0x6000 | TABLE, 8);
	put(0x4010, RAM | TABLE, 8);
	put(0x4020, 0x8000 | PAGE_PRESENT, 8);
}

static void copies_cross_pages(void)
{
	struct guest_fault fault;
	u8 back[4];

	make_pages();
	CHECK(guest_linear_write(&memory, &four_level, 0xffe, "\1\2\3\4", 4,
				 GUEST_WRITE, &fault));
	CHECK_EQ(get(0x9ffe, 2), 0x0201);
	CHECK_EQ(get(0x6000, 2), 0x0403);
	CHECK(guest_linear_read(&memory, &four_level, 0xffe, back, 4,
				GUEST_READ, &fault));
	CHECK(memcmp(back, "\1\2\3\4", 4) == 0);
	CHECK_EQ(get(0x4000, 8), 0x9000 | TABLE | PAGE_ACCESSED | PAGE_DIRTY);
	CHECK_EQ(get(0x3000, 8), 0x4000 | TABLE | PAGE_ACCESSED);
}

static void nothing_is_written_before_a_fault(void)
{
	const struct guest_paging_state user = {
		.cr0 = CR0_PE | CR0_PG | CR0_WP,
		.cr3 = 0x1000,
		.cr4 = CR4_PAE,
		.efer = EFER_LMA,
		.maxphyaddr = 40,
		.cpl = 3,
	};
	struct guest_fault fault;
	u8 back[4] = {0};

	make_pages();
	CHECK(!guest_linear_write(&memory, &user, 0x2ffe, "\1\2\3\4", 4,
				  GUEST_WRITE, &fault));
	CHECK_EQ(fault.vector, VECTOR_PF);
	CHECK_EQ(fault.error_code, PF_WR | PF_US);
	CHECK_EQ(fault.address, 0x3000);
	put(0x4018, 0x7000 | TABLE, 8);
	CHECK(!guest_linear_write(&memory, &user, 0x3ffe, "\1\2\3\4", 4,
				  GUEST_WRITE, &fault));
	CHECK_EQ(fault.error_code, PF_P | PF_WR | PF_US);
	CHECK_EQ(fault.address, 0x4000);
	CHECK_EQ(get(0x7ffe, 2), 0);
	CHECK(!guest_linear_read(&memory, &user, 0x3ffe, back, 4, GUEST_FETCH,
				 &fault));
	CHECK_EQ(fault.error_code, PF_P | PF_US);
	CHECK_EQ(back[0], 0);
}

static void no_ram_reads_as_ones(void)
{
	u64 value = 0;
	struct guest_fault fault;
	gpa_t gpa;

	make_pages();
	CHECK(guest_linear_translate(&memory, &four_level, 0x2010, GUEST_READ,
				     &gpa, &fault));
	CHECK_EQ(gpa, RAM + 0x10);
	CHECK(guest_linear_read(&memory, &four_level, 0x1ffc, &value, 8,
				GUEST_READ, &fault));
	CHECK_EQ(value, 0xffffffff00000000);
	value = 0x1122334455667788;
	CHECK(guest_linear_write(&memory, &four_level, 0x1ffc, &value, 8,
				 GUEST_WRITE, &fault));
	CHECK_EQ(get(0x6ffc, 4), 0x55667788);
}

static void addresses_end_where_they_must(void)
{
	const struct guest_paging_state off = {.cr0 = CR0_PE};
	struct guest_fault fault;
	u32 value = 0;

	make_pages();
	CHECK(!guest_linear_read(&memory, &four_level, 0x7ffffffffffe, &value,
				 4, GUEST_READ, &fault));
	CHECK_EQ(fault.vector, VECTOR_PF);
	put(0x1000 + 255 * 8, 0x2000 | TABLE, 8);
	put(0x2000 + 511 * 8, 0x3000 | TABLE, 8);
	put(0x3000 + 511 * 8, 0x4000 | TABLE, 8);
	put(0x4000 + 511 * 8, 0x9000 | TABLE, 8);
	CHECK(!guest_linear_read(&memory, &four_level, 0x7ffffffffffe, &value,
				 4, GUEST_READ, &fault));
	CHECK_EQ(fault.vector, VECTOR_GP);
	CHECK(fault.has_error_code && fault.error_code == 0);
	/* Without 64-bit mode, the byte after the last is the first. */
	put(0, 0xbbaa, 2);
	CHECK(guest_linear_read(&memory, &off, 0xfffffffe, &value, 4,
				GUEST_READ, &fault));
	CHECK_EQ(value, 0xbbaaffff);
}

static void memory_that_cannot_be_had_is_a_machine_check(void)
{
	struct guest_memory lazy;
	struct ept other;
	struct guest_fault fault;
	u64 value;

	make_memory();
	CHECK(!failed(ept_init(&other, ept.capabilities, 48)));
	CHECK(!failed(guest_memory_init(&lazy, &other, RAM, true)));
	fake_frames_fail_after(0);
	CHECK(!guest_linear_read(&lazy, &four_level, 0, &value, 8, GUEST_READ,
				 &fault));
	CHECK_EQ(fault.vector, VECTOR_MC);
	CHECK(!fault.has_error_code);
	CHECK(!guest_linear_read(&lazy, &(struct guest_paging_state){0}, 0,
				 &value, 8, GUEST_READ, &fault));
	CHECK_EQ(fault.vector, VECTOR_MC);
	fake_frames_reset();
	guest_memory_destroy(&lazy);
	ept_destroy(&other);
}

/* As in a ROM: what is written is lost, flags in a table's entries as well. */
static void what_may_only_be_read_is_not_written(void)
{
	const struct guest_region_wish wish = {
		.gpa = RAM,
		.size = KIB(8),
		.rights = EPT_READ,
	};
	const struct guest_paging_state off = {0};
	struct guest_paging_state paging = four_level;
	struct guest_fault fault;
	u64 size = KIB(8);
	u64 value = ~0ull;
	u64 *rom;
	gpa_t gpa;

	make_memory();
	CHECK(!failed(guest_memory_add_region(&memory, &wish)));
	rom = guest_memory_pointer(&memory, RAM, &size);
	rom[0] = 0x1122334455667788;
	CHECK(guest_linear_write(&memory, &off, RAM - 4, &value, 8, GUEST_WRITE,
				 &fault));
	CHECK_EQ(get(RAM - 4, 4), 0xffffffff);
	CHECK_EQ(rom[0], 0x1122334455667788);
	CHECK(guest_linear_read(&memory, &off, RAM, &value, 8, GUEST_READ,
				&fault));
	CHECK_EQ(value, rom[0]);

	/* Each table lies there, and is its own page as well. */
	rom[0] = RAM | PAGE_PRESENT | PAGE_WRITE;
	paging.cr3 = RAM;
	CHECK(guest_linear_translate(&memory, &paging, 0x123, GUEST_WRITE, &gpa,
				     &fault));
	CHECK_EQ(gpa, RAM + 0x123);
	CHECK_EQ(rom[0], RAM | PAGE_PRESENT | PAGE_WRITE);
	CHECK(!failed(guest_memory_remove_region(&memory, RAM)));
}

static const struct unit_test tests[] = {
	UNIT_TEST(random_tables_agree_with_the_model),
	UNIT_TEST(all_rights_agree_with_the_model),
	UNIT_TEST(copies_cross_pages),
	UNIT_TEST(nothing_is_written_before_a_fault),
	UNIT_TEST(no_ram_reads_as_ones),
	UNIT_TEST(addresses_end_where_they_must),
	UNIT_TEST(memory_that_cannot_be_had_is_a_machine_check),
	UNIT_TEST(what_may_only_be_read_is_not_written),
};

int main(void)
{
	return UNIT_RUN(tests);
}
