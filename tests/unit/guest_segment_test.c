/* modules: h4-exits/memory/guest_segment.c */
#include "cpu/registers.h"
#include "memory/guest_segment.h"
#include "unit.h"

/* Access rights: present, DPL 0, and a type. */
#define READ_ONLY      0x4091u
#define READ_WRITE     0x4093u
#define EXPAND_DOWN    0x4097u
#define EXPAND_DOWN_16 0x0097u
#define EXECUTE_ONLY   0x4099u
#define EXECUTE_READ   0x409bu
#define CODE_64	       0x209bu
#define UNUSABLE       0x10000u
#define PROTECTED      GUEST_MODE_PROTECTED
#define COMPATIBILITY  GUEST_MODE_COMPATIBILITY
#define REAL	       GUEST_MODE_REAL
#define LONG	       GUEST_MODE_64_BIT
#define REFUSED	       UINT64_MAX

struct sample {
	u32 rights;
	u64 base;
	u32 limit;
	enum segment_register register_;
	enum guest_access kind;
	enum guest_mode mode;
	u64 offset, size;
	gva_t expected; /* or REFUSED */
};

static const struct sample samples[] = {
	/* The limit is the last byte. */
	{READ_WRITE, 0x1000, 0xfff, SEGMENT_DS, GUEST_READ, PROTECTED, 0xffc, 4,
	 0x1ffc},
	{READ_WRITE, 0x1000, 0xfff, SEGMENT_DS, GUEST_READ, PROTECTED, 0xffd, 4,
	 REFUSED},
	{READ_WRITE, 0x1000, 0xfff, SEGMENT_DS, GUEST_READ, PROTECTED, 0x1000,
	 1, REFUSED},
	{READ_WRITE, 0, 0xffffffff, SEGMENT_DS, GUEST_WRITE, PROTECTED,
	 0xffffffff, 1, 0xffffffff},
	{READ_WRITE, 0, 0xffffffff, SEGMENT_DS, GUEST_WRITE, PROTECTED,
	 0xfffffffe, 4, REFUSED},
	{READ_WRITE, 0, 0, SEGMENT_DS, GUEST_READ, PROTECTED, 0, 1, 0},
	{READ_WRITE, 0, 0, SEGMENT_DS, GUEST_READ, PROTECTED, 0, 2, REFUSED},
	{READ_WRITE, 0, 0xffffffff, SEGMENT_DS, GUEST_READ, PROTECTED,
	 0x100000000, 1, REFUSED},
	/* Base and offset wrap at 4 GiB. */
	{READ_WRITE, 0xfffff000, 0xffffffff, SEGMENT_ES, GUEST_READ, PROTECTED,
	 0x2000, 4, 0x1000},
	/* Expand-down: from limit + 1 to as far as B says. */
	{EXPAND_DOWN, 0x1000, 0xfff, SEGMENT_SS, GUEST_WRITE, PROTECTED, 0x1000,
	 4, 0x2000},
	{EXPAND_DOWN, 0x1000, 0xfff, SEGMENT_SS, GUEST_WRITE, PROTECTED, 0xfff,
	 4, REFUSED},
	{EXPAND_DOWN, 0, 0xfff, SEGMENT_SS, GUEST_WRITE, PROTECTED, 0xfffffffc,
	 4, 0xfffffffc},
	{EXPAND_DOWN_16, 0, 0xfff, SEGMENT_SS, GUEST_WRITE, PROTECTED, 0xfffc,
	 4, 0xfffc},
	{EXPAND_DOWN_16, 0, 0xfff, SEGMENT_SS, GUEST_WRITE, PROTECTED, 0xfffd,
	 4, REFUSED},
	{EXPAND_DOWN, 0, 0xffffffff, SEGMENT_DS, GUEST_READ, PROTECTED, 0, 1,
	 REFUSED},
	/* Types. */
	{READ_ONLY, 0, 0xfff, SEGMENT_DS, GUEST_READ, PROTECTED, 0, 1, 0},
	{READ_ONLY, 0, 0xfff, SEGMENT_DS, GUEST_WRITE, PROTECTED, 0, 1,
	 REFUSED},
	{EXECUTE_READ, 0, 0xfff, SEGMENT_CS, GUEST_READ, PROTECTED, 0, 1, 0},
	{EXECUTE_READ, 0, 0xfff, SEGMENT_CS, GUEST_WRITE, PROTECTED, 0, 1,
	 REFUSED},
	{EXECUTE_ONLY, 0, 0xfff, SEGMENT_CS, GUEST_READ, PROTECTED, 0, 1,
	 REFUSED},
	{EXECUTE_ONLY, 0, 0xfff, SEGMENT_CS, GUEST_FETCH, PROTECTED, 0, 15, 0},
	{READ_WRITE, 0, 0xfff, SEGMENT_CS, GUEST_FETCH, PROTECTED, 0, 1,
	 REFUSED},
	{UNUSABLE | READ_WRITE, 0, 0xfff, SEGMENT_FS, GUEST_READ, PROTECTED, 0,
	 1, REFUSED},
	{UNUSABLE | READ_WRITE, 0, 0xfff, SEGMENT_SS, GUEST_READ, COMPATIBILITY,
	 0, 1, REFUSED},
	{READ_WRITE, 0x1000, 0xfff, SEGMENT_DS, GUEST_READ, COMPATIBILITY, 4, 4,
	 0x1004},
	/* Real mode has limits, but no types. */
	{READ_WRITE, 0xf0000, 0xffff, SEGMENT_CS, GUEST_FETCH, REAL, 0xfff0, 16,
	 0xffff0},
	{EXECUTE_READ, 0xf0000, 0xffff, SEGMENT_CS, GUEST_WRITE, REAL, 0xfff0,
	 16, 0xffff0},
	{READ_WRITE, 0xf0000, 0xffff, SEGMENT_DS, GUEST_READ, REAL, 0xffff, 2,
	 REFUSED},
	{READ_WRITE, 0xffff0, 0xffff, SEGMENT_DS, GUEST_READ, REAL, 0x10, 1,
	 0x100000},
	/* 64-bit mode has neither, but for the bases of FS and GS. */
	{UNUSABLE, 0x1000, 0, SEGMENT_DS, GUEST_WRITE, LONG, 0xffff800000000000,
	 8, 0xffff800000000000},
	{UNUSABLE, 0x1000, 0, SEGMENT_GS, GUEST_WRITE, LONG, 0x10, 8, 0x1010},
	{UNUSABLE, 0xffff800000000000, 0, SEGMENT_FS, GUEST_READ, LONG,
	 0xffffffffffffffff, 1, REFUSED},
	{READ_WRITE, 0, 0, SEGMENT_DS, GUEST_READ, LONG, 0x7ffffffffff8, 8,
	 0x7ffffffffff8},
	{READ_WRITE, 0, 0, SEGMENT_DS, GUEST_READ, LONG, 0x7ffffffffff9, 8,
	 REFUSED},
	{READ_WRITE, 0, 0, SEGMENT_SS, GUEST_READ, LONG, 0x800000000000, 1,
	 REFUSED},
};

