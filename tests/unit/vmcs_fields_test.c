/*
 * modules: h2-vmcs/vmcs_fields.c h2-vmcs/vmx_controls.c
 * modules: h2-vmcs/vmx_instruction_error.c
 */
#include "unit.h"
#include "vmcs_fields.h"
#include "vmx_controls.h"
#include "vmx_instruction_error.h"

static void fields_have_names(void)
{
	CHECK_STR(vmcs_field_name(GUEST_RIP), "Guest RIP");
	CHECK_STR(vmcs_field_name(0x1234), "unknown field");
	CHECK_STR(vmcs_field_identifier(HOST_RSP), "HOST_RSP");
	CHECK_STR(vmcs_field_identifier(0x1234), "unknown field");
}

/* Encodings that are easily mixed up, by the SDM's appendix. */
static void encodings_are_those_of_the_sdm(void)
{
	CHECK_EQ(HOST_RSP, 0x6c14);
	CHECK_EQ(HOST_RIP, 0x6c16);
	CHECK_EQ(GUEST_RSP, 0x681c);
	CHECK_EQ(GUEST_RIP, 0x681e);
	CHECK_EQ(GUEST_LDTR_SELECTOR, 0x080c);
	CHECK_EQ(HOST_TR_SELECTOR, 0x0c0c);
	CHECK_EQ(VM_EXIT_REASON, 0x4402);
	CHECK_EQ(SECONDARY_CONTROLS, 0x401e);
	CHECK_EQ(VMX_PREEMPTION_TIMER_VALUE, 0x482e);
	CHECK_EQ(EPT_POINTER, 0x201a);
	CHECK_EQ(VMCS_LINK_POINTER, 0x2800);
}

static void encodings_tell_width_and_type(void)
{
	CHECK_EQ(vmcs_field_width(HOST_RSP), VMCS_WIDTH_NATURAL);
	CHECK_EQ(vmcs_field_width(TSC_OFFSET), VMCS_WIDTH_64);
	CHECK_EQ(vmcs_field_type(VM_EXIT_REASON), VMCS_TYPE_EXIT_INFORMATION);
	CHECK_EQ(vmcs_field_type(EPT_POINTER), VMCS_TYPE_CONTROL);
	CHECK_EQ(vmcs_field_type(PML_INDEX), VMCS_TYPE_GUEST_STATE);
	CHECK_EQ(vmcs_field_type(HOST_CR3), VMCS_TYPE_HOST_STATE);
	CHECK_EQ(vmcs_field_bits(PML_INDEX), 16);
	CHECK_EQ(vmcs_field_bits(TPR_THRESHOLD), 32);
	CHECK_EQ(vmcs_field_bits(TSC_OFFSET), 64);
	CHECK_EQ(vmcs_field_bits(GUEST_RIP), 64);
}

static void places_in_the_table_are_dense(void)
{
	CHECK_EQ(vmcs_field_index(0x1234), VMCS_FIELD_COUNT);
	for (enum vmcs_index i = 0; i < VMCS_FIELD_COUNT; i++) {
		CHECK_EQ(vmcs_field_index(vmcs_field_at(i)), i);
		CHECK_EQ(vmcs_field_at(i) & 1, 0);
	}
	CHECK_EQ(vmcs_field_at(INDEX_GUEST_RIP), GUEST_RIP);
}

static void controls_have_names(void)
{
	CHECK_EQ(PRIMARY_ACTIVATE_SECONDARY_CONTROLS, BIT(31));
	CHECK_STR(vmx_control_name(SECONDARY_CONTROLS, 1), "Enable EPT");
	CHECK_STR(vmx_control_name(PIN_BASED_CONTROLS, 3), "NMI exiting");
	CHECK_STR(vmx_control_name(PRIMARY_CONTROLS, 0), NULL);
	CHECK_STR(vmx_control_name(PRIMARY_CONTROLS, 32), NULL);
	CHECK_STR(vmx_control_name(GUEST_RIP, 1), NULL);
}

static void errors_have_names(void)
{
	CHECK_STR(vmx_instruction_error_name(VMX_ERROR_INVALID_HOST_STATE),
		  "VM entry with invalid host-state field(s)");
	CHECK_STR(vmx_instruction_error_name(14),
		  "reserved VM-instruction error number");
	CHECK_STR(vmx_instruction_error_name(~0ull),
		  "reserved VM-instruction error number");
}

static const struct unit_test tests[] = {
	UNIT_TEST(fields_have_names),
	UNIT_TEST(encodings_are_those_of_the_sdm),
	UNIT_TEST(encodings_tell_width_and_type),
	UNIT_TEST(places_in_the_table_are_dense),
	UNIT_TEST(controls_have_names),
	UNIT_TEST(errors_have_names),
};

int main(void)
{
	return UNIT_RUN(tests);
}
