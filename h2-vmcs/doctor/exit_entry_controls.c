/*
 * SDM: "VM-Exit Control Fields" and "VM-Entry Control Fields", in "Checks on
 * VMX Controls", but for event injection, which has a file of its own.
 */
#include "doctor/check.h"

/* SDM: "VM-Exit Controls for MSRs": one entry of an MSR area. */
#define MSR_AREA_ENTRY_SIZE 16

/* Which fields describe an MSR area, and the rules that it can break. */
struct msr_area {
	enum vmcs_field count;
	enum vmcs_field address;
	enum doctor_rule alignment;
	enum doctor_rule width;
};

/*
 * The SDM has the last byte's address computed with more bits than the
 * physical-address width; count * 16 is below 2^36, so 64 bits do, once the
 * first address is known to fit.
 */
static void check_msr_area(struct check *check, const struct msr_area *area)
{
	u64 count = check_field(check, area->count);
	u64 first = check_field(check, area->address);
	u64 last = first + count * MSR_AREA_ENTRY_SIZE - 1;

	if (count == 0) {
		return;
	}
	check_that(check, IS_ALIGNED(first, MSR_AREA_ENTRY_SIZE),
		   area->alignment, area->address);
	check_that(check,
		   check_fits_vmx(check, first) && check_fits_vmx(check, last),
		   area->width, area->address);
}

static void check_exit(struct check *check)
{
	static const struct msr_area areas[] = {
		{VM_EXIT_MSR_STORE_COUNT, VM_EXIT_MSR_STORE_ADDRESS,
		 RULE_EXIT_MSR_STORE_ALIGNMENT, RULE_EXIT_MSR_STORE_WIDTH},
		{VM_EXIT_MSR_LOAD_COUNT, VM_EXIT_MSR_LOAD_ADDRESS,
		 RULE_EXIT_MSR_LOAD_ALIGNMENT, RULE_EXIT_MSR_LOAD_WIDTH},
	};

	check_that(check,
		   !(check->exit & EXIT_SAVE_VMX_PREEMPTION_TIMER_VALUE) ||
			   (check->pin & PIN_ACTIVATE_VMX_PREEMPTION_TIMER),
		   RULE_SAVE_PREEMPTION_TIMER, VM_EXIT_CONTROLS);
	for (size_t i = 0; i < ARRAY_SIZE(areas); i++) {
		check_msr_area(check, &areas[i]);
	}
}

static void check_entry(struct check *check)
{
	static const struct msr_area area = {
		VM_ENTRY_MSR_LOAD_COUNT, VM_ENTRY_MSR_LOAD_ADDRESS,
		RULE_ENTRY_MSR_LOAD_ALIGNMENT, RULE_ENTRY_MSR_LOAD_WIDTH};
	bool to_smm = check->entry & ENTRY_ENTRY_TO_SMM;
	bool dual = check->entry & ENTRY_DEACTIVATE_DUAL_MONITOR_TREATMENT;

	check_msr_area(check, &area);
	if (!check->subject->cpu->smm) {
		check_that(check, !to_smm, RULE_ENTRY_TO_SMM,
			   VM_ENTRY_CONTROLS);
		check_that(check, !dual, RULE_DEACTIVATE_DUAL_MONITOR,
			   VM_ENTRY_CONTROLS);
		return;
	}
	check_that(check, !to_smm || !dual, RULE_SMM_CONTROLS_BOTH,
		   VM_ENTRY_CONTROLS);
}

void exit_entry_controls_check(struct check *check)
{
	check_exit(check);
	check_entry(check);
}
