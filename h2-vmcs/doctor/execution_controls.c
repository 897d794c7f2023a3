/*
 * SDM: "VM-Execution Control Fields", in "Checks on VMX Controls": which
 * control may be set, alone and beside which other.
 */
#include "doctor/check.h"

/* SDM: "Miscellaneous Data": how many CR3-target values there are. */
#define MISC_CR3_TARGETS(misc) ((u32)((misc) >> 16) & 0x1ff)

/* SDM: "Virtualized APIC Registers": VTPR's offset in the virtual-APIC page. */
#define VTPR 0x80

static void check_nmi(struct check *check)
{
	check_that(check,
		   !(check->pin & PIN_VIRTUAL_NMIS) ||
			   (check->pin & PIN_NMI_EXITING),
		   RULE_VIRTUAL_NMIS, PIN_BASED_CONTROLS);
	check_that(check,
		   !(check->primary & PRIMARY_NMI_WINDOW_EXITING) ||
			   (check->pin & PIN_VIRTUAL_NMIS),
		   RULE_NMI_WINDOW_EXITING, PRIMARY_CONTROLS);
}

static void check_tpr_threshold(struct check *check)
{
	u64 threshold = check_field(check, TPR_THRESHOLD);
	hpa_t page = check_field(check, VIRTUAL_APIC_ADDRESS);
	const struct doctor_subject *subject = check->subject;
	u8 vtpr;

	if (!(check->primary & PRIMARY_USE_TPR_SHADOW) ||
	    (check->secondary & SECONDARY_VIRTUAL_INTERRUPT_DELIVERY)) {
		return;
	}
	if (!check_that(check, threshold < 16, RULE_TPR_THRESHOLD_RESERVED,
			TPR_THRESHOLD)) {
		return;
	}
	if ((check->secondary & SECONDARY_VIRTUALIZE_APIC_ACCESSES) ||
	    !IS_ALIGNED(page, 4096) || !check_fits_vmx(check, page)) {
		return;
	}
	if (subject->read_memory(page + VTPR, &vtpr, sizeof(vtpr),
				 subject->memory_context)) {
		check_that(check, threshold <= vtpr >> 4,
			   RULE_TPR_THRESHOLD_ABOVE_VTPR, TPR_THRESHOLD);
	}
}

static void check_apic(struct check *check)
{
	u32 need_tpr_shadow = SECONDARY_VIRTUALIZE_X2APIC_MODE |
			      SECONDARY_APIC_REGISTER_VIRTUALIZATION |
			      SECONDARY_VIRTUAL_INTERRUPT_DELIVERY;
	u32 exclusive = SECONDARY_VIRTUALIZE_X2APIC_MODE |
			SECONDARY_VIRTUALIZE_APIC_ACCESSES;

	check_that(check,
		   (check->primary & PRIMARY_USE_TPR_SHADOW) ||
			   !(check->secondary & need_tpr_shadow),
		   RULE_TPR_SHADOW_MISSING, PRIMARY_CONTROLS);
	check_that(check, (check->secondary & exclusive) != exclusive,
		   RULE_X2APIC_MODE_WITH_APIC_ACCESSES, SECONDARY_CONTROLS);
	check_that(check,
		   !(check->secondary & SECONDARY_VIRTUAL_INTERRUPT_DELIVERY) ||
			   (check->pin & PIN_EXTERNAL_INTERRUPT_EXITING),
		   RULE_VIRTUAL_INTERRUPT_DELIVERY, PIN_BASED_CONTROLS);
}

static void check_posted_interrupts(struct check *check)
{
	u64 descriptor =
		check_field(check, POSTED_INTERRUPT_DESCRIPTOR_ADDRESS);

	if (!(check->pin & PIN_PROCESS_POSTED_INTERRUPTS)) {
		return;
	}
	check_that(check,
		   check->secondary & SECONDARY_VIRTUAL_INTERRUPT_DELIVERY,
		   RULE_POSTED_INTERRUPTS_DELIVERY, SECONDARY_CONTROLS);
	check_that(check, check->exit & EXIT_ACKNOWLEDGE_INTERRUPT,
		   RULE_POSTED_INTERRUPTS_ACKNOWLEDGE, VM_EXIT_CONTROLS);
	check_that(check,
		   check_field(check, POSTED_INTERRUPT_NOTIFICATION_VECTOR) <
			   256,
		   RULE_POSTED_INTERRUPT_VECTOR,
		   POSTED_INTERRUPT_NOTIFICATION_VECTOR);
	check_that(check, IS_ALIGNED(descriptor, 64),
		   RULE_POSTED_INTERRUPT_DESCRIPTOR_ALIGNMENT,
		   POSTED_INTERRUPT_DESCRIPTOR_ADDRESS);
	check_that(check, check_fits_vmx(check, descriptor),
		   RULE_POSTED_INTERRUPT_DESCRIPTOR_WIDTH,
		   POSTED_INTERRUPT_DESCRIPTOR_ADDRESS);
}

void execution_controls_check(struct check *check)
{
	u64 misc = check->subject->caps->misc;

	check_that(check,
		   check_field(check, CR3_TARGET_COUNT) <=
			   MISC_CR3_TARGETS(misc),
		   RULE_CR3_TARGET_COUNT, CR3_TARGET_COUNT);
	check_nmi(check);
	check_tpr_threshold(check);
	check_apic(check);
	check_posted_interrupts(check);
	if (check->secondary & SECONDARY_ENABLE_VPID) {
		check_that(check, check_field(check, VIRTUAL_PROCESSOR_ID) != 0,
			   RULE_VPID_ZERO, VIRTUAL_PROCESSOR_ID);
	}
	if (check->secondary & SECONDARY_USE_TSC_SCALING) {
		check_that(check, check_field(check, TSC_MULTIPLIER) != 0,
			   RULE_TSC_MULTIPLIER_ZERO, TSC_MULTIPLIER);
	}
}
