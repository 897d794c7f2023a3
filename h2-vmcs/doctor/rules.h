#pragma once
/*
 * What the SDM demands of a VMCS before a VM entry may succeed.
 *
 * SDM, chapter "VM Entries": "Checks on VMX Controls and Host-State Area",
 * "Checking and Loading Guest State" and "Loading MSRs".
 *
 * Not judged, for want of the capability MSRs that would tell what is right:
 * the tertiary processor-based controls and the secondary VM-exit controls
 * with all that hangs on them, and IA32_RTIT_CTL.
 */
#include "lib/types.h"

/* How the CPU refuses an entry: VMfailValid with an error, or a VM exit. */
enum doctor_refusal {
	REFUSAL_CONTROL,     /* VMfailValid, error 7 */
	REFUSAL_HOST_STATE,  /* VMfailValid, error 8 */
	REFUSAL_GUEST_STATE, /* exit reason 33, with bit 31 set */
	REFUSAL_MSR_LOADING, /* exit reason 34, with bit 31 set */
};

/* SECTION(ID, refusal, "title in the SDM"), in the order of the manual. */
/* clang-format off */
#define DOCTOR_SECTIONS(SECTION)                                               \
	SECTION(EXECUTION, REFUSAL_CONTROL, "VM-Execution Control Fields")     \
	SECTION(EXIT, REFUSAL_CONTROL, "VM-Exit Control Fields")               \
	SECTION(ENTRY, REFUSAL_CONTROL, "VM-Entry Control Fields")             \
	SECTION(HOST, REFUSAL_HOST_STATE, "Checks on Host Control Registers, MSRs, and SSP") \
	SECTION(HOST_SEGMENTS, REFUSAL_HOST_STATE, "Checks on Host Segment and Descriptor-Table Registers") \
	SECTION(ADDRESS_SPACE, REFUSAL_HOST_STATE, "Checks Related to Address-Space Size") \
	SECTION(GUEST, REFUSAL_GUEST_STATE, "Checks on Guest Control Registers, Debug Registers, and MSRs") \
	SECTION(GUEST_SEGMENTS, REFUSAL_GUEST_STATE, "Checks on Guest Segment Registers") \
	SECTION(GUEST_TABLES, REFUSAL_GUEST_STATE, "Checks on Guest Descriptor-Table Registers") \
	SECTION(GUEST_RIP, REFUSAL_GUEST_STATE, "Checks on Guest RIP, RFLAGS, and SSP") \
	SECTION(NON_REGISTER, REFUSAL_GUEST_STATE, "Checks on Guest Non-Register State") \
	SECTION(PDPTES, REFUSAL_GUEST_STATE, "Checks on Guest Page-Directory-Pointer-Table Entries") \
	SECTION(MSR_LOADING, REFUSAL_MSR_LOADING, "Loading MSRs")

