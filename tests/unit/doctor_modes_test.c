/*
 * modules: h2-vmcs/doctor/check.c h2-vmcs/doctor/doctor.c
 * modules: h2-vmcs/doctor/ept_controls.c h2-vmcs/doctor/event_injection.c
 * modules: h2-vmcs/doctor/execution_controls.c
 * modules: h2-vmcs/doctor/exit_entry_controls.c
 * modules: h2-vmcs/doctor/guest_non_register.c h2-vmcs/doctor/guest_pdptes.c
 * modules: h2-vmcs/doctor/guest_registers.c h2-vmcs/doctor/guest_rip.c
 * modules: h2-vmcs/doctor/guest_segments.c
 * modules: h2-vmcs/doctor/guest_system_segments.c h2-vmcs/doctor/host_area.c
 * modules: h2-vmcs/doctor/link_pointer.c h2-vmcs/doctor/msr_loading.c
 * modules: h2-vmcs/doctor/page_addresses.c
 * modules: h2-vmcs/doctor/reserved_controls.c h2-vmcs/doctor/rules.c
 * modules: h2-vmcs/vmcs_fields.c h2-vmcs/vmx_controls.c
 * modules: tests/kernels/corruptions/change.c
 * modules: tests/kernels/corruptions/settings.c
 * modules: tests/unit/capability_table.c
 */
/* The doctor where the tables do not reach: other modes, other CPUs. */
#include "../kernels/corruptions/settings.h"
#include "cpu/registers.h"
#include "subject_fixture.h"
#include "unit.h"
#include "vmx_controls.h"

static void smm_has_rules_of_its_own(void)
{
	struct vmx_capabilities caps = newest_cpu();
	u64 entry = (u32)caps.entry | ENTRY_IA32E_MODE_GUEST;
	u64 both = ENTRY_ENTRY_TO_SMM | ENTRY_DEACTIVATE_DUAL_MONITOR_TREATMENT;

	subject_begin(&caps);
	subject_put(VM_ENTRY_CONTROLS, entry | both);
	subject_examine();
	CHECK_EQ(finding_count, 2);

	cpu.smm = true;
	subject_examine();
	CHECK(subject_says(RULE_SMM_CONTROLS_BOTH));

	subject_put(VM_ENTRY_CONTROLS, entry | ENTRY_ENTRY_TO_SMM);
	subject_put(GUEST_INTERRUPTIBILITY_STATE, BIT(2));
	subject_examine();
	CHECK_EQ(finding_count, 0);

	subject_put(GUEST_INTERRUPTIBILITY_STATE, 0);
	subject_examine();
	CHECK(subject_says(RULE_SMI_BLOCKING_ENTRY));

	subject_put(GUEST_INTERRUPTIBILITY_STATE, BIT(2));
	subject_put(GUEST_ACTIVITY_STATE, 3);
	subject_examine();
	CHECK(subject_says(RULE_ACTIVITY_SIPI_SMM));

	subject_put(VM_ENTRY_CONTROLS, entry);
	subject_put(GUEST_ACTIVITY_STATE, 0);
	subject_put(VMCS_LINK_POINTER, ground.ordinary_vmcs);
	subject_put(EXECUTIVE_VMCS_POINTER, ground.ordinary_vmcs);
	subject_examine();
	CHECK(subject_says(RULE_LINK_POINTER_EXECUTIVE));
}

/* A hypervisor that runs in protected mode, with a guest that does, too. */
static void begin_32bit_host(const struct vmx_capabilities *caps)
{
	enum vmcs_field gap_field;
	u64 gap;

	subject_begin(caps);
	CHECK(settings_apply(SETTING_PAE, &ground, &vmcs, &gap_field, &gap));
	cpu.efer = 0;
	subject_put(HOST_SS_SELECTOR, 0x10);
	subject_put(VM_EXIT_CONTROLS, (u32)caps->exit | EXIT_LOAD_CET_STATE);
}

/* Puts one value into the VMCS of such a hypervisor, and examines it. */
static void examine_32bit_host(const struct vmx_capabilities *caps,
			       enum vmcs_field field, u64 value)
{
	begin_32bit_host(caps);
	subject_put(field, value);
	subject_examine();
}

