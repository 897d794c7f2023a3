/*
 * SDM: "Checks on Guest Segment Registers": CS, SS, DS, ES, FS and GS.
 */
#include "access_rights.h"
#include "cpu/registers.h"
#include "doctor/check.h"

#define V8086_RIGHTS 0xf3
#define V8086_LIMIT  0xffff

enum segment_register { ES, CS, SS, DS, FS, GS, SEGMENT_REGISTERS };

/* The fields of one register, and what the subject has in them. */
struct segment {
	enum segment_register register_;
	enum vmcs_field selector_field;
	enum vmcs_field base_field;
	enum vmcs_field limit_field;
	enum vmcs_field rights_field;
	u64 selector;
	u64 base;
	u64 limit;
	u64 rights;
};

/* The encodings of the six registers follow each other in steps of 2. */
static struct segment segment_of(const struct check *check,
				 enum segment_register reg)
{
	unsigned int step = 2 * reg;
	struct segment s = {
		.register_ = reg,
		.selector_field = GUEST_ES_SELECTOR + step,
		.base_field = GUEST_ES_BASE + step,
		.limit_field = GUEST_ES_LIMIT + step,
		.rights_field = GUEST_ES_ACCESS_RIGHTS + step,
	};

	s.selector = check_field(check, s.selector_field);
	s.base = check_field(check, s.base_field);
	s.limit = check_field(check, s.limit_field);
	s.rights = check_field(check, s.rights_field);
	return s;
}

static void check_virtual_8086(struct check *check, const struct segment *s)
{
	check_that(check, s->base == s->selector << 4, RULE_V8086_BASE,
		   s->base_field);
	check_that(check, s->limit == V8086_LIMIT, RULE_V8086_LIMIT,
		   s->limit_field);
	check_that(check, s->rights == V8086_RIGHTS, RULE_V8086_ACCESS_RIGHTS,
		   s->rights_field);
}

static void check_cs_dpl(struct check *check, const struct segment *cs)
{
	u64 ss_rights = check_field(check, GUEST_SS_ACCESS_RIGHTS);
	u32 dpl = ACCESS_RIGHTS_DPL(cs->rights);
	u32 ss_dpl = ACCESS_RIGHTS_DPL(ss_rights);

	switch (ACCESS_RIGHTS_TYPE(cs->rights)) {
	case TYPE_DATA_READ_WRITE:
		check_that(check, dpl == 0, RULE_CS_DPL_DATA_TYPE,
			   cs->rights_field);
		break;
	case TYPE_CODE_EXECUTE:
	case TYPE_CODE_READ:
		check_that(check, dpl == ss_dpl, RULE_CS_DPL_NON_CONFORMING,
			   cs->rights_field);
		break;
	default:
		check_that(check, dpl <= ss_dpl, RULE_CS_DPL_CONFORMING,
			   cs->rights_field);
		break;
	}
}

/* ss_proper: the DPL of SS is what the rest of the state says it must be. */
static void check_cs(struct check *check, const struct segment *cs,
		     bool ss_proper)
{
	u32 type = ACCESS_RIGHTS_TYPE(cs->rights);
	bool code = (type & TYPE_CODE) && (type & TYPE_ACCESSED);
	bool data = type == TYPE_DATA_READ_WRITE;

	if (check_that(check, code || (data && check_guest_unrestricted(check)),
		       RULE_CS_TYPE, cs->rights_field) &&
	    ss_proper) {
		check_cs_dpl(check, cs);
	}
	check_that(check,
		   !check_guest_64bit(check) ||
			   !(cs->rights & ACCESS_RIGHTS_DB),
		   RULE_CS_DEFAULT_SIZE, cs->rights_field);
}

/* The DPL of SS is the guest's privilege level; usable or not, it counts. */
static bool check_ss_dpl(struct check *check, const struct segment *ss)
{
	u64 cs_rights = check_field(check, GUEST_CS_ACCESS_RIGHTS);
	u64 cs_selector = check_field(check, GUEST_CS_SELECTOR);
	bool unrestricted = check_guest_unrestricted(check);
	bool must_be_0 = !(check_field(check, GUEST_CR0) & CR0_PE) ||
			 (unrestricted && ACCESS_RIGHTS_TYPE(cs_rights) ==
						  TYPE_DATA_READ_WRITE);
	u32 dpl = ACCESS_RIGHTS_DPL(ss->rights);
	u32 rpl = SELECTOR_RPL(ss->selector);

	if (!unrestricted) {
		if (!check_that(check, rpl == SELECTOR_RPL(cs_selector),
				RULE_SS_RPL, ss->selector_field) ||
		    !check_that(check, dpl == rpl, RULE_SS_DPL_RPL,
				ss->rights_field)) {
			return false;
		}
	}
	return check_that(check, dpl == 0 || !must_be_0, RULE_SS_DPL_ZERO,
			  ss->rights_field);
}

static void check_ss(struct check *check, const struct segment *ss)
{
	u32 type = ACCESS_RIGHTS_TYPE(ss->rights);

	check_that(check,
		   type == TYPE_DATA_READ_WRITE ||
			   type == TYPE_DATA_EXPAND_DOWN,
		   RULE_SS_TYPE, ss->rights_field);
}

static void check_data(struct check *check, const struct segment *s)
{
	u32 type = ACCESS_RIGHTS_TYPE(s->rights);

	check_that(check, type & TYPE_ACCESSED, RULE_DATA_SEGMENT_ACCESSED,
		   s->rights_field);
	check_that(check, !(type & TYPE_CODE) || (type & TYPE_CODE_READABLE),
		   RULE_DATA_SEGMENT_READABLE, s->rights_field);
	if (!check_guest_unrestricted(check) && type <= TYPE_CODE_READ) {
		check_that(check,
			   ACCESS_RIGHTS_DPL(s->rights) >=
				   SELECTOR_RPL(s->selector),
			   RULE_DATA_SEGMENT_DPL, s->rights_field);
	}
}

/* What holds for each register that the guest can use. */
static void check_usable(struct check *check, const struct segment *s)
{
	check_that(check, s->rights & ACCESS_RIGHTS_S,
		   RULE_SEGMENT_CODE_OR_DATA, s->rights_field);
	if (s->register_ != FS && s->register_ != GS) {
		check_that(check, s->base >> 32 == 0, RULE_SEGMENT_BASE_HIGH,
			   s->base_field);
	}
	check_descriptor(check, s->rights_field, s->limit_field);
}

static void check_segment(struct check *check, const struct segment *s,
			  bool ss_proper)
{
	bool usable =
		s->register_ == CS || !(s->rights & ACCESS_RIGHTS_UNUSABLE);

	if (s->register_ == FS || s->register_ == GS) {
		check_that(check, check_canonical(check, s->base),
			   RULE_SEGMENT_BASE_CANONICAL, s->base_field);
	}
	if (!usable) {
		return;
	}
	check_usable(check, s);
	switch (s->register_) {
	case CS:
		check_cs(check, s, ss_proper);
		break;
	case SS:
		check_ss(check, s);
		break;
	default:
		check_data(check, s);
		break;
	}
}

void guest_segments_check(struct check *check)
{
	bool virtual_8086 = check_guest_virtual_8086(check);
	struct segment ss = segment_of(check, SS);
	bool ss_proper = virtual_8086 || check_ss_dpl(check, &ss);

	for (enum segment_register r = ES; r < SEGMENT_REGISTERS; r++) {
		struct segment s = segment_of(check, r);

		if (virtual_8086) {
			check_virtual_8086(check, &s);
		} else {
			check_segment(check, &s, ss_proper);
		}
	}
}
