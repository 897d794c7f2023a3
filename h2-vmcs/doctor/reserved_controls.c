/*
 * SDM: "VM-Execution Control Fields", "VM-Exit Control Fields" and "VM-Entry
 * Control Fields": reserved bits must be set properly, which is what the
 * capability MSRs tell.
 */
#include "doctor/check.h"

/*
 * An improper control is a finding; what would follow from it is none. So the
 * rest of the examination sees the value that the CPU allows.
 */
static void check_word(struct check *check, u32 *controls, u64 control_msr,
		       enum doctor_rule rule, enum vmcs_field field)
{
	u32 must_be_1 = (u32)control_msr;
	u32 may_be_1 = (u32)(control_msr >> 32);
	u32 proper = (*controls | must_be_1) & may_be_1;

	check_that(check, *controls == proper, rule, field);
	*controls = proper;
}

void reserved_controls_check(struct check *check)
{
	const struct vmx_capabilities *caps = check->subject->caps;

	check_word(check, &check->pin, caps->pin, RULE_PIN_BASED_RESERVED,
		   PIN_BASED_CONTROLS);
	check_word(check, &check->primary, caps->primary, RULE_PRIMARY_RESERVED,
		   PRIMARY_CONTROLS);
	check_word(check, &check->secondary, caps->secondary,
		   RULE_SECONDARY_RESERVED, SECONDARY_CONTROLS);
	check_word(check, &check->exit, caps->exit, RULE_VM_EXIT_RESERVED,
		   VM_EXIT_CONTROLS);
	check_word(check, &check->entry, caps->entry, RULE_VM_ENTRY_RESERVED,
		   VM_ENTRY_CONTROLS);
}