/* RULE(ID, section, "what must hold"), section by section. */
#define DOCTOR_CONTROL_RULES(RULE)                                             \
	RULE(PIN_BASED_RESERVED, EXECUTION, "each pin-based control has a value that the capability MSR allows") \
	RULE(PRIMARY_RESERVED, EXECUTION, "each primary processor-based control has a value that the capability MSR allows") \
	RULE(SECONDARY_RESERVED, EXECUTION, "each secondary processor-based control has a value that the capability MSR allows") \
	RULE(CR3_TARGET_COUNT, EXECUTION, "the count is at most what IA32_VMX_MISC[24:16] offers") \
	RULE(IO_BITMAP_ALIGNMENT, EXECUTION, "with \"use I/O bitmaps\", bits 11:0 of the address are 0") \
	RULE(IO_BITMAP_WIDTH, EXECUTION, "with \"use I/O bitmaps\", no address bit lies beyond the physical-address width") \
	RULE(MSR_BITMAPS_ALIGNMENT, EXECUTION, "with \"use MSR bitmaps\", bits 11:0 of the address are 0") \
	RULE(MSR_BITMAPS_WIDTH, EXECUTION, "with \"use MSR bitmaps\", no address bit lies beyond the physical-address width") \
	RULE(VIRTUAL_APIC_ALIGNMENT, EXECUTION, "with \"use TPR shadow\", bits 11:0 of the address are 0") \
	RULE(VIRTUAL_APIC_WIDTH, EXECUTION, "with \"use TPR shadow\", no address bit lies beyond the physical-address width") \
	RULE(TPR_THRESHOLD_RESERVED, EXECUTION, "with \"use TPR shadow\" and without \"virtual-interrupt delivery\", bits 31:4 are 0") \
	RULE(TPR_THRESHOLD_ABOVE_VTPR, EXECUTION, "with \"use TPR shadow\" alone, bits 3:0 are not above bits 7:4 of VTPR in the virtual-APIC page") \
	RULE(VIRTUAL_NMIS, EXECUTION, "\"virtual NMIs\" is 0 where \"NMI exiting\" is 0") \
	RULE(NMI_WINDOW_EXITING, EXECUTION, "\"NMI-window exiting\" is 0 where \"virtual NMIs\" is 0") \
	RULE(APIC_ACCESS_ALIGNMENT, EXECUTION, "with \"virtualize APIC accesses\", bits 11:0 of the address are 0") \
	RULE(APIC_ACCESS_WIDTH, EXECUTION, "with \"virtualize APIC accesses\", no address bit lies beyond the physical-address width") \
	RULE(TPR_SHADOW_MISSING, EXECUTION, "\"virtualize x2APIC mode\", \"APIC-register virtualization\" and \"virtual-interrupt delivery\" are 0 where \"use TPR shadow\" is 0") \
	RULE(X2APIC_MODE_WITH_APIC_ACCESSES, EXECUTION, "\"virtualize x2APIC mode\" and \"virtualize APIC accesses\" are not both 1") \
	RULE(VIRTUAL_INTERRUPT_DELIVERY, EXECUTION, "\"virtual-interrupt delivery\" is 0 where \"external-interrupt exiting\" is 0") \
	RULE(POSTED_INTERRUPTS_DELIVERY, EXECUTION, "\"process posted interrupts\" is 0 where \"virtual-interrupt delivery\" is 0") \
	RULE(POSTED_INTERRUPTS_ACKNOWLEDGE, EXECUTION, "\"process posted interrupts\" is 0 where \"acknowledge interrupt on exit\" is 0") \
	RULE(POSTED_INTERRUPT_VECTOR, EXECUTION, "with \"process posted interrupts\", the notification vector is at most 255") \
	RULE(POSTED_INTERRUPT_DESCRIPTOR_ALIGNMENT, EXECUTION, "with \"process posted interrupts\", bits 5:0 of the address are 0") \
	RULE(POSTED_INTERRUPT_DESCRIPTOR_WIDTH, EXECUTION, "with \"process posted interrupts\", no address bit lies beyond the physical-address width") \
	RULE(VPID_ZERO, EXECUTION, "with \"enable VPID\", the VPID is not 0") \
	RULE(EPTP_MEMORY_TYPE, EXECUTION, "with \"enable EPT\", bits 2:0 are a memory type that IA32_VMX_EPT_VPID_CAP offers") \
	RULE(EPTP_WALK_LENGTH, EXECUTION, "with \"enable EPT\", bits 5:3 are one less than a page-walk length that IA32_VMX_EPT_VPID_CAP offers") \
	RULE(EPTP_ACCESSED_DIRTY, EXECUTION, "with \"enable EPT\", bit 6 is 0 unless IA32_VMX_EPT_VPID_CAP[21] offers accessed and dirty flags") \
	RULE(EPTP_RESERVED, EXECUTION, "with \"enable EPT\", reserved bits 11:7 are 0 (bit 7 may be 1 if IA32_VMX_EPT_VPID_CAP[23] is 1)") \
	RULE(EPTP_WIDTH, EXECUTION, "with \"enable EPT\", no address bit lies beyond the physical-address width") \
	RULE(PML_WITHOUT_EPT, EXECUTION, "\"enable PML\" is 0 where \"enable EPT\" is 0") \
	RULE(PML_ALIGNMENT, EXECUTION, "with \"enable PML\", bits 11:0 of the address are 0") \
	RULE(PML_WIDTH, EXECUTION, "with \"enable PML\", no address bit lies beyond the physical-address width") \
	RULE(UNRESTRICTED_GUEST_WITHOUT_EPT, EXECUTION, "\"unrestricted guest\" is 0 where \"enable EPT\" is 0") \
	RULE(MODE_BASED_EXECUTE_WITHOUT_EPT, EXECUTION, "\"mode-based execute control for EPT\" is 0 where \"enable EPT\" is 0") \
	RULE(SUB_PAGE_WITHOUT_EPT, EXECUTION, "\"sub-page write permissions for EPT\" is 0 where \"enable EPT\" is 0") \
	RULE(SPPTP_ALIGNMENT, EXECUTION, "with \"sub-page write permissions for EPT\", bits 11:0 are 0") \
	RULE(SPPTP_WIDTH, EXECUTION, "with \"sub-page write permissions for EPT\", no address bit lies beyond the physical-address width") \
	RULE(PT_GUEST_PHYSICAL_WITHOUT_EPT, EXECUTION, "\"Intel PT uses guest physical addresses\" is 0 where \"enable EPT\" is 0") \
	RULE(VM_FUNCTIONS_RESERVED, EXECUTION, "with \"enable VM functions\", each VM-function control is one that IA32_VMX_VMFUNC offers") \
	RULE(EPTP_SWITCHING_WITHOUT_EPT, EXECUTION, "\"EPTP switching\" is 0 where \"enable EPT\" is 0") \
	RULE(EPTP_LIST_ALIGNMENT, EXECUTION, "with \"EPTP switching\", bits 11:0 of the address are 0") \
	RULE(EPTP_LIST_WIDTH, EXECUTION, "with \"EPTP switching\", no address bit lies beyond the physical-address width") \
	RULE(VMREAD_BITMAP_ALIGNMENT, EXECUTION, "with \"VMCS shadowing\", bits 11:0 of the address are 0") \
	RULE(VMREAD_BITMAP_WIDTH, EXECUTION, "with \"VMCS shadowing\", no address bit lies beyond the physical-address width") \
	RULE(VMWRITE_BITMAP_ALIGNMENT, EXECUTION, "with \"VMCS shadowing\", bits 11:0 of the address are 0") \
	RULE(VMWRITE_BITMAP_WIDTH, EXECUTION, "with \"VMCS shadowing\", no address bit lies beyond the physical-address width") \
	RULE(VE_INFORMATION_ALIGNMENT, EXECUTION, "with \"EPT-violation #VE\", bits 11:0 of the address are 0") \
	RULE(VE_INFORMATION_WIDTH, EXECUTION, "with \"EPT-violation #VE\", no address bit lies beyond the physical-address width") \
	RULE(TSC_MULTIPLIER_ZERO, EXECUTION, "with \"use TSC scaling\", the multiplier is not 0") \
	RULE(VM_EXIT_RESERVED, EXIT, "each VM-exit control has a value that the capability MSR allows") \
	RULE(SAVE_PREEMPTION_TIMER, EXIT, "\"save VMX-preemption timer value\" is 0 where \"activate VMX-preemption timer\" is 0") \
	RULE(EXIT_MSR_STORE_ALIGNMENT, EXIT, "if the VM-exit MSR-store count is not 0, bits 3:0 of the address are 0") \
	RULE(EXIT_MSR_STORE_WIDTH, EXIT, "if the VM-exit MSR-store count is not 0, no bit of the area's first or last address lies beyond the physical-address width") \
	RULE(EXIT_MSR_LOAD_ALIGNMENT, EXIT, "if the VM-exit MSR-load count is not 0, bits 3:0 of the address are 0") \
	RULE(EXIT_MSR_LOAD_WIDTH, EXIT, "if the VM-exit MSR-load count is not 0, no bit of the area's first or last address lies beyond the physical-address width") \
	RULE(VM_ENTRY_RESERVED, ENTRY, "each VM-entry control has a value that the capability MSR allows") \
	RULE(EVENT_TYPE, ENTRY, "the interruption type is not 1, and is 7 only where \"monitor trap flag\" is offered") \
	RULE(EVENT_NMI_VECTOR, ENTRY, "an injected NMI has vector 2") \
	RULE(EVENT_EXCEPTION_VECTOR, ENTRY, "an injected hardware exception has a vector of at most 31") \
	RULE(EVENT_OTHER_VECTOR, ENTRY, "an injected other event has vector 0") \
	RULE(EVENT_ERROR_CODE_MISSING, ENTRY, "\"deliver error code\" is 1 for an exception that has one, unless IA32_VMX_BASIC[56] waives it") \
	RULE(EVENT_ERROR_CODE_UNEXPECTED, ENTRY, "\"deliver error code\" is 0 for an event that has none, and in real-address mode") \
	RULE(EVENT_RESERVED, ENTRY, "reserved bits 30:12 are 0 (bit 13 may be 1 if IA32_VMX_BASIC[58] is 1)") \
	RULE(EVENT_ERROR_CODE_RESERVED, ENTRY, "with \"deliver error code\", bits 31:16 are 0") \
	RULE(EVENT_INSTRUCTION_LENGTH, ENTRY, "for a software interrupt or exception the length is 1 to 15 (or 0 if IA32_VMX_MISC[30] is 1)") \
	RULE(ENTRY_MSR_LOAD_ALIGNMENT, ENTRY, "if the VM-entry MSR-load count is not 0, bits 3:0 of the address are 0") \
	RULE(ENTRY_MSR_LOAD_WIDTH, ENTRY, "if the VM-entry MSR-load count is not 0, no bit of the area's first or last address lies beyond the physical-address width") \
	RULE(ENTRY_TO_SMM, ENTRY, "\"entry to SMM\" is 0 outside system-management mode") \
	RULE(DEACTIVATE_DUAL_MONITOR, ENTRY, "\"deactivate dual-monitor treatment\" is 0 outside system-management mode") \
	RULE(SMM_CONTROLS_BOTH, ENTRY, "\"entry to SMM\" and \"deactivate dual-monitor treatment\" are not both 1")

