/*
 * SDM: "VM-Execution Control Fields", in "Checks on VMX Controls": the EPT
 * pointer, the controls that need EPT, and the VM functions.
 */
#include "doctor/check.h"

/* SDM: "VPID and EPT Capabilities": IA32_VMX_EPT_VPID_CAP. */
#define EPT_CAP_WALK_LENGTH_4  BIT(6)
#define EPT_CAP_WALK_LENGTH_5  BIT(7)
#define EPT_CAP_UNCACHEABLE    BIT(8)
#define EPT_CAP_WRITE_BACK     BIT(14)
#define EPT_CAP_ACCESSED_DIRTY BIT(21)
#define EPT_CAP_SHADOW_STACK   BIT(23)

/* SDM: "Extended-Page-Table Pointer (EPTP)". */
#define EPTP_MEMORY_TYPE(eptp)	      ((eptp)&7)
#define EPTP_WALK_LENGTH_LESS_1(eptp) ((eptp) >> 3 & 7)
#define EPTP_ACCESSED_DIRTY	      BIT(6)
#define EPTP_SHADOW_STACK	      BIT(7)
#define EPTP_RESERVED		      0xf80ull

#define MEMORY_TYPE_UC 0
#define MEMORY_TYPE_WB 6

#define VM_FUNCTION_EPTP_SWITCHING BIT(0)

static bool memory_type_offered(u64 cap, u64 eptp)
{
	switch (EPTP_MEMORY_TYPE(eptp)) {
	case MEMORY_TYPE_UC:
		return cap & EPT_CAP_UNCACHEABLE;
	case MEMORY_TYPE_WB:
		return cap & EPT_CAP_WRITE_BACK;
	default:
		return false;
	}
}

static bool walk_length_offered(u64 cap, u64 eptp)
{
	switch (EPTP_WALK_LENGTH_LESS_1(eptp)) {
	case 3:
		return cap & EPT_CAP_WALK_LENGTH_4;
	case 4:
		return cap & EPT_CAP_WALK_LENGTH_5;
	default:
		return false;
	}
}

static void check_pointer(struct check *check)
{
	u64 cap = check->subject->caps->ept_vpid;
	u64 eptp = check_field(check, EPT_POINTER);
	u64 reserved = EPTP_RESERVED;

	if (cap & EPT_CAP_SHADOW_STACK) {
		reserved &= ~EPTP_SHADOW_STACK;
	}
	check_that(check, memory_type_offered(cap, eptp), RULE_EPTP_MEMORY_TYPE,
		   EPT_POINTER);
	check_that(check, walk_length_offered(cap, eptp), RULE_EPTP_WALK_LENGTH,
		   EPT_POINTER);
	check_that(check,
		   !(eptp & EPTP_ACCESSED_DIRTY) ||
			   (cap & EPT_CAP_ACCESSED_DIRTY),
		   RULE_EPTP_ACCESSED_DIRTY, EPT_POINTER);
	check_that(check, !(eptp & reserved), RULE_EPTP_RESERVED, EPT_POINTER);
	check_that(check, check_fits_physical(check, eptp), RULE_EPTP_WIDTH,
		   EPT_POINTER);
}

static void check_dependents(struct check *check)
{
	static const struct {
		u32 control;
		enum doctor_rule rule;
	} dependents[] = {
		{SECONDARY_ENABLE_PML, RULE_PML_WITHOUT_EPT},
		{SECONDARY_UNRESTRICTED_GUEST,
		 RULE_UNRESTRICTED_GUEST_WITHOUT_EPT},
		{SECONDARY_MODE_BASED_EXECUTE_CONTROL,
		 RULE_MODE_BASED_EXECUTE_WITHOUT_EPT},
		{SECONDARY_SUB_PAGE_WRITE_PERMISSIONS,
		 RULE_SUB_PAGE_WITHOUT_EPT},
		{SECONDARY_PT_USES_GUEST_PHYSICAL,
		 RULE_PT_GUEST_PHYSICAL_WITHOUT_EPT},
	};

	for (size_t i = 0; i < ARRAY_SIZE(dependents); i++) {
		check_that(check, !(check->secondary & dependents[i].control),
			   dependents[i].rule, SECONDARY_CONTROLS);
	}
}

static void check_vm_functions(struct check *check)
{
	u64 functions = check_field(check, VM_FUNCTION_CONTROLS);
	u64 list = check_field(check, EPTP_LIST_ADDRESS);

	if (!check_that(check, !(functions & ~check->subject->caps->vmfunc),
			RULE_VM_FUNCTIONS_RESERVED, VM_FUNCTION_CONTROLS) ||
	    !(functions & VM_FUNCTION_EPTP_SWITCHING)) {
		return;
	}
	check_that(check, check->secondary & SECONDARY_ENABLE_EPT,
		   RULE_EPTP_SWITCHING_WITHOUT_EPT, SECONDARY_CONTROLS);
	check_that(check, IS_ALIGNED(list, 4096), RULE_EPTP_LIST_ALIGNMENT,
		   EPTP_LIST_ADDRESS);
	check_that(check, check_fits_vmx(check, list), RULE_EPTP_LIST_WIDTH,
		   EPTP_LIST_ADDRESS);
}

void ept_controls_check(struct check *check)
{
	if (check->secondary & SECONDARY_ENABLE_EPT) {
		check_pointer(check);
	} else {
		check_dependents(check);
	}
	if (check->secondary & SECONDARY_ENABLE_VM_FUNCTIONS) {
		check_vm_functions(check);
	}
}
