/*
 * SDM: "Checks on Guest Non-Register State": the VMCS link pointer.
 */
#include "doctor/check.h"

#define NO_LINK		 (~0ull)
#define SHADOW_INDICATOR BIT(31)

/* The linked VMCS's first 4 bytes: SDM: "Format of the VMCS Region". */
static void check_linked_vmcs(struct check *check, hpa_t link)
{
	const struct doctor_subject *subject = check->subject;
	bool shadowing = check->secondary & SECONDARY_VMCS_SHADOWING;
	u32 header;

	if (!subject->read_memory(link, &header, sizeof(header),
				  subject->memory_context)) {
		return;
	}
	check_that(check,
		   (header & ~SHADOW_INDICATOR) == vmx_revision(subject->caps),
		   RULE_LINK_POINTER_REVISION, VMCS_LINK_POINTER);
	check_that(check, !!(header & SHADOW_INDICATOR) == shadowing,
		   RULE_LINK_POINTER_SHADOW, VMCS_LINK_POINTER);
}

void link_pointer_check(struct check *check)
{
	hpa_t link = check_field(check, VMCS_LINK_POINTER);
	hpa_t executive = check_field(check, EXECUTIVE_VMCS_POINTER);
	bool aligned, fits, other;

	if (link == NO_LINK) {
		return;
	}
	aligned = check_that(check, IS_ALIGNED(link, 4096),
			     RULE_LINK_POINTER_ALIGNMENT, VMCS_LINK_POINTER);
	fits = check_that(check, check_fits_vmx(check, link),
			  RULE_LINK_POINTER_WIDTH, VMCS_LINK_POINTER);
	if (!check->subject->cpu->smm || (check->entry & ENTRY_ENTRY_TO_SMM)) {
		other = check_that(check, link != check->subject->current_vmcs,
				   RULE_LINK_POINTER_CURRENT,
				   VMCS_LINK_POINTER);
	} else {
		other = check_that(check, link != executive,
				   RULE_LINK_POINTER_EXECUTIVE,
				   VMCS_LINK_POINTER);
	}
	if (aligned && fits && other) {
		check_linked_vmcs(check, link);
	}
}
