/*
 * SDM: "Checks on Guest Segment Registers": TR and LDTR; "Checks on Guest
 * Descriptor-Table Registers": GDTR and IDTR.
 */
#include "access_rights.h"
#include "doctor/check.h"

static void check_tr(struct check *check)
{
	u64 rights = check_field(check, GUEST_TR_ACCESS_RIGHTS);
	u32 type = ACCESS_RIGHTS_TYPE(rights);
	bool busy = type == TYPE_CODE_READ;
	bool busy_16bit =
		type == TYPE_DATA_READ_WRITE && !check_guest_ia32e(check);

	check_that(check,
		   !(check_field(check, GUEST_TR_SELECTOR) & SELECTOR_TI),
		   RULE_TR_TABLE_INDICATOR, GUEST_TR_SELECTOR);
	check_that(check,
		   check_canonical(check, check_field(check, GUEST_TR_BASE)),
		   RULE_SEGMENT_BASE_CANONICAL, GUEST_TR_BASE);
	check_that(check, busy || busy_16bit, RULE_TR_TYPE,
		   GUEST_TR_ACCESS_RIGHTS);
	check_that(check, !(rights & ACCESS_RIGHTS_S), RULE_SYSTEM_SEGMENT,
		   GUEST_TR_ACCESS_RIGHTS);
	check_that(check, !(rights & ACCESS_RIGHTS_UNUSABLE), RULE_TR_USABLE,
		   GUEST_TR_ACCESS_RIGHTS);
	check_descriptor(check, GUEST_TR_ACCESS_RIGHTS, GUEST_TR_LIMIT);
}

static void check_ldtr(struct check *check)
{
	u64 rights = check_field(check, GUEST_LDTR_ACCESS_RIGHTS);

	if (rights & ACCESS_RIGHTS_UNUSABLE) {
		return;
	}
	check_that(check,
		   !(check_field(check, GUEST_LDTR_SELECTOR) & SELECTOR_TI),
		   RULE_LDTR_TABLE_INDICATOR, GUEST_LDTR_SELECTOR);
	check_that(check,
		   check_canonical(check, check_field(check, GUEST_LDTR_BASE)),
		   RULE_SEGMENT_BASE_CANONICAL, GUEST_LDTR_BASE);
	check_that(check, ACCESS_RIGHTS_TYPE(rights) == TYPE_LDT,
		   RULE_LDTR_TYPE, GUEST_LDTR_ACCESS_RIGHTS);
	check_that(check, !(rights & ACCESS_RIGHTS_S), RULE_SYSTEM_SEGMENT,
		   GUEST_LDTR_ACCESS_RIGHTS);
	check_descriptor(check, GUEST_LDTR_ACCESS_RIGHTS, GUEST_LDTR_LIMIT);
}

static void check_table(struct check *check, enum vmcs_field base,
			enum vmcs_field limit)
{
	check_that(check, check_canonical(check, check_field(check, base)),
		   RULE_GUEST_TABLE_CANONICAL, base);
	check_that(check, check_field(check, limit) >> 16 == 0,
		   RULE_GUEST_TABLE_LIMIT, limit);
}

void guest_system_segments_check(struct check *check)
{
	check_tr(check);
	check_ldtr(check);
	check_table(check, GUEST_GDTR_BASE, GUEST_GDTR_LIMIT);
	check_table(check, GUEST_IDTR_BASE, GUEST_IDTR_LIMIT);
}