#define DOCTOR_HOST_RULES(RULE)                                                \
	RULE(HOST_CR0_FIXED, HOST, "each bit has a value that VMX operation supports (IA32_VMX_CR0_FIXED0 and FIXED1)") \
	RULE(HOST_CR4_FIXED, HOST, "each bit has a value that VMX operation supports (IA32_VMX_CR4_FIXED0 and FIXED1)") \
	RULE(HOST_CR4_CET, HOST, "bit 23 (CET) is 0 where bit 16 (WP) of the host CR0 is 0") \
	RULE(HOST_CR3_WIDTH, HOST, "bits 63:52 and those beyond the physical-address width are 0") \
	RULE(HOST_SYSENTER_CANONICAL, HOST, "the address is canonical")        \
	RULE(HOST_PERF_GLOBAL_CTRL_RESERVED, HOST, "with \"load IA32_PERF_GLOBAL_CTRL\", the MSR's reserved bits are 0") \
	RULE(HOST_PAT_TYPE, HOST, "with \"load IA32_PAT\", each byte is one of 0, 1, 4, 5, 6, 7") \
	RULE(HOST_EFER_RESERVED, HOST, "with \"load IA32_EFER\", the MSR's reserved bits are 0") \
	RULE(HOST_EFER_MODE, HOST, "with \"load IA32_EFER\", LMA and LME equal \"host address-space size\"") \
	RULE(HOST_S_CET_RESERVED, HOST, "with \"load CET state\", the MSR's reserved bits are 0") \
	RULE(HOST_S_CET_TRACKER, HOST, "with \"load CET state\", bits 10 (SUPPRESS) and 11 (TRACKER) are not both 1") \
	RULE(HOST_SSP_ALIGNMENT, HOST, "with \"load CET state\", bits 1:0 are 0") \
	RULE(HOST_SSP_TABLE_CANONICAL, HOST, "with \"load CET state\", the address is canonical") \
	RULE(HOST_PKRS_RESERVED, HOST, "with \"load PKRS\", bits 63:32 are 0") \
	RULE(HOST_SELECTOR, HOST_SEGMENTS, "bits 2:0 (TI and RPL) of the selector are 0") \
	RULE(HOST_CS_NULL, HOST_SEGMENTS, "the selector is not 0000H")         \
	RULE(HOST_TR_NULL, HOST_SEGMENTS, "the selector is not 0000H")         \
	RULE(HOST_SS_NULL, HOST_SEGMENTS, "the selector is not 0000H where \"host address-space size\" is 0") \
	RULE(HOST_BASE_CANONICAL, HOST_SEGMENTS, "the address is canonical")   \
	RULE(HOST_SIZE_OUTSIDE_IA32E, ADDRESS_SPACE, "\"host address-space size\" is 0 where the CPU is outside IA-32e mode at VM entry") \
	RULE(GUEST_MODE_OUTSIDE_IA32E, ADDRESS_SPACE, "\"IA-32e mode guest\" is 0 where the CPU is outside IA-32e mode at VM entry") \
	RULE(HOST_SIZE_IN_IA32E, ADDRESS_SPACE, "\"host address-space size\" is 1 where the CPU is in IA-32e mode at VM entry") \
	RULE(HOST_CR4_PCIDE, ADDRESS_SPACE, "bit 17 (PCIDE) is 0 where \"host address-space size\" is 0") \
	RULE(HOST_RIP_HIGH, ADDRESS_SPACE, "bits 63:32 are 0 where \"host address-space size\" is 0") \
	RULE(HOST_CET_HIGH, ADDRESS_SPACE, "with \"load CET state\", bits 63:32 are 0 where \"host address-space size\" is 0") \
	RULE(HOST_CR4_PAE, ADDRESS_SPACE, "bit 5 (PAE) is 1 where \"host address-space size\" is 1") \
	RULE(HOST_RIP_CANONICAL, ADDRESS_SPACE, "the address is canonical where \"host address-space size\" is 1") \
	RULE(HOST_CET_CANONICAL, ADDRESS_SPACE, "with \"load CET state\", the address is canonical where \"host address-space size\" is 1")