static bool find(const struct sample *sample, unsigned int linear_bits,
		 gva_t *gva, struct guest_fault *fault)
{
	const struct segment segment = {
		.limit = sample->limit,
		.access_rights = sample->rights,
		.base = sample->base,
	};
	const struct guest_segment_access access = {
		.mode = sample->mode,
		.register_ = sample->register_,
		.kind = sample->kind,
		.linear_bits = linear_bits,
		.offset = sample->offset,
		.size = sample->size,
	};

	return guest_segment_linear(&segment, &access, gva, fault);
}

static void accesses_are_checked_as_the_mode_wants(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		const struct sample *s = &samples[i];
		struct guest_fault fault = {0};
		gva_t gva = 0;
		bool found = find(s, 48, &gva, &fault);
		bool right = CHECK_EQ(found, s->expected != REFUSED);

		if (found) {
			right &= CHECK_EQ(gva, s->expected);
		} else {
			right &= CHECK_EQ(fault.vector,
					  s->register_ == SEGMENT_SS
						  ? VECTOR_SS
						  : VECTOR_GP);
			right &= CHECK(fault.has_error_code &&
				       fault.error_code == 0);
		}
		if (!right) {
			printf("# sample %zu\n", i);
		}
	}
}

static void five_levels_make_more_addresses_canonical(void)
{
	const struct sample sample = {
		.register_ = SEGMENT_DS,
		.mode = LONG,
		.offset = 0x00ff800000000000,
		.size = 8,
	};
	struct guest_fault fault;
	gva_t gva;

	CHECK(find(&sample, 57, &gva, &fault));
	CHECK(!find(&sample, 48, &gva, &fault));
}

static void registers_tell_the_mode(void)
{
	struct guest_paging_state paging = {0};
	const struct segment code_32 = {.access_rights = EXECUTE_READ};
	const struct segment code_64 = {.access_rights = CODE_64};

	CHECK_EQ(guest_segment_mode(&paging, &code_32), REAL);
	paging.cr0 = CR0_PE;
	CHECK_EQ(guest_segment_mode(&paging, &code_64), PROTECTED);
	paging.rflags = RFLAGS_VM;
	CHECK_EQ(guest_segment_mode(&paging, &code_32), REAL);
	paging.rflags = 0;
	paging.efer = EFER_LMA;
	CHECK_EQ(guest_segment_mode(&paging, &code_32), COMPATIBILITY);
	CHECK_EQ(guest_segment_mode(&paging, &code_64), LONG);
}

static const struct unit_test tests[] = {
	UNIT_TEST(accesses_are_checked_as_the_mode_wants),
	UNIT_TEST(five_levels_make_more_addresses_canonical),
	UNIT_TEST(registers_tell_the_mode),
};

int main(void)
{
	return UNIT_RUN(tests);
}
