/*
 * SDM: "Checks on Host Control Registers, MSRs, and SSP", "Checks on Host
 * Segment and Descriptor-Table Registers" and "Checks Related to
 * Address-Space Size".
 */
#include "cpu/registers.h"
#include "doctor/check.h"

#define SELECTOR_TI_RPL 7ull

/* SDM: "VMX-Fixed Bits in CR0" and "VMX-Fixed Bits in CR4". */
static bool fixed_bits_hold(u64 value, u64 fixed0, u64 fixed1, u64 unchecked)
{
	return ((fixed0 & ~value) & ~unchecked) == 0 &&
	       ((value & ~fixed1) & ~unchecked) == 0;
}

static void check_control_registers(struct check *check)
{
	const struct vmx_capabilities *caps = check->subject->caps;
	u64 cr0 = check_field(check, HOST_CR0);
	u64 cr4 = check_field(check, HOST_CR4);

	/* VM exit leaves NW and CD alone, so their values do not matter. */
	check_that(check,
		   fixed_bits_hold(cr0, caps->cr0_fixed0, caps->cr0_fixed1,
				   CR0_NW | CR0_CD),
		   RULE_HOST_CR0_FIXED, HOST_CR0);
	if (check_that(
		    check,
		    fixed_bits_hold(cr4, caps->cr4_fixed0, caps->cr4_fixed1, 0),
		    RULE_HOST_CR4_FIXED, HOST_CR4)) {
		check_that(check, !(cr4 & CR4_CET) || (cr0 & CR0_WP),
			   RULE_HOST_CR4_CET, HOST_CR4);
	}
	check_that(check,
		   check_fits_physical(check, check_field(check, HOST_CR3)),
		   RULE_HOST_CR3_WIDTH, HOST_CR3);
}

static void check_cet(struct check *check)
{
	u64 s_cet = check_field(check, HOST_IA32_S_CET);
	u64 both = S_CET_SUPPRESS | S_CET_TRACKER;

	check_that(check, !(s_cet & S_CET_RESERVED), RULE_HOST_S_CET_RESERVED,
		   HOST_IA32_S_CET);
	check_that(check, (s_cet & both) != both, RULE_HOST_S_CET_TRACKER,
		   HOST_IA32_S_CET);
	check_that(check, IS_ALIGNED(check_field(check, HOST_SSP), 4),
		   RULE_HOST_SSP_ALIGNMENT, HOST_SSP);
	check_that(
		check,
		check_canonical(
			check,
			check_field(check, HOST_IA32_INTERRUPT_SSP_TABLE_ADDR)),
		RULE_HOST_SSP_TABLE_CANONICAL,
		HOST_IA32_INTERRUPT_SSP_TABLE_ADDR);
}

static void check_efer(struct check *check)
{
	u64 efer = check_field(check, HOST_IA32_EFER);
	u64 mode = EFER_LMA | EFER_LME;
	u64 size = check->exit & EXIT_HOST_ADDRESS_SPACE_SIZE ? mode : 0;

	check_that(check, !(efer & check_efer_reserved(check)),
		   RULE_HOST_EFER_RESERVED, HOST_IA32_EFER);
	check_that(check, (efer & mode) == size, RULE_HOST_EFER_MODE,
		   HOST_IA32_EFER);
}

static void check_msrs(struct check *check)
{
	static const enum vmcs_field sysenter[] = {HOST_IA32_SYSENTER_ESP,
						   HOST_IA32_SYSENTER_EIP};

	for (size_t i = 0; i < ARRAY_SIZE(sysenter); i++) {
		check_that(
			check,
			check_canonical(check, check_field(check, sysenter[i])),
			RULE_HOST_SYSENTER_CANONICAL, sysenter[i]);
	}
	if (check->exit & EXIT_LOAD_IA32_PERF_GLOBAL_CTRL) {
		check_that(check,
			   !(check_field(check, HOST_IA32_PERF_GLOBAL_CTRL) &
			     check_perf_global_ctrl_reserved(check)),
			   RULE_HOST_PERF_GLOBAL_CTRL_RESERVED,
			   HOST_IA32_PERF_GLOBAL_CTRL);
	}
	if (check->exit & EXIT_LOAD_IA32_PAT) {
		check_that(check, check_pat(check_field(check, HOST_IA32_PAT)),
			   RULE_HOST_PAT_TYPE, HOST_IA32_PAT);
	}
	if (check->exit & EXIT_LOAD_CET_STATE) {
		check_cet(check);
	}
	if (check->exit & EXIT_LOAD_PKRS) {
		check_that(check, check_field(check, HOST_IA32_PKRS) >> 32 == 0,
			   RULE_HOST_PKRS_RESERVED, HOST_IA32_PKRS);
	}
}