#define DOCTOR_GUEST_REGISTER_RULES(RULE)                                      \
	RULE(GUEST_CR0_FIXED, GUEST, "each bit but NW and CD (and PE and PG of an unrestricted guest) has a value that VMX operation supports") \
	RULE(GUEST_CR0_PG_WITHOUT_PE, GUEST, "bit 31 (PG) is 0 where bit 0 (PE) is 0") \
	RULE(GUEST_CR4_FIXED, GUEST, "each bit has a value that VMX operation supports (IA32_VMX_CR4_FIXED0 and FIXED1)") \
	RULE(GUEST_CR4_CET, GUEST, "bit 23 (CET) is 0 where bit 16 (WP) of the guest CR0 is 0") \
	RULE(GUEST_DEBUGCTL_RESERVED, GUEST, "with \"load debug controls\", the MSR's reserved bits are 0") \
	RULE(GUEST_CR0_PG_IA32E, GUEST, "bit 31 (PG) is 1 where \"IA-32e mode guest\" is 1") \
	RULE(GUEST_CR4_PAE_IA32E, GUEST, "bit 5 (PAE) is 1 where \"IA-32e mode guest\" is 1") \
	RULE(GUEST_CR4_PCIDE, GUEST, "bit 17 (PCIDE) is 0 where \"IA-32e mode guest\" is 0") \
	RULE(GUEST_CR3_WIDTH, GUEST, "bits 63:52 and those beyond the physical-address width are 0") \
	RULE(GUEST_DR7_HIGH, GUEST, "with \"load debug controls\", bits 63:32 are 0") \
	RULE(GUEST_SYSENTER_CANONICAL, GUEST, "the address is canonical")      \
	RULE(GUEST_S_CET_RESERVED, GUEST, "with \"load CET state\", the MSR's reserved bits are 0") \
	RULE(GUEST_S_CET_TRACKER, GUEST, "with \"load CET state\", bits 10 (SUPPRESS) and 11 (TRACKER) are not both 1") \
	RULE(GUEST_S_CET_CANONICAL, GUEST, "with \"load CET state\", the address in the MSR is canonical") \
	RULE(GUEST_SSP_TABLE_CANONICAL, GUEST, "with \"load CET state\", the address is canonical") \
	RULE(GUEST_PERF_GLOBAL_CTRL_RESERVED, GUEST, "with \"load IA32_PERF_GLOBAL_CTRL\", the MSR's reserved bits are 0") \
	RULE(GUEST_PAT_TYPE, GUEST, "with \"load IA32_PAT\", each byte is one of 0, 1, 4, 5, 6, 7") \
	RULE(GUEST_EFER_RESERVED, GUEST, "with \"load IA32_EFER\", the MSR's reserved bits are 0") \
	RULE(GUEST_EFER_LMA, GUEST, "with \"load IA32_EFER\", bit 10 (LMA) equals \"IA-32e mode guest\"") \
	RULE(GUEST_EFER_LME, GUEST, "with \"load IA32_EFER\" and paging, bit 8 (LME) equals bit 10 (LMA)") \
	RULE(GUEST_BNDCFGS_RESERVED, GUEST, "with \"load IA32_BNDCFGS\", bits 11:2 are 0") \
	RULE(GUEST_BNDCFGS_CANONICAL, GUEST, "with \"load IA32_BNDCFGS\", the address in bits 63:12 is canonical") \
	RULE(GUEST_LBR_CTL_RESERVED, GUEST, "with \"load guest IA32_LBR_CTL\", the MSR's reserved bits are 0") \
	RULE(GUEST_PKRS_RESERVED, GUEST, "with \"load PKRS\", bits 63:32 are 0") \
	RULE(GUEST_UINV_RESERVED, GUEST, "with \"load UINV\", bits 15:8 are 0")