static void outside_ia32e_other_rules_hold(void)
{
	struct vmx_capabilities caps = newest_cpu();
	u32 exit = (u32)caps.exit;

	begin_32bit_host(&caps);
	subject_examine();
	CHECK_EQ(finding_count, 0);
	subject_put(VM_EXIT_CONTROLS, exit);
	subject_put(HOST_SSP, BIT(32));
	subject_examine();
	CHECK_EQ(finding_count, 0);

	examine_32bit_host(&caps, VM_EXIT_CONTROLS, exit | EXIT_LOAD_IA32_EFER);
	CHECK_EQ(finding_count, 0);
	examine_32bit_host(&caps, HOST_SS_SELECTOR, 0);
	CHECK(subject_says(RULE_HOST_SS_NULL));
	examine_32bit_host(&caps, HOST_CR4, CR4_PAE | CR4_VMXE | CR4_PCIDE);
	CHECK(subject_says(RULE_HOST_CR4_PCIDE));
	examine_32bit_host(&caps, HOST_RIP, BIT(32));
	CHECK(subject_says(RULE_HOST_RIP_HIGH));
	examine_32bit_host(&caps, HOST_SSP, BIT(32));
	CHECK(subject_says(RULE_HOST_CET_HIGH));
	examine_32bit_host(&caps, HOST_IA32_S_CET, BIT(32));
	CHECK(subject_says(RULE_HOST_CET_HIGH));
	examine_32bit_host(&caps, VM_EXIT_CONTROLS,
			   exit | EXIT_HOST_ADDRESS_SPACE_SIZE);
	CHECK(subject_says(RULE_HOST_SIZE_OUTSIDE_IA32E));
	examine_32bit_host(&caps, VM_ENTRY_CONTROLS,
			   (u32)caps.entry | ENTRY_IA32E_MODE_GUEST);
	CHECK(subject_says(RULE_GUEST_MODE_OUTSIDE_IA32E));
}

static void guest_is_examined_after_controls_and_host(void)
{
	subject_begin(&models.models[0].caps);
	subject_put(CR3_TARGET_COUNT, 5);
	subject_put(HOST_CS_SELECTOR, 0);
	subject_put(GUEST_RFLAGS, 0);
	subject_examine();
	CHECK_EQ(finding_count, 2);
	CHECK_EQ(findings[0].rule, RULE_CR3_TARGET_COUNT);
	CHECK_EQ(findings[0].field, CR3_TARGET_COUNT);
	CHECK_EQ(findings[0].value, 5);
	CHECK_EQ(findings[1].rule, RULE_HOST_CS_NULL);
}

static void unread_memory_is_not_judged(void)
{
	subject_begin(&models.models[0].caps);
	subject_put(VMCS_LINK_POINTER, SUBJECT_MEMORY);
	subject_put(VM_ENTRY_MSR_LOAD_COUNT, 0xffffffff);
	subject_put(VM_ENTRY_MSR_LOAD_ADDRESS, SUBJECT_MEMORY);
	subject_examine();
	CHECK_EQ(finding_count, 0);
}

static void consequences_are_not_reported(void)
{
	struct vmx_capabilities caps = newest_cpu();

	subject_begin(&caps);
	subject_put(PRIMARY_CONTROLS,
		    (u32)caps.primary | PRIMARY_USE_TPR_SHADOW);
	subject_put(VIRTUAL_APIC_ADDRESS, ground.virtual_apic + 8);
	subject_put(TPR_THRESHOLD, 15);
	subject_examine();
	CHECK(subject_says(RULE_VIRTUAL_APIC_ALIGNMENT));

	subject_begin(&caps);
	subject_put(GUEST_CR4, BIT(63));
	subject_examine();
	CHECK(subject_says(RULE_GUEST_CR4_FIXED));

	subject_begin(&caps);
	subject_put(GUEST_RFLAGS, RFLAGS_FIXED | RFLAGS_IF);
	subject_put(GUEST_INTERRUPTIBILITY_STATE, BIT(0));
	subject_put(GUEST_ACTIVITY_STATE, 4);
	subject_examine();
	CHECK(subject_says(RULE_ACTIVITY_STATE_SUPPORTED));
}

static void msr_areas_are_read_to_their_end(void)
{
	subject_begin(&models.models[0].caps);
	subject_put(VM_ENTRY_MSR_LOAD_COUNT, 1);
	subject_put(VM_ENTRY_MSR_LOAD_ADDRESS, ground.msr_area_fs_base - 16);
	subject_examine();
	CHECK_EQ(finding_count, 0);
	subject_put(VM_ENTRY_MSR_LOAD_COUNT, 2);
	subject_examine();
	CHECK(subject_says(RULE_LOADED_MSR_BASE));

	/* The last entry ends where the physical address space does. */
	subject_begin(&models.models[0].caps);
	subject_put(VM_EXIT_MSR_LOAD_COUNT, 2);
	subject_put(VM_EXIT_MSR_LOAD_ADDRESS, BIT(40) - 32);
	subject_examine();
	CHECK_EQ(finding_count, 0);
}