static void check_segments(struct check *check)
{
	static const enum vmcs_field selectors[] = {
		HOST_ES_SELECTOR, HOST_CS_SELECTOR, HOST_SS_SELECTOR,
		HOST_DS_SELECTOR, HOST_FS_SELECTOR, HOST_GS_SELECTOR,
		HOST_TR_SELECTOR,
	};
	static const enum vmcs_field bases[] = {
		HOST_FS_BASE,	HOST_GS_BASE,	HOST_TR_BASE,
		HOST_GDTR_BASE, HOST_IDTR_BASE,
	};

	for (size_t i = 0; i < ARRAY_SIZE(selectors); i++) {
		check_that(
			check,
			!(check_field(check, selectors[i]) & SELECTOR_TI_RPL),
			RULE_HOST_SELECTOR, selectors[i]);
	}
	check_that(check, check_field(check, HOST_CS_SELECTOR) != 0,
		   RULE_HOST_CS_NULL, HOST_CS_SELECTOR);
	check_that(check, check_field(check, HOST_TR_SELECTOR) != 0,
		   RULE_HOST_TR_NULL, HOST_TR_SELECTOR);
	for (size_t i = 0; i < ARRAY_SIZE(bases); i++) {
		check_that(check,
			   check_canonical(check, check_field(check, bases[i])),
			   RULE_HOST_BASE_CANONICAL, bases[i]);
	}
}

/* What must hold if VM exit returns to a 64-bit host. */
static void check_64bit_host(struct check *check)
{
	static const enum vmcs_field cet[] = {HOST_IA32_S_CET, HOST_SSP};

	check_that(check, check_field(check, HOST_CR4) & CR4_PAE,
		   RULE_HOST_CR4_PAE, HOST_CR4);
	check_that(check, check_canonical(check, check_field(check, HOST_RIP)),
		   RULE_HOST_RIP_CANONICAL, HOST_RIP);
	if (!(check->exit & EXIT_LOAD_CET_STATE)) {
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(cet); i++) {
		check_that(check,
			   check_canonical(check, check_field(check, cet[i])),
			   RULE_HOST_CET_CANONICAL, cet[i]);
	}
}

/* What must hold if it returns to a 32-bit host. */
static void check_32bit_host(struct check *check)
{
	static const enum vmcs_field cet[] = {HOST_IA32_S_CET, HOST_SSP};

	check_that(check, check_field(check, HOST_SS_SELECTOR) != 0,
		   RULE_HOST_SS_NULL, HOST_SS_SELECTOR);
	check_that(check, !(check_field(check, HOST_CR4) & CR4_PCIDE),
		   RULE_HOST_CR4_PCIDE, HOST_CR4);
	check_that(check, check_field(check, HOST_RIP) >> 32 == 0,
		   RULE_HOST_RIP_HIGH, HOST_RIP);
	if (!(check->exit & EXIT_LOAD_CET_STATE)) {
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(cet); i++) {
		check_that(check, check_field(check, cet[i]) >> 32 == 0,
			   RULE_HOST_CET_HIGH, cet[i]);
	}
}

/*
 * The SDM also has "IA-32e mode guest" 0 where "host address-space size" is
 * 0. It follows from the rules here: the host is 64-bit exactly if the CPU is
 * in IA-32e mode, and outside that mode no guest may be in it.
 */
static void check_address_space(struct check *check)
{
	bool ia32e = check->subject->cpu->efer & EFER_LMA;
	bool host_64bit = check->exit & EXIT_HOST_ADDRESS_SPACE_SIZE;

	if (ia32e) {
		if (check_that(check, host_64bit, RULE_HOST_SIZE_IN_IA32E,
			       VM_EXIT_CONTROLS)) {
			check_64bit_host(check);
		}
		return;
	}
	check_that(check, !check_guest_ia32e(check),
		   RULE_GUEST_MODE_OUTSIDE_IA32E, VM_ENTRY_CONTROLS);
	if (check_that(check, !host_64bit, RULE_HOST_SIZE_OUTSIDE_IA32E,
		       VM_EXIT_CONTROLS)) {
		check_32bit_host(check);
	}
}

void host_area_check(struct check *check)
{
	bool ia32e = check->subject->cpu->efer & EFER_LMA;
	bool host_64bit = check->exit & EXIT_HOST_ADDRESS_SPACE_SIZE;

	check_control_registers(check);
	check_msrs(check);
	/* A host of the wrong size has the wrong IA32_EFER by consequence. */
	if ((check->exit & EXIT_LOAD_IA32_EFER) && ia32e == host_64bit) {
		check_efer(check);
	}
	check_segments(check);
	check_address_space(check);
}
