/*
 * SDM: "Checks on Guest Control Registers, Debug Registers, and MSRs".
 */
#include "cpu/registers.h"
#include "doctor/check.h"

/*
 * SDM: "IA32_DEBUGCTL MSR". Bit 2 is reserved where the CPU has no bus-lock
 * detection. Bits 13, 14 and 15 are reserved on some models; they are taken as
 * defined, for no capability bit that all models share tells.
 */
#define DEBUGCTL_RESERVED (~0xffc7ull)

/* SDM: "Intel MPX" and "Last Branch Records". */
#define BNDCFGS_RESERVED 0xffcull
#define BNDCFGS_BASE	 (~0xfffull)
#define LBR_CTL_RESERVED (~0x7f000full)

static void check_cr0(struct check *check)
{
	const struct vmx_capabilities *caps = check->subject->caps;
	u64 cr0 = check_field(check, GUEST_CR0);
	u64 unchecked = CR0_NW | CR0_CD;
	u64 wrong;

	if (check_guest_unrestricted(check)) {
		unchecked |= CR0_PE | CR0_PG;
	}
	wrong = (caps->cr0_fixed0 & ~cr0) | (cr0 & ~caps->cr0_fixed1);
	if (!check_that(check, !(wrong & ~unchecked), RULE_GUEST_CR0_FIXED,
			GUEST_CR0)) {
		return;
	}
	if (check_that(check, !(cr0 & CR0_PG) || (cr0 & CR0_PE),
		       RULE_GUEST_CR0_PG_WITHOUT_PE, GUEST_CR0)) {
		check_that(check, !check_guest_ia32e(check) || (cr0 & CR0_PG),
			   RULE_GUEST_CR0_PG_IA32E, GUEST_CR0);
	}
}

static void check_cr4(struct check *check)
{
	const struct vmx_capabilities *caps = check->subject->caps;
	u64 cr4 = check_field(check, GUEST_CR4);
	u64 wrong = (caps->cr4_fixed0 & ~cr4) | (cr4 & ~caps->cr4_fixed1);
	bool wp = check_field(check, GUEST_CR0) & CR0_WP;

	if (!check_that(check, !wrong, RULE_GUEST_CR4_FIXED, GUEST_CR4)) {
		return;
	}
	check_that(check, !(cr4 & CR4_CET) || wp, RULE_GUEST_CR4_CET,
		   GUEST_CR4);
	if (check_guest_ia32e(check)) {
		check_that(check, cr4 & CR4_PAE, RULE_GUEST_CR4_PAE_IA32E,
			   GUEST_CR4);
	} else {
		check_that(check, !(cr4 & CR4_PCIDE), RULE_GUEST_CR4_PCIDE,
			   GUEST_CR4);
	}
}

static void check_debug_controls(struct check *check)
{
	u64 reserved = DEBUGCTL_RESERVED;

	if (!(check->entry & ENTRY_LOAD_DEBUG_CONTROLS)) {
		return;
	}
	if (!check->subject->cpu->bus_lock_detection) {
		reserved |= DEBUGCTL_BUS_LOCK;
	}
	check_that(check, !(check_field(check, GUEST_IA32_DEBUGCTL) & reserved),
		   RULE_GUEST_DEBUGCTL_RESERVED, GUEST_IA32_DEBUGCTL);
	check_that(check, check_field(check, GUEST_DR7) >> 32 == 0,
		   RULE_GUEST_DR7_HIGH, GUEST_DR7);
}

static void check_cet(struct check *check)
{
	u64 s_cet = check_field(check, GUEST_IA32_S_CET);
	u64 table = check_field(check, GUEST_IA32_INTERRUPT_SSP_TABLE_ADDR);
	u64 both = S_CET_SUPPRESS | S_CET_TRACKER;

	if (!(check->entry & ENTRY_LOAD_CET_STATE)) {
		return;
	}
	check_that(check, !(s_cet & S_CET_RESERVED), RULE_GUEST_S_CET_RESERVED,
		   GUEST_IA32_S_CET);
	check_that(check, (s_cet & both) != both, RULE_GUEST_S_CET_TRACKER,
		   GUEST_IA32_S_CET);
	check_that(check, check_canonical(check, s_cet),
		   RULE_GUEST_S_CET_CANONICAL, GUEST_IA32_S_CET);
	check_that(check, check_canonical(check, table),
		   RULE_GUEST_SSP_TABLE_CANONICAL,
		   GUEST_IA32_INTERRUPT_SSP_TABLE_ADDR);
}

