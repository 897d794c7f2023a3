#include "doctor/check.h"
#include "access_rights.h"
#include "cpu/registers.h"

/* SDM: "Basic VMX Information". */
#define BASIC_32BIT_ADDRESSES BIT(48)

bool check_that(struct check *check, bool holds, enum doctor_rule rule,
		enum vmcs_field field)
{
	if (!holds) {
		struct doctor_finding finding = {
			.rule = rule,
			.field = field,
			.value = check_field(check, field),
		};

		check->findings++;
		check->report(&finding, check->context);
	}
	return holds;
}

static bool fits(u64 address, unsigned int width)
{
	return width >= 64 || address >> width == 0;
}

bool check_fits_physical(const struct check *check, u64 address)
{
	return fits(address, check->subject->cpu->physical_width);
}

bool check_fits_vmx(const struct check *check, u64 address)
{
	if (check->subject->caps->basic & BASIC_32BIT_ADDRESSES) {
		return fits(address, 32);
	}
	return check_fits_physical(check, address);
}

bool check_canonical(const struct check *check, u64 address)
{
	unsigned int unused = 64 - check->subject->cpu->linear_width;

	return (u64)((s64)(address << unused) >> unused) == address;
}

bool check_fits_linear(const struct check *check, u64 address)
{
	u64 beyond = ~0ull << (check->subject->cpu->linear_width - 1) << 1;

	return (address & beyond) == 0 || (address & beyond) == beyond;
}

bool check_pat(u64 pat)
{
	for (unsigned int i = 0; i < 8; i++) {
		u8 type = (u8)(pat >> (8 * i));

		if (type > 7 || type == 2 || type == 3) {
			return false;
		}
	}
	return true;
}

u64 check_efer_reserved(const struct check *check)
{
	u64 defined = EFER_SCE | EFER_LME | EFER_LMA;

	if (check->subject->cpu->execute_disable) {
		defined |= EFER_NXE;
	}
	return ~defined;
}

u64 check_perf_global_ctrl_reserved(const struct check *check)
{
	return ~check->subject->cpu->perf_global_ctrl;
}

bool check_injects(const struct check *check, enum event_type type)
{
	u64 info = check_field(check, VM_ENTRY_INTERRUPTION_INFO);

	return (info & EVENT_VALID) && EVENT_TYPE_FIELD(info) == type;
}

bool check_guest_ia32e(const struct check *check)
{
	return check->entry & ENTRY_IA32E_MODE_GUEST;
}

bool check_guest_64bit(const struct check *check)
{
	return check_guest_ia32e(check) &&
	       (check_field(check, GUEST_CS_ACCESS_RIGHTS) & ACCESS_RIGHTS_L);
}

bool check_guest_unrestricted(const struct check *check)
{
	return check->secondary & SECONDARY_UNRESTRICTED_GUEST;
}

/*
 * RFLAGS.VM in a guest that cannot be in virtual-8086 mode is a finding of
 * its own, and its segments are then judged by the mode that the rest of the
 * state describes.
 */
bool check_guest_virtual_8086(const struct check *check)
{
	return (check_field(check, GUEST_RFLAGS) & RFLAGS_VM) &&
	       (check_field(check, GUEST_CR0) & CR0_PE) &&
	       !check_guest_ia32e(check);
}

void check_descriptor(struct check *check, enum vmcs_field rights_field,
		      enum vmcs_field limit_field)
{
	u64 rights = check_field(check, rights_field);
	u64 limit = check_field(check, limit_field);

	check_that(check, rights & ACCESS_RIGHTS_P, RULE_SEGMENT_PRESENT,
		   rights_field);
	check_that(check, !(rights & ACCESS_RIGHTS_RESERVED),
		   RULE_SEGMENT_RESERVED, rights_field);
	if (rights & ACCESS_RIGHTS_G) {
		check_that(check, (limit & 0xfff) == 0xfff,
			   RULE_SEGMENT_GRANULARITY_BYTE, rights_field);
	} else {
		check_that(check, limit >> 20 == 0,
			   RULE_SEGMENT_GRANULARITY_PAGE, rights_field);
	}
}
