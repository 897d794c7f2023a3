/*
 * SDM: "VM-Execution Control Fields", in "Checks on VMX Controls": the
 * addresses of the pages that an active control makes the CPU use.
 */
#include "doctor/check.h"

/* The field is checked if all of these controls are 1. */
static const struct {
	enum vmcs_field field;
	u32 primary;
	u32 secondary;
	enum doctor_rule alignment;
	enum doctor_rule width;
} pages[] = {
	{IO_BITMAP_A_ADDRESS, PRIMARY_USE_IO_BITMAPS, 0,
	 RULE_IO_BITMAP_ALIGNMENT, RULE_IO_BITMAP_WIDTH},
	{IO_BITMAP_B_ADDRESS, PRIMARY_USE_IO_BITMAPS, 0,
	 RULE_IO_BITMAP_ALIGNMENT, RULE_IO_BITMAP_WIDTH},
	{MSR_BITMAPS_ADDRESS, PRIMARY_USE_MSR_BITMAPS, 0,
	 RULE_MSR_BITMAPS_ALIGNMENT, RULE_MSR_BITMAPS_WIDTH},
	{VIRTUAL_APIC_ADDRESS, PRIMARY_USE_TPR_SHADOW, 0,
	 RULE_VIRTUAL_APIC_ALIGNMENT, RULE_VIRTUAL_APIC_WIDTH},
	{APIC_ACCESS_ADDRESS, 0, SECONDARY_VIRTUALIZE_APIC_ACCESSES,
	 RULE_APIC_ACCESS_ALIGNMENT, RULE_APIC_ACCESS_WIDTH},
	{PML_ADDRESS, 0, SECONDARY_ENABLE_PML, RULE_PML_ALIGNMENT,
	 RULE_PML_WIDTH},
	{SUB_PAGE_PERMISSION_TABLE_POINTER, 0,
	 SECONDARY_SUB_PAGE_WRITE_PERMISSIONS, RULE_SPPTP_ALIGNMENT,
	 RULE_SPPTP_WIDTH},
	{VMREAD_BITMAP_ADDRESS, 0, SECONDARY_VMCS_SHADOWING,
	 RULE_VMREAD_BITMAP_ALIGNMENT, RULE_VMREAD_BITMAP_WIDTH},
	{VMWRITE_BITMAP_ADDRESS, 0, SECONDARY_VMCS_SHADOWING,
	 RULE_VMWRITE_BITMAP_ALIGNMENT, RULE_VMWRITE_BITMAP_WIDTH},
	{VIRTUALIZATION_EXCEPTION_INFORMATION_ADDRESS, 0,
	 SECONDARY_EPT_VIOLATION_VE, RULE_VE_INFORMATION_ALIGNMENT,
	 RULE_VE_INFORMATION_WIDTH},
};

void page_addresses_check(struct check *check)
{
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++) {
		u64 address = check_field(check, pages[i].field);

		if ((check->primary & pages[i].primary) != pages[i].primary ||
		    (check->secondary & pages[i].secondary) !=
			    pages[i].secondary) {
			continue;
		}
		check_that(check, IS_ALIGNED(address, 4096), pages[i].alignment,
			   pages[i].field);
		check_that(check, check_fits_vmx(check, address),
			   pages[i].width, pages[i].field);
	}
}
