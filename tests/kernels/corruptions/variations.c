/*
 * Changes that look like corruptions and are none. They keep the doctor from
 * demanding more than the SDM does.
 */
#include "corruption.h"
#include "cpu/registers.h"
#include "vmx_controls.h"

/* clang-format off */
#define ROW(row_name, ID, field, kind, value, ...)                             \
	{.name = (row_name), .setting = SETTING_##ID,                          \
	 .change = {field, kind, value}, .rule = NO_RULE, __VA_ARGS__}

/* SDM: "VM-Entry Controls for Event Injection". */
#define INJECT(type, vector) (BIT(31) | (type) << 8 | (vector))
#define FAULT(vector)	     (INJECT(3, vector) | BIT(11))

const struct corruption variations[] = {
	/* A field does not matter where the control that uses it is 0. */
	ROW("io-bitmap-not-used", PLAIN, IO_BITMAP_A_ADDRESS, SET, 1),
	ROW("msr-bitmaps-not-used", PLAIN, MSR_BITMAPS_ADDRESS, SET, 1),
	ROW("virtual-apic-not-used", PLAIN, VIRTUAL_APIC_ADDRESS, SET, 1),
	ROW("tpr-threshold-not-used", PLAIN, TPR_THRESHOLD, TO, 16),
	ROW("tpr-threshold-with-delivery", VIRTUAL_INTERRUPTS, TPR_THRESHOLD, TO, 16),
	ROW("tpr-threshold-with-accesses", TPR_SHADOW_ACCESSES, TPR_THRESHOLD, TO, 15),
	ROW("apic-access-not-used", PLAIN, APIC_ACCESS_ADDRESS, SET, 1),
	ROW("vpid-not-used", SECONDARY, VIRTUAL_PROCESSOR_ID, TO, 0),
	ROW("eptp-not-used", SECONDARY, EPT_POINTER, TO, ~0ull),
	ROW("pml-not-used", EPT, PML_ADDRESS, SET, 1),
	ROW("functions-not-used", EPT, VM_FUNCTION_CONTROLS, SET, BIT(63)),
	ROW("eptp-list-not-used", VM_FUNCTIONS, EPTP_LIST_ADDRESS, SET, 1),
	ROW("vmread-bitmap-not-used", PLAIN, VMREAD_BITMAP_ADDRESS, SET, 1),
	ROW("tsc-multiplier-not-used", SECONDARY, TSC_MULTIPLIER, TO, 0),
	ROW("secondary-not-active", PLAIN, SECONDARY_CONTROLS, TO, 0xffffffff),
	ROW("exit-store-empty", PLAIN, VM_EXIT_MSR_STORE_ADDRESS, SET, 1),
	ROW("exit-load-empty", PLAIN, VM_EXIT_MSR_LOAD_ADDRESS, SET, BIT(63)),
	ROW("entry-load-empty", PLAIN, VM_ENTRY_MSR_LOAD_ADDRESS, SET, 1),
	ROW("event-not-valid", PLAIN, VM_ENTRY_INTERRUPTION_INFO, TO, 0x7fffffff),
	ROW("error-code-not-delivered", EXCEPTION, VM_ENTRY_EXCEPTION_ERROR_CODE, TO, BIT(31)),
	ROW("length-not-used", EXCEPTION, VM_ENTRY_INSTRUCTION_LENGTH, TO, 16),
	ROW("host-pat-not-loaded", PLAIN, HOST_IA32_PAT, TO, 2),
	ROW("host-efer-not-loaded", PLAIN, HOST_IA32_EFER, TO, ~0ull),
	ROW("host-s-cet-not-loaded", PLAIN, HOST_IA32_S_CET, TO, ~0ull),
	ROW("host-ssp-not-loaded", PLAIN, HOST_SSP, BREAK_CANONICAL, 0),
	ROW("guest-debugctl-not-loaded", PLAIN, GUEST_IA32_DEBUGCTL, SET, BIT(5)),
	ROW("guest-dr7-not-loaded", PLAIN, GUEST_DR7, SET, BIT(32)),
	ROW("guest-pat-not-loaded", PLAIN, GUEST_IA32_PAT, TO, 2),
	ROW("guest-efer-not-loaded", PLAIN, GUEST_IA32_EFER, TO, ~0ull),
	ROW("guest-s-cet-not-loaded", PLAIN, GUEST_IA32_S_CET, TO, ~0ull),
	ROW("guest-ssp-not-loaded", PLAIN, GUEST_SSP, TO, 1),
	ROW("guest-bndcfgs-not-loaded", PLAIN, GUEST_IA32_BNDCFGS, TO, ~0ull),
	ROW("pdptes-of-64-bit-guest", EPT, GUEST_PDPTE0, TO, 0x1e7),
	ROW("pdptes-without-paging", REAL_MODE, GUEST_PDPTE0, TO, 0x1e7),
	ROW("pdptes-without-pae", PAGING_32_BIT, GUEST_CR3, TO_GROUND, GROUND(pae_table_reserved)),
	ROW("pdpte-not-present", PAE_EPT, GUEST_PDPTE3, TO, 0x1e6),

	/* The last value before one that is wrong. */
	ROW("cr3-targets-all", PLAIN, CR3_TARGET_COUNT, TO_MOST, 0),
	ROW("tpr-threshold-as-vtpr", TPR_SHADOW, TPR_THRESHOLD, TO, 5),
	ROW("posted-vector-255", POSTED_INTERRUPTS, POSTED_INTERRUPT_NOTIFICATION_VECTOR, TO, 255),
	ROW("event-vector-31", EXCEPTION, VM_ENTRY_INTERRUPTION_INFO, TO, INJECT(3, 31)),
	ROW("event-interrupt-255", INTERRUPT, VM_ENTRY_INTERRUPTION_INFO, SET, 255),
	ROW("event-length-15", SOFTWARE_INTERRUPT, VM_ENTRY_INSTRUCTION_LENGTH, TO, 15),
	ROW("event-length-1", SOFTWARE_INTERRUPT, VM_ENTRY_INSTRUCTION_LENGTH, TO, 1),
	ROW("event-length-0", SOFTWARE_INTERRUPT, VM_ENTRY_INSTRUCTION_LENGTH, TO, 0, WITH_ZERO_LENGTH),
	ROW("event-error-code-15", EXCEPTION_WITH_ERROR, VM_ENTRY_EXCEPTION_ERROR_CODE, SET, BIT(15)),
	ROW("eptp-uncacheable", EPT, EPT_POINTER, CLEAR, 7, WITH_EPT_UNCACHEABLE),
	ROW("eptp-accessed-dirty", EPT, EPT_POINTER, SET, BIT(6), WITH_EPT_ACCESSED_DIRTY),
	ROW("eptp-shadow-stack", EPT, EPT_POINTER, SET, BIT(7), WITH_EPT_SHADOW_STACK),
	ROW("host-pat-all-types", HOST_PAT, HOST_IA32_PAT, TO, 0x0706050401000606),
	ROW("guest-efer-syscall", GUEST_EFER, GUEST_IA32_EFER, SET, EFER_SCE),
	ROW("fs-base-high", SEGMENTS, GUEST_FS_BASE, SET, BIT(40)),
	ROW("gdtr-base-high", PLAIN, GUEST_GDTR_BASE, TO, 0xffff800000000000),
	ROW("gdtr-limit-64-kib", PLAIN, GUEST_GDTR_LIMIT, TO, 0xffff),
	ROW("rflags-id", PLAIN, GUEST_RFLAGS, SET, RFLAGS_ID),
	ROW("pending-debug-breakpoint", PLAIN, GUEST_PENDING_DEBUG_EXCEPTIONS, TO, BIT(12) | 1),
	ROW("nmi-blocked", PLAIN, GUEST_INTERRUPTIBILITY_STATE, TO, BIT(3)),
	ROW("nmi-blocked-with-nmi", NMI, GUEST_INTERRUPTIBILITY_STATE, TO, BIT(3)),
	ROW("host-cr0-cd", PLAIN, HOST_CR0, SET, CR0_CD),
	ROW("guest-cr0-cd-nw", PLAIN, GUEST_CR0, SET, CR0_CD | CR0_NW),

	/* Each exception that has an error code, and those that may have one. */
	ROW("event-df", EXCEPTION_WITH_ERROR, VM_ENTRY_INTERRUPTION_INFO, TO, FAULT(8)),
	ROW("event-ts", EXCEPTION_WITH_ERROR, VM_ENTRY_INTERRUPTION_INFO, TO, FAULT(10)),
	ROW("event-np", EXCEPTION_WITH_ERROR, VM_ENTRY_INTERRUPTION_INFO, TO, FAULT(11)),
	ROW("event-ss", EXCEPTION_WITH_ERROR, VM_ENTRY_INTERRUPTION_INFO, TO, FAULT(12)),
	ROW("event-pf", EXCEPTION_WITH_ERROR, VM_ENTRY_INTERRUPTION_INFO, TO, FAULT(14)),
	ROW("event-ac", EXCEPTION_WITH_ERROR, VM_ENTRY_INTERRUPTION_INFO, TO, FAULT(17)),
	ROW("event-gp-unrestricted", UNRESTRICTED, VM_ENTRY_INTERRUPTION_INFO, TO, FAULT(13)),
	ROW("event-ud-with-error", EXCEPTION, VM_ENTRY_INTERRUPTION_INFO, SET, BIT(11), WITH_ANY_ERROR_CODE),
	ROW("event-gp-without-error", EXCEPTION_WITH_ERROR, VM_ENTRY_INTERRUPTION_INFO, CLEAR, BIT(11), WITH_ANY_ERROR_CODE),

	/* Events that HLT and shutdown let through. */
	ROW("nmi-in-hlt", INTERRUPT_IN_HLT, VM_ENTRY_INTERRUPTION_INFO, TO, INJECT(2, 2)),
	ROW("debug-in-hlt", INTERRUPT_IN_HLT, VM_ENTRY_INTERRUPTION_INFO, TO, INJECT(3, 1)),
	ROW("machine-check-in-hlt", INTERRUPT_IN_HLT, VM_ENTRY_INTERRUPTION_INFO, TO, INJECT(3, 18)),
	ROW("machine-check-in-shutdown", NMI_IN_SHUTDOWN, VM_ENTRY_INTERRUPTION_INFO, TO, INJECT(3, 18)),
	ROW("mtf-in-hlt", OTHER_EVENT, GUEST_ACTIVITY_STATE, TO, 1, WITH_HLT),

	/* Segments: other types, and what an unrestricted guest may have. */
	ROW("cs-execute-only", PLAIN, GUEST_CS_ACCESS_RIGHTS, CLEAR, 2),
	ROW("cs-conforming-execute-only", CONFORMING, GUEST_CS_ACCESS_RIGHTS, CLEAR, 2),
	ROW("ss-expand-down", SEGMENTS, GUEST_SS_ACCESS_RIGHTS, SET, 4),
	ROW("ds-read-only", SEGMENTS, GUEST_DS_ACCESS_RIGHTS, CLEAR, 2),
	ROW("conforming-in-ds-rpl", CONFORMING_IN_DS, GUEST_DS_SELECTOR, SET, 3),
	ROW("tr-16-bit", PAE, GUEST_TR_ACCESS_RIGHTS, CLEAR, 8),
	ROW("cs-64-bit-outside-ia-32e", PAE, GUEST_CS_ACCESS_RIGHTS, SET, BIT(13)),
	ROW("unrestricted-ss-rpl", UNRESTRICTED_SEGMENTS, GUEST_SS_SELECTOR, SET, 3),
	ROW("unrestricted-ds-rpl", UNRESTRICTED_SEGMENTS, GUEST_DS_SELECTOR, SET, 3),
};
/* clang-format on */

const size_t variation_count = ARRAY_SIZE(variations);
