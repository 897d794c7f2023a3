/*
 * modules: h4-exits/memory/guest_system_descriptor.c
 * modules: h4-exits/memory/guest_descriptor.c
 * modules: h4-exits/memory/guest_linear.c h4-exits/memory/guest_rights.c
 * modules: h3-ept/guest_walk.c h3-ept/guest_memory.c h3-ept/ept.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept_check.c tests/unit/fake_frames.c
 */
#include "access_rights.h"
#include "linear_fixture.h"
#include "memory/guest_system_descriptor.h"

#define GDT    0x1000u
#define TABLES 0x8000u /* of 4-level paging */

#define LDT	0x0000821000000067ull /* at 100000H in what follows */
#define TSS_16	0x0000811000000067ull
#define TSS	0x0000891000000067ull
#define TSS_BSY 0x00008b1000000067ull
#define CODE	0x00009b1000000067ull
#define ABSENT	BIT(47)

static struct guest_gdt gdt;
static struct guest_paging_state paging;
static struct segment segment;
static struct guest_fault fault;

static void begin(bool ia32e)
{
	make_memory();
	gdt = (struct guest_gdt){.base = GDT, .limit = 0x3f};
	paging = (struct guest_paging_state){.cr0 = CR0_PE, .maxphyaddr = 40};
	if (ia32e) {
		paging.cr0 |= CR0_PG;
		paging.cr4 = CR4_PAE;
		paging.cr3 = TABLES;
		paging.efer = EFER_LME | EFER_LMA;
		/* The last 2 MiB of the address space are the first of RAM. */
		put(TABLES + 8 * 511ull, (TABLES + 0x1000) | 3, 8);
		put(TABLES + 0x1000 + 8 * 511ull, (TABLES + 0x2000) | 3, 8);
		put(TABLES + 0x2000 + 8 * 511ull, 0x83, 8);
		gdt.base = 0xffffffffffe00000 + GDT;
	}
}

static bool load(enum segment_register register_, u16 selector)
{
	fault = (struct guest_fault){0};
	return guest_system_descriptor_load(&memory, &paging, &gdt, register_,
					    selector, &segment, &fault);
}

static void refuses(enum segment_register register_, u16 selector, u8 vector,
		    u32 error_code)
{
	CHECK(!load(register_, selector));
	CHECK_EQ(fault.vector, vector);
	CHECK_EQ(fault.error_code, error_code);
}

static void loads_outside_of_ia32e_mode(void)
{
	begin(false);
	put(GDT + 8, LDT, 8);
	put(GDT + 0x10, TSS, 8);
	put(GDT + 0x18, TSS_16, 8);
	CHECK(load(SEGMENT_LDTR, 0xb));
	CHECK_EQ(segment.base, 0x100000);
	CHECK_EQ(segment.selector, 0xb);
	CHECK_EQ(segment.access_rights, 0x82);
	CHECK(load(SEGMENT_TR, 0x10));
	CHECK_EQ(segment.access_rights, 0x8b);
	CHECK_EQ(get(GDT + 0x10, 8), TSS_BSY);
	CHECK(load(SEGMENT_TR, 0x18));
	CHECK_EQ(segment.access_rights, 0x83);
}

static void loads_in_ia32e_mode(void)
{
	begin(true);
	put(GDT + 8, LDT, 8);
	put(GDT + 0x10, 0xffff8000, 8);
	put(GDT + 0x18, TSS, 8);
	CHECK(load(SEGMENT_LDTR, 8));
	CHECK_EQ(segment.base, 0xffff800000100000);
	CHECK(load(SEGMENT_TR, 0x18));
	CHECK_EQ(get(GDT + 0x18, 8), TSS_BSY);
}

static void nothing_is_an_ldt_and_no_task(void)
{
	begin(false);
	CHECK(load(SEGMENT_LDTR, 3));
	CHECK_EQ(segment.access_rights, ACCESS_RIGHTS_UNUSABLE);
	refuses(SEGMENT_TR, 3, VECTOR_GP, 0);
}

static void refuses_what_is_outside(void)
{
	begin(false);
	put(GDT + 0x38, LDT, 8);
	CHECK(load(SEGMENT_LDTR, 0x38));
	refuses(SEGMENT_LDTR, 0x40, VECTOR_GP, 0x40);
	refuses(SEGMENT_LDTR, 0xfff8, VECTOR_GP, 0xfff8);
	refuses(SEGMENT_LDTR, 0x3c, VECTOR_GP, 0x3c);
	begin(true);
	put(GDT + 0x38, LDT, 8);
	refuses(SEGMENT_LDTR, 0x38, VECTOR_GP, 0x38);
	gdt.base = 0x1000;
	refuses(SEGMENT_LDTR, 8, VECTOR_PF, 0);
	CHECK_EQ(fault.address, 0x1008);
}

static void refuses_other_types(void)
{
	begin(false);
	put(GDT + 8, CODE, 8);
	put(GDT + 0x10, TSS_BSY, 8);
	put(GDT + 0x18, LDT & ~ABSENT, 8);
	put(GDT + 0x20, TSS & ~ABSENT, 8);
	refuses(SEGMENT_LDTR, 8, VECTOR_GP, 8);
	refuses(SEGMENT_TR, 0xb, VECTOR_GP, 8);
	refuses(SEGMENT_TR, 0x10, VECTOR_GP, 0x10);
	refuses(SEGMENT_LDTR, 0x10, VECTOR_GP, 0x10);
	refuses(SEGMENT_LDTR, 0x18, VECTOR_NP, 0x18);
	refuses(SEGMENT_TR, 0x20, VECTOR_NP, 0x20);
}

static void refuses_more_in_ia32e_mode(void)
{
	begin(true);
	put(GDT + 8, TSS_16, 8);
	put(GDT + 0x18, LDT, 8);
	put(GDT + 0x20, 0x8000, 8);
	refuses(SEGMENT_TR, 8, VECTOR_GP, 8);
	refuses(SEGMENT_LDTR, 0x18, VECTOR_GP, 0x18);
	put(GDT + 0x20, BIT(40), 8);
	refuses(SEGMENT_LDTR, 0x18, VECTOR_GP, 0x18);
}

static const struct unit_test tests[] = {
	UNIT_TEST(loads_outside_of_ia32e_mode),
	UNIT_TEST(loads_in_ia32e_mode),
	UNIT_TEST(nothing_is_an_ldt_and_no_task),
	UNIT_TEST(refuses_what_is_outside),
	UNIT_TEST(refuses_other_types),
	UNIT_TEST(refuses_more_in_ia32e_mode),
};

int main(void)
{
	return UNIT_RUN(tests);
}
