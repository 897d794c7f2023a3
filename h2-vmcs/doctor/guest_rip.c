/*
 * SDM: "Checks on Guest RIP, RFLAGS, and SSP".
 */
#include "cpu/registers.h"
#include "doctor/check.h"

#define RFLAGS_RESERVED 0xffffffffffc08028ull

/*
 * RIP and SSP are checked alike: 32 bits outside 64-bit mode, the
 * linear-address width in it. That is laxer than canonical by one bit.
 */
static void check_pointer(struct check *check, enum vmcs_field field,
			  enum doctor_rule high, enum doctor_rule width)
{
	u64 pointer = check_field(check, field);

	if (check_guest_64bit(check)) {
		check_that(check, check_fits_linear(check, pointer), width,
			   field);
	} else {
		check_that(check, pointer >> 32 == 0, high, field);
	}
}

static void check_rflags(struct check *check)
{
	u64 rflags = check_field(check, GUEST_RFLAGS);
	bool pe = check_field(check, GUEST_CR0) & CR0_PE;

	check_that(check, !(rflags & RFLAGS_RESERVED), RULE_RFLAGS_RESERVED,
		   GUEST_RFLAGS);
	check_that(check, rflags & RFLAGS_FIXED, RULE_RFLAGS_BIT_1,
		   GUEST_RFLAGS);
	check_that(check,
		   !(rflags & RFLAGS_VM) || (pe && !check_guest_ia32e(check)),
		   RULE_RFLAGS_VM_MODE, GUEST_RFLAGS);
	check_that(check,
		   !check_injects(check, EVENT_EXTERNAL_INTERRUPT) ||
			   (rflags & RFLAGS_IF),
		   RULE_RFLAGS_IF_EVENT, GUEST_RFLAGS);
}

void guest_rip_check(struct check *check)
{
	check_pointer(check, GUEST_RIP, RULE_GUEST_RIP_HIGH,
		      RULE_GUEST_RIP_WIDTH);
	check_rflags(check);
	if (check->entry & ENTRY_LOAD_CET_STATE) {
		check_that(check, IS_ALIGNED(check_field(check, GUEST_SSP), 4),
			   RULE_GUEST_SSP_ALIGNMENT, GUEST_SSP);
		check_pointer(check, GUEST_SSP, RULE_GUEST_SSP_HIGH,
			      RULE_GUEST_SSP_WIDTH);
	}
}