static void pdptes_are_told_apart(void)
{
	enum vmcs_field gap_field;
	u64 gap;
	struct vmx_capabilities caps = newest_cpu();

	for (unsigned int i = 0; i < 4; i++) {
		subject_begin(&caps);
		CHECK(settings_apply(SETTING_PAE_EPT, &ground, &vmcs,
				     &gap_field, &gap));
		subject_put(GUEST_PDPTE0 + 2 * i, BIT(0) | BIT(5));
		subject_examine();
		CHECK(subject_says(RULE_PDPTE_RESERVED));
		CHECK_EQ(findings[0].field, GUEST_PDPTE0 + 2 * i);
		CHECK_EQ(findings[0].value, BIT(0) | BIT(5));
	}
}

static void capabilities_decide(void)
{
	enum vmcs_field gap_field;
	u64 gap;
	struct vmx_capabilities caps = newest_cpu();

	subject_begin(&caps);
	subject_put(GUEST_ACTIVITY_STATE, 3);
	subject_examine();
	CHECK_EQ(finding_count, 0);
	caps.misc &= ~BIT(8);
	subject_examine();
	CHECK(subject_says(RULE_ACTIVITY_STATE_SUPPORTED));

	subject_begin(&caps);
	CHECK(settings_apply(SETTING_EPT, &ground, &vmcs, &gap_field, &gap));
	subject_put(EPT_POINTER, ground.ept | 6 | 4 << 3);
	subject_examine();
	CHECK(subject_says(RULE_EPTP_WALK_LENGTH));
	caps.ept_vpid |= BIT(7);
	subject_examine();
	CHECK_EQ(finding_count, 0);

	subject_begin(&caps);
	subject_put(VM_ENTRY_INTERRUPTION_INFO, BIT(31) | BIT(13) | 3 << 8 | 6);
	subject_examine();
	CHECK(subject_says(RULE_EVENT_RESERVED));
	caps.basic |= BIT(58);
	subject_examine();
	CHECK_EQ(finding_count, 0);

	subject_begin(&caps);
	subject_put(HOST_CR4, CR4_PAE | CR4_VMXE | CR4_VME);
	caps.cr4_fixed1 &= ~CR4_VME;
	subject_examine();
	CHECK(subject_says(RULE_HOST_CR4_FIXED));

	subject_begin(&caps);
	subject_put(VM_EXIT_MSR_LOAD_COUNT, 1);
	subject_put(VM_EXIT_MSR_LOAD_ADDRESS, BIT(32));
	subject_examine();
	CHECK_EQ(finding_count, 0);
	caps.basic |= BIT(48);
	subject_examine();
	CHECK(subject_says(RULE_EXIT_MSR_LOAD_WIDTH));
}

static void extensions_of_the_cpu_decide(void)
{
	struct vmx_capabilities caps = newest_cpu();

	subject_begin(&caps);
	cpu.sgx = true;
	cpu.bus_lock_detection = true;
	subject_put(GUEST_INTERRUPTIBILITY_STATE, BIT(4));
	subject_put(GUEST_PENDING_DEBUG_EXCEPTIONS, BIT(11));
	subject_examine();
	CHECK_EQ(finding_count, 0);

	subject_put(GUEST_PENDING_DEBUG_EXCEPTIONS, BIT(16) | BIT(12));
	subject_examine();
	CHECK(subject_says(RULE_PENDING_DEBUG_RTM));
	cpu.rtm = true;
	subject_examine();
	CHECK_EQ(finding_count, 0);
	subject_put(GUEST_PENDING_DEBUG_EXCEPTIONS, BIT(16));
	subject_examine();
	CHECK(subject_says(RULE_PENDING_DEBUG_RTM));
	subject_put(GUEST_PENDING_DEBUG_EXCEPTIONS, BIT(16) | BIT(12));
	subject_put(GUEST_INTERRUPTIBILITY_STATE, BIT(1));
	subject_examine();
	CHECK(subject_says(RULE_PENDING_DEBUG_RTM));

	subject_begin(&caps);
	cpu.linear_width = 57;
	subject_put(GUEST_FS_BASE, BIT(55));
	subject_put(GUEST_RIP, BIT(56));
	subject_examine();
	CHECK_EQ(finding_count, 0);
	subject_put(GUEST_RIP, BIT(57));
	subject_examine();
	CHECK(subject_says(RULE_GUEST_RIP_WIDTH));
}

static const struct unit_test tests[] = {
	UNIT_TEST(smm_has_rules_of_its_own),
	UNIT_TEST(outside_ia32e_other_rules_hold),
	UNIT_TEST(guest_is_examined_after_controls_and_host),
	UNIT_TEST(unread_memory_is_not_judged),
	UNIT_TEST(consequences_are_not_reported),
	UNIT_TEST(msr_areas_are_read_to_their_end),
	UNIT_TEST(pdptes_are_told_apart),
	UNIT_TEST(capabilities_decide),
	UNIT_TEST(extensions_of_the_cpu_decide),
};

int main(void)
{
	if (!subject_load_models()) {
		return 1;
	}
	return UNIT_RUN(tests);
}
