/*
 * modules: h4-exits/memory/guest_descriptor.c h4-exits/memory/guest_pdptes.c
 * modules: h4-exits/memory/guest_linear.c h4-exits/memory/guest_rights.c
 * modules: h3-ept/guest_walk.c h3-ept/guest_memory.c h3-ept/ept.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept_check.c tests/unit/fake_frames.c
 */
#include "linear_fixture.h"
#include "memory/guest_descriptor.h"
#include "memory/guest_pdptes.h"

#define GDT 0x1000u
#define LDT 0x2000u

static const struct guest_paging_state no_paging = {.cr0 = CR0_PE};

static struct guest_tables tables = {
	.gdt_base = GDT,
	.gdt_limit = 0x1f,
	.ldtr = {.base = LDT, .limit = 0xf, .access_rights = 0x82},
};

static enum guest_descriptor_result read_selector(u16 selector, u64 *value)
{
	struct guest_descriptor descriptor = {0};
	struct guest_fault fault;
	enum guest_descriptor_result result = guest_descriptor_read(
		&memory, &no_paging, &tables, selector, &descriptor, &fault);

	*value = descriptor.value;
	return result;
}

static void selectors_find_descriptors(void)
{
	u64 value;

	make_memory();
	put(GDT + 0x18, 0x1111, 8);
	put(LDT, 0x2222, 8);
	put(LDT + 8, 0x3333, 8);
	CHECK_EQ(read_selector(0x1b, &value), GUEST_DESCRIPTOR_READ);
	CHECK_EQ(value, 0x1111);
	CHECK_EQ(read_selector(0x04, &value), GUEST_DESCRIPTOR_READ);
	CHECK_EQ(value, 0x2222);
	CHECK_EQ(read_selector(0x0f, &value), GUEST_DESCRIPTOR_READ);
	CHECK_EQ(value, 0x3333);
}

static void selectors_outside_are_refused(void)
{
	u64 value;

	make_memory();
	CHECK_EQ(read_selector(0, &value), GUEST_DESCRIPTOR_OUTSIDE);
	CHECK_EQ(read_selector(3, &value), GUEST_DESCRIPTOR_OUTSIDE);
	CHECK_EQ(read_selector(0x20, &value), GUEST_DESCRIPTOR_OUTSIDE);
	CHECK_EQ(read_selector(0x14, &value), GUEST_DESCRIPTOR_OUTSIDE);
	CHECK_EQ(read_selector(0xffff, &value), GUEST_DESCRIPTOR_OUTSIDE);
	tables.gdt_limit = 0x1e;
	CHECK_EQ(read_selector(0x18, &value), GUEST_DESCRIPTOR_OUTSIDE);
	tables.gdt_limit = 0x1f;
	tables.ldtr.access_rights = ACCESS_RIGHTS_UNUSABLE;
	CHECK_EQ(read_selector(0x04, &value), GUEST_DESCRIPTOR_OUTSIDE);
	tables.ldtr.access_rights = 0x82;
}

static void a_table_that_is_not_mapped_faults(void)
{
	const struct guest_paging_state paging = {
		.cr0 = CR0_PE | CR0_PG, .cpl = 3, .maxphyaddr = 40};
	struct guest_descriptor descriptor;
	struct guest_fault fault;

	make_memory();
	CHECK_EQ(guest_descriptor_read(&memory, &paging, &tables, 8,
				       &descriptor, &fault),
		 GUEST_DESCRIPTOR_FAULT);
	CHECK_EQ(fault.vector, VECTOR_PF);
	CHECK_EQ(fault.error_code, 0);
	CHECK_EQ(fault.address, GDT + 8);
}

static void descriptors_become_segments(void)
{
	/* Base 0x12345678, limit 0xabcde pages, type and flags as given. */
	struct segment segment =
		guest_descriptor_segment(0x2b, 0x12cafb345678bcde);

	CHECK_EQ(segment.selector, 0x2b);
	CHECK_EQ(segment.base, 0x12345678);
	CHECK_EQ(segment.limit, 0xabcdefff);
	CHECK_EQ(segment.access_rights, 0xc0fb);
	segment = guest_descriptor_segment(8, 0xff4f93ffffff0000);
	CHECK_EQ(segment.base, 0xffffffff);
	CHECK_EQ(segment.limit, 0xf0000);
	CHECK_EQ(segment.access_rights, 0x4093);
}

static void marks_change_one_bit(void)
{
	struct guest_fault fault;

	make_memory();
	put(GDT + 8, 0x00cf98000000ffff, 8);
	CHECK(guest_descriptor_mark(&memory, &no_paging, GDT + 8, TYPE_ACCESSED,
				    true, &fault));
	CHECK_EQ(get(GDT + 8, 8), 0x00cf99000000ffff);
	CHECK(guest_descriptor_mark(&memory, &no_paging, GDT + 8, TYPE_ACCESSED,
				    false, &fault));
	CHECK_EQ(get(GDT + 8, 8), 0x00cf98000000ffff);
	CHECK_EQ(guest_descriptor_fault(VECTOR_TS, 0x2f, true).error_code,
		 0x2d);
	CHECK_EQ(guest_descriptor_fault(VECTOR_TS, 0x2f, false).error_code,
		 0x2c);
}

static void pdptes_are_loaded_if_sound(void)
{
	struct guest_paging_state paging = {.cr3 = 0x3038, .maxphyaddr = 36};

	make_memory();
	for (unsigned int i = 0; i < 4; i++) {
		put(0x3020 + 8 * i, (i + 5) * KIB(4) | 0xe19, 8);
	}
	put(0x3020 + 24, ~PAGE_PRESENT, 8);
	CHECK(guest_pdptes_load(&memory, &paging));
	CHECK_EQ(paging.pdpte[0], 5 * KIB(4) | 0xe19);
	CHECK_EQ(paging.pdpte[3], ~PAGE_PRESENT);
	for (unsigned int bit = 0; bit < 64; bit++) {
		bool reserved = bit == 1 || bit == 2 ||
				(bit >= 5 && bit <= 8) || bit >= 36;

		put(0x3020 + 8, PAGE_PRESENT | BIT(bit), 8);
		CHECK_EQ(guest_pdptes_load(&memory, &paging), !reserved);
	}
	CHECK_EQ(paging.pdpte[1], PAGE_PRESENT | BIT(35));
	paging.cr3 = RAM;
	CHECK(!guest_pdptes_load(&memory, &paging));
}

static const struct unit_test tests[] = {
	UNIT_TEST(selectors_find_descriptors),
	UNIT_TEST(selectors_outside_are_refused),
	UNIT_TEST(a_table_that_is_not_mapped_faults),
	UNIT_TEST(descriptors_become_segments),
	UNIT_TEST(marks_change_one_bit),
	UNIT_TEST(pdptes_are_loaded_if_sound),
};

int main(void)
{
	return UNIT_RUN(tests);
}