static void check_efer(struct check *check)
{
	u64 efer = check_field(check, GUEST_IA32_EFER);
	bool lma = efer & EFER_LMA;
	bool lme = efer & EFER_LME;
	bool paging = check_field(check, GUEST_CR0) & CR0_PG;

	if (!(check->entry & ENTRY_LOAD_IA32_EFER)) {
		return;
	}
	check_that(check, !(efer & check_efer_reserved(check)),
		   RULE_GUEST_EFER_RESERVED, GUEST_IA32_EFER);
	if (check_that(check, lma == check_guest_ia32e(check),
		       RULE_GUEST_EFER_LMA, GUEST_IA32_EFER)) {
		check_that(check, !paging || lme == lma, RULE_GUEST_EFER_LME,
			   GUEST_IA32_EFER);
	}
}

static void check_bndcfgs(struct check *check)
{
	u64 bndcfgs = check_field(check, GUEST_IA32_BNDCFGS);

	if (!(check->entry & ENTRY_LOAD_IA32_BNDCFGS)) {
		return;
	}
	check_that(check, !(bndcfgs & BNDCFGS_RESERVED),
		   RULE_GUEST_BNDCFGS_RESERVED, GUEST_IA32_BNDCFGS);
	check_that(check, check_canonical(check, bndcfgs & BNDCFGS_BASE),
		   RULE_GUEST_BNDCFGS_CANONICAL, GUEST_IA32_BNDCFGS);
}

/* MSRs of which a control says that they are loaded. */
static void check_loaded_msrs(struct check *check)
{
	if (check->entry & ENTRY_LOAD_IA32_PERF_GLOBAL_CTRL) {
		check_that(check,
			   !(check_field(check, GUEST_IA32_PERF_GLOBAL_CTRL) &
			     check_perf_global_ctrl_reserved(check)),
			   RULE_GUEST_PERF_GLOBAL_CTRL_RESERVED,
			   GUEST_IA32_PERF_GLOBAL_CTRL);
	}
	if (check->entry & ENTRY_LOAD_IA32_PAT) {
		check_that(check, check_pat(check_field(check, GUEST_IA32_PAT)),
			   RULE_GUEST_PAT_TYPE, GUEST_IA32_PAT);
	}
	if (check->entry & ENTRY_LOAD_GUEST_IA32_LBR_CTL) {
		check_that(check,
			   !(check_field(check, GUEST_IA32_LBR_CTL) &
			     LBR_CTL_RESERVED),
			   RULE_GUEST_LBR_CTL_RESERVED, GUEST_IA32_LBR_CTL);
	}
	if (check->entry & ENTRY_LOAD_PKRS) {
		check_that(check,
			   check_field(check, GUEST_IA32_PKRS) >> 32 == 0,
			   RULE_GUEST_PKRS_RESERVED, GUEST_IA32_PKRS);
	}
	if (check->entry & ENTRY_LOAD_UINV) {
		check_that(check, check_field(check, GUEST_UINV) >> 8 == 0,
			   RULE_GUEST_UINV_RESERVED, GUEST_UINV);
	}
}

void guest_registers_check(struct check *check)
{
	static const enum vmcs_field sysenter[] = {GUEST_IA32_SYSENTER_ESP,
						   GUEST_IA32_SYSENTER_EIP};

	check_cr0(check);
	check_cr4(check);
	check_that(check,
		   check_fits_physical(check, check_field(check, GUEST_CR3)),
		   RULE_GUEST_CR3_WIDTH, GUEST_CR3);
	check_debug_controls(check);
	for (size_t i = 0; i < ARRAY_SIZE(sysenter); i++) {
		check_that(
			check,
			check_canonical(check, check_field(check, sysenter[i])),
			RULE_GUEST_SYSENTER_CANONICAL, sysenter[i]);
	}
	check_cet(check);
	check_efer(check);
	check_bndcfgs(check);
	check_loaded_msrs(check);
}