#define DOCTOR_GUEST_SEGMENT_RULES(RULE)                                       \
	RULE(TR_TABLE_INDICATOR, GUEST_SEGMENTS, "bit 2 (TI) of the selector is 0") \
	RULE(LDTR_TABLE_INDICATOR, GUEST_SEGMENTS, "bit 2 (TI) of the selector is 0 if LDTR is usable") \
	RULE(SS_RPL, GUEST_SEGMENTS, "the RPL equals that of CS, unless the guest is virtual-8086 or unrestricted") \
	RULE(V8086_BASE, GUEST_SEGMENTS, "in a virtual-8086 guest the base is the selector times 16") \
	RULE(V8086_LIMIT, GUEST_SEGMENTS, "in a virtual-8086 guest the limit is 0000FFFFH") \
	RULE(V8086_ACCESS_RIGHTS, GUEST_SEGMENTS, "in a virtual-8086 guest the access rights are 000000F3H") \
	RULE(SEGMENT_BASE_CANONICAL, GUEST_SEGMENTS, "the base of TR, FS, GS and a usable LDTR is canonical") \
	RULE(SEGMENT_BASE_HIGH, GUEST_SEGMENTS, "bits 63:32 of the base of CS and of a usable SS, DS or ES are 0") \
	RULE(CS_TYPE, GUEST_SEGMENTS, "the type is 9, 11, 13 or 15 (accessed code), or 3 in an unrestricted guest") \
	RULE(SS_TYPE, GUEST_SEGMENTS, "the type of a usable SS is 3 or 7 (accessed, writable data)") \
	RULE(DATA_SEGMENT_ACCESSED, GUEST_SEGMENTS, "bit 0 of the type (accessed) is 1 in a usable DS, ES, FS or GS") \
	RULE(DATA_SEGMENT_READABLE, GUEST_SEGMENTS, "bit 1 of the type (readable) is 1 in a usable DS, ES, FS or GS of a code type") \
	RULE(SEGMENT_CODE_OR_DATA, GUEST_SEGMENTS, "bit 4 (S) is 1 in CS and in a usable SS, DS, ES, FS or GS") \
	RULE(CS_DPL_DATA_TYPE, GUEST_SEGMENTS, "the DPL is 0 if the type is 3") \
	RULE(CS_DPL_NON_CONFORMING, GUEST_SEGMENTS, "the DPL equals that of SS if the type is 9 or 11") \
	RULE(CS_DPL_CONFORMING, GUEST_SEGMENTS, "the DPL is not above that of SS if the type is 13 or 15") \
	RULE(SS_DPL_RPL, GUEST_SEGMENTS, "the DPL equals the selector's RPL, unless the guest is unrestricted") \
	RULE(SS_DPL_ZERO, GUEST_SEGMENTS, "the DPL is 0 if the type of CS is 3 or bit 0 (PE) of the guest CR0 is 0") \
	RULE(DATA_SEGMENT_DPL, GUEST_SEGMENTS, "the DPL is not below the selector's RPL in a usable DS, ES, FS or GS of type 0 to 11, unless the guest is unrestricted") \
	RULE(SEGMENT_PRESENT, GUEST_SEGMENTS, "bit 7 (P) is 1 in CS, TR and in every other usable register") \
	RULE(SEGMENT_RESERVED, GUEST_SEGMENTS, "bits 11:8 and 31:17 are 0 in CS, TR and in every other usable register") \
	RULE(CS_DEFAULT_SIZE, GUEST_SEGMENTS, "bit 14 (D/B) is 0 if bit 13 (L) is 1 in an IA-32e mode guest") \
	RULE(SEGMENT_GRANULARITY_BYTE, GUEST_SEGMENTS, "bit 15 (G) is 0 if any of bits 11:0 of the limit is 0") \
	RULE(SEGMENT_GRANULARITY_PAGE, GUEST_SEGMENTS, "bit 15 (G) is 1 if any of bits 31:20 of the limit is 1") \
	RULE(TR_TYPE, GUEST_SEGMENTS, "the type is 11 (busy TSS), or 3 (16-bit busy TSS) outside IA-32e mode") \
	RULE(TR_USABLE, GUEST_SEGMENTS, "bit 16 (unusable) is 0")              \
	RULE(LDTR_TYPE, GUEST_SEGMENTS, "the type of a usable LDTR is 2 (LDT)") \
	RULE(SYSTEM_SEGMENT, GUEST_SEGMENTS, "bit 4 (S) is 0 in TR and in a usable LDTR") \
	RULE(GUEST_TABLE_CANONICAL, GUEST_TABLES, "the base address is canonical") \
	RULE(GUEST_TABLE_LIMIT, GUEST_TABLES, "bits 31:16 of the limit are 0")

#define DOCTOR_GUEST_STATE_RULES(RULE)                                         \
	RULE(GUEST_RIP_HIGH, GUEST_RIP, "bits 63:32 are 0 outside 64-bit mode") \
	RULE(GUEST_RIP_WIDTH, GUEST_RIP, "in 64-bit mode the bits beyond the linear-address width are identical") \
	RULE(RFLAGS_RESERVED, GUEST_RIP, "bits 63:22, 15, 5 and 3 are 0")      \
	RULE(RFLAGS_BIT_1, GUEST_RIP, "reserved bit 1 is 1")                   \
	RULE(RFLAGS_VM_MODE, GUEST_RIP, "bit 17 (VM) is 0 in an IA-32e mode guest and where bit 0 (PE) of the guest CR0 is 0") \
	RULE(RFLAGS_IF_EVENT, GUEST_RIP, "bit 9 (IF) is 1 if an external interrupt is injected") \
	RULE(GUEST_SSP_ALIGNMENT, GUEST_RIP, "with \"load CET state\", bits 1:0 are 0") \
	RULE(GUEST_SSP_HIGH, GUEST_RIP, "with \"load CET state\", bits 63:32 are 0 outside 64-bit mode") \
	RULE(GUEST_SSP_WIDTH, GUEST_RIP, "with \"load CET state\", the bits beyond the linear-address width are identical in 64-bit mode") \
	RULE(ACTIVITY_STATE_SUPPORTED, NON_REGISTER, "the state is 0 to 3 and offered by IA32_VMX_MISC[8:6]") \
	RULE(ACTIVITY_HLT_DPL, NON_REGISTER, "the state is not HLT if the DPL of SS is not 0") \
	RULE(ACTIVITY_BLOCKING, NON_REGISTER, "the state is active if STI or MOV SS blocks") \
	RULE(ACTIVITY_EVENT, NON_REGISTER, "the injected event is one that the activity state does not block") \
	RULE(ACTIVITY_SIPI_SMM, NON_REGISTER, "the state is not wait-for-SIPI with \"entry to SMM\"") \
	RULE(INTERRUPTIBILITY_RESERVED, NON_REGISTER, "bits 31:5 are 0")       \
	RULE(STI_AND_MOV_SS, NON_REGISTER, "bits 0 (blocking by STI) and 1 (blocking by MOV SS) are not both 1") \
	RULE(STI_WITHOUT_IF, NON_REGISTER, "bit 0 (blocking by STI) is 0 where RFLAGS.IF is 0") \
	RULE(BLOCKED_INTERRUPT, NON_REGISTER, "bits 0 and 1 (blocking by STI and MOV SS) are 0 if an external interrupt is injected") \
	RULE(MOV_SS_BLOCKED_NMI, NON_REGISTER, "bit 1 (blocking by MOV SS) is 0 if an NMI is injected") \
	RULE(STI_BLOCKED_NMI, NON_REGISTER, "bit 0 (blocking by STI) is 0 if an NMI is injected (a CPU may demand it)") \
	RULE(SMI_BLOCKING_OUTSIDE_SMM, NON_REGISTER, "bit 2 (blocking by SMI) is 0 outside system-management mode") \
	RULE(SMI_BLOCKING_ENTRY, NON_REGISTER, "bit 2 (blocking by SMI) is 1 with \"entry to SMM\"") \
	RULE(VIRTUAL_NMI_BLOCKED, NON_REGISTER, "bit 3 (blocking by NMI) is 0 if an NMI is injected with \"virtual NMIs\"") \
	RULE(ENCLAVE_INTERRUPTION, NON_REGISTER, "bit 4 (enclave interruption) is 0 where the CPU lacks SGX or MOV SS blocks") \
	RULE(PENDING_DEBUG_RESERVED, NON_REGISTER, "bits 63:17, 15, 13 and 10:4, and bit 11 without bus-lock detection, are 0") \
	RULE(PENDING_DEBUG_BS_MISSING, NON_REGISTER, "bit 14 (BS) is 1 where TF is 1 and BTF is 0, if STI or MOV SS blocks or the state is HLT") \
	RULE(PENDING_DEBUG_BS_UNEXPECTED, NON_REGISTER, "bit 14 (BS) is 0 where TF is 0 or BTF is 1, if STI or MOV SS blocks or the state is HLT") \
	RULE(PENDING_DEBUG_RTM, NON_REGISTER, "bit 16 (RTM) is 1 only with bit 12 alone, on a CPU with RTM, and not where MOV SS blocks") \
	RULE(LINK_POINTER_ALIGNMENT, NON_REGISTER, "bits 11:0 are 0, unless the pointer is FFFFFFFF_FFFFFFFFH") \
	RULE(LINK_POINTER_WIDTH, NON_REGISTER, "no bit lies beyond the physical-address width, unless the pointer is FFFFFFFF_FFFFFFFFH") \
	RULE(LINK_POINTER_REVISION, NON_REGISTER, "bits 30:0 of the linked VMCS hold the revision identifier") \
	RULE(LINK_POINTER_SHADOW, NON_REGISTER, "bit 31 of the linked VMCS (shadow) equals \"VMCS shadowing\"") \
	RULE(LINK_POINTER_CURRENT, NON_REGISTER, "the pointer is not that of the current VMCS") \
	RULE(LINK_POINTER_EXECUTIVE, NON_REGISTER, "in SMM, without \"entry to SMM\", the pointer is not the executive-VMCS pointer") \
	RULE(PDPTE_RESERVED, PDPTES, "with PAE paging, the reserved bits of each present PDPTE are 0") \
	RULE(LOADED_MSR_BASE, MSR_LOADING, "no entry of the area names IA32_FS_BASE or IA32_GS_BASE") \
	RULE(LOADED_MSR_X2APIC, MSR_LOADING, "no entry of the area names an MSR of the range 800H to 8FFH") \
	RULE(LOADED_MSR_SMM, MSR_LOADING, "no entry of the area names IA32_SMM_MONITOR_CTL outside system-management mode") \
	RULE(LOADED_MSR_RESERVED, MSR_LOADING, "bits 63:32 of each entry of the area are 0")
/* clang-format on */

#define DOCTOR_RULES(RULE)                \
	DOCTOR_CONTROL_RULES(RULE)        \
	DOCTOR_HOST_RULES(RULE)           \
	DOCTOR_GUEST_REGISTER_RULES(RULE) \
	DOCTOR_GUEST_SEGMENT_RULES(RULE)  \
	DOCTOR_GUEST_STATE_RULES(RULE)

enum doctor_section {
#define DOCTOR_SECTION_ID(ID, refusal, title) SECTION_##ID,
	DOCTOR_SECTIONS(DOCTOR_SECTION_ID)
#undef DOCTOR_SECTION_ID
		DOCTOR_SECTION_COUNT
};

enum doctor_rule {
#define DOCTOR_RULE_ID(ID, section, sentence) RULE_##ID,
	DOCTOR_RULES(DOCTOR_RULE_ID)
#undef DOCTOR_RULE_ID
		DOCTOR_RULE_COUNT
};

/* The rule's identifier, as in the table: "HOST_CS_NULL". */
const char *rules_name(enum doctor_rule rule);

/* What must hold, as half a sentence about the field of the finding. */
const char *rules_sentence(enum doctor_rule rule);

/* The title of the SDM section that states the rule. */
const char *rules_section_title(enum doctor_rule rule);

/* How a CPU refuses a VMCS that breaks the rule. */
enum doctor_refusal rules_refusal(enum doctor_rule rule);
