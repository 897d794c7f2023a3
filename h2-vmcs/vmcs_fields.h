#pragma once
/*
 * Every field of the VMCS, in one table.
 *
 * SDM, appendix "Field Encoding in VMCS". FIELD(encoding, NAME, "SDM name"):
 * the enumeration, the dense index, the dump's and the doctor's names all
 * come from here. A field's width and kind are not in the table, because its
 * encoding tells them; the inline functions below do the telling.
 *
 * The SDM gives each 64-bit field a second, odd encoding for its high half.
 * The tour runs in 64-bit mode, where the even one reaches the whole field.
 */
#include "lib/types.h"

/* clang-format off */
#define VMCS_16BIT_FIELDS(FIELD)                                               \
	FIELD(0x0000, VIRTUAL_PROCESSOR_ID, "Virtual-processor identifier (VPID)") \
	FIELD(0x0002, POSTED_INTERRUPT_NOTIFICATION_VECTOR, "Posted-interrupt notification vector") \
	FIELD(0x0004, EPTP_INDEX, "EPTP index")                                \
	FIELD(0x0006, HLAT_PREFIX_SIZE, "HLAT prefix size")                    \
	FIELD(0x0008, LAST_PID_POINTER_INDEX, "Last PID-pointer index")        \
	FIELD(0x000a, VIRTUAL_TIMER_VECTOR, "Virtual timer vector")            \
	FIELD(0x0800, GUEST_ES_SELECTOR, "Guest ES selector")                  \
	FIELD(0x0802, GUEST_CS_SELECTOR, "Guest CS selector")                  \
	FIELD(0x0804, GUEST_SS_SELECTOR, "Guest SS selector")                  \
	FIELD(0x0806, GUEST_DS_SELECTOR, "Guest DS selector")                  \
	FIELD(0x0808, GUEST_FS_SELECTOR, "Guest FS selector")                  \
	FIELD(0x080a, GUEST_GS_SELECTOR, "Guest GS selector")                  \
	FIELD(0x080c, GUEST_LDTR_SELECTOR, "Guest LDTR selector")              \
	FIELD(0x080e, GUEST_TR_SELECTOR, "Guest TR selector")                  \
	FIELD(0x0810, GUEST_INTERRUPT_STATUS, "Guest interrupt status")        \
	FIELD(0x0812, PML_INDEX, "PML index")                                  \
	FIELD(0x0814, GUEST_UINV, "Guest UINV")                                \
	FIELD(0x0c00, HOST_ES_SELECTOR, "Host ES selector")                    \
	FIELD(0x0c02, HOST_CS_SELECTOR, "Host CS selector")                    \
	FIELD(0x0c04, HOST_SS_SELECTOR, "Host SS selector")                    \
	FIELD(0x0c06, HOST_DS_SELECTOR, "Host DS selector")                    \
	FIELD(0x0c08, HOST_FS_SELECTOR, "Host FS selector")                    \
	FIELD(0x0c0a, HOST_GS_SELECTOR, "Host GS selector")                    \
	FIELD(0x0c0c, HOST_TR_SELECTOR, "Host TR selector")

#define VMCS_64BIT_FIELDS(FIELD)                                               \
	FIELD(0x2000, IO_BITMAP_A_ADDRESS, "Address of I/O bitmap A")          \
	FIELD(0x2002, IO_BITMAP_B_ADDRESS, "Address of I/O bitmap B")          \
	FIELD(0x2004, MSR_BITMAPS_ADDRESS, "Address of MSR bitmaps")           \
	FIELD(0x2006, VM_EXIT_MSR_STORE_ADDRESS, "VM-exit MSR-store address")  \
	FIELD(0x2008, VM_EXIT_MSR_LOAD_ADDRESS, "VM-exit MSR-load address")    \
	FIELD(0x200a, VM_ENTRY_MSR_LOAD_ADDRESS, "VM-entry MSR-load address")  \
	FIELD(0x200c, EXECUTIVE_VMCS_POINTER, "Executive-VMCS pointer")        \
	FIELD(0x200e, PML_ADDRESS, "PML address")                              \
	FIELD(0x2010, TSC_OFFSET, "TSC offset")                                \
	FIELD(0x2012, VIRTUAL_APIC_ADDRESS, "Virtual-APIC address")            \
	FIELD(0x2014, APIC_ACCESS_ADDRESS, "APIC-access address")              \
	FIELD(0x2016, POSTED_INTERRUPT_DESCRIPTOR_ADDRESS, "Posted-interrupt descriptor address") \
	FIELD(0x2018, VM_FUNCTION_CONTROLS, "VM-function controls")            \
	FIELD(0x201a, EPT_POINTER, "EPT pointer (EPTP)")                       \
	FIELD(0x201c, EOI_EXIT_BITMAP_0, "EOI-exit bitmap 0 (EOI_EXIT0)")      \
	FIELD(0x201e, EOI_EXIT_BITMAP_1, "EOI-exit bitmap 1 (EOI_EXIT1)")      \
	FIELD(0x2020, EOI_EXIT_BITMAP_2, "EOI-exit bitmap 2 (EOI_EXIT2)")      \
	FIELD(0x2022, EOI_EXIT_BITMAP_3, "EOI-exit bitmap 3 (EOI_EXIT3)")      \
	FIELD(0x2024, EPTP_LIST_ADDRESS, "EPTP-list address")                  \
	FIELD(0x2026, VMREAD_BITMAP_ADDRESS, "VMREAD-bitmap address")          \
	FIELD(0x2028, VMWRITE_BITMAP_ADDRESS, "VMWRITE-bitmap address")        \
	FIELD(0x202a, VIRTUALIZATION_EXCEPTION_INFORMATION_ADDRESS, "Virtualization-exception information address") \
	FIELD(0x202c, XSS_EXITING_BITMAP, "XSS-exiting bitmap")                \
	FIELD(0x202e, ENCLS_EXITING_BITMAP, "ENCLS-exiting bitmap")            \
	FIELD(0x2030, SUB_PAGE_PERMISSION_TABLE_POINTER, "Sub-page-permission-table pointer") \
	FIELD(0x2032, TSC_MULTIPLIER, "TSC multiplier")                        \
	FIELD(0x2034, TERTIARY_CONTROLS, "Tertiary processor-based VM-execution controls") \
	FIELD(0x2036, ENCLV_EXITING_BITMAP, "ENCLV-exiting bitmap")            \
	FIELD(0x2038, LOW_PASID_DIRECTORY_ADDRESS, "Low PASID directory address") \
	FIELD(0x203a, HIGH_PASID_DIRECTORY_ADDRESS, "High PASID directory address") \
	FIELD(0x203c, SHARED_EPT_POINTER, "Shared EPT pointer")                \
	FIELD(0x203e, PCONFIG_EXITING_BITMAP, "PCONFIG-exiting bitmap")        \
	FIELD(0x2040, HLAT_POINTER, "Hypervisor-managed linear-address translation pointer (HLATP)") \
	FIELD(0x2042, PID_POINTER_TABLE_ADDRESS, "PID-pointer table address")  \
	FIELD(0x2044, SECONDARY_VM_EXIT_CONTROLS, "Secondary VM-exit controls") \
	FIELD(0x204a, IA32_SPEC_CTRL_MASK, "IA32_SPEC_CTRL mask")              \
	FIELD(0x204c, IA32_SPEC_CTRL_SHADOW, "IA32_SPEC_CTRL shadow")          \
	FIELD(0x204e, GUEST_DEADLINE_SHADOW, "Guest deadline shadow")          \
	FIELD(0x2052, INJECTED_EVENT_DATA, "Injected-event data")              \
	FIELD(0x2400, GUEST_PHYSICAL_ADDRESS, "Guest-physical address")        \
	FIELD(0x2402, MSR_DATA, "MSR data")                                    \
	FIELD(0x2404, ORIGINAL_EVENT_DATA, "Original-event data")              \
	FIELD(0x2800, VMCS_LINK_POINTER, "VMCS link pointer")                  \
	FIELD(0x2802, GUEST_IA32_DEBUGCTL, "Guest IA32_DEBUGCTL")              \
	FIELD(0x2804, GUEST_IA32_PAT, "Guest IA32_PAT")                        \
	FIELD(0x2806, GUEST_IA32_EFER, "Guest IA32_EFER")                      \
	FIELD(0x2808, GUEST_IA32_PERF_GLOBAL_CTRL, "Guest IA32_PERF_GLOBAL_CTRL") \
	FIELD(0x280a, GUEST_PDPTE0, "Guest PDPTE0")                            \
	FIELD(0x280c, GUEST_PDPTE1, "Guest PDPTE1")                            \
	FIELD(0x280e, GUEST_PDPTE2, "Guest PDPTE2")                            \
	FIELD(0x2810, GUEST_PDPTE3, "Guest PDPTE3")                            \
	FIELD(0x2812, GUEST_IA32_BNDCFGS, "Guest IA32_BNDCFGS")                \
	FIELD(0x2814, GUEST_IA32_RTIT_CTL, "Guest IA32_RTIT_CTL")              \
	FIELD(0x2816, GUEST_IA32_LBR_CTL, "Guest IA32_LBR_CTL")                \
	FIELD(0x2818, GUEST_IA32_PKRS, "Guest IA32_PKRS")                      \
	FIELD(0x281a, GUEST_IA32_FRED_CONFIG, "Guest IA32_FRED_CONFIG")        \
	FIELD(0x281c, GUEST_IA32_FRED_RSP1, "Guest IA32_FRED_RSP1")            \
	FIELD(0x281e, GUEST_IA32_FRED_RSP2, "Guest IA32_FRED_RSP2")            \
	FIELD(0x2820, GUEST_IA32_FRED_RSP3, "Guest IA32_FRED_RSP3")            \
	FIELD(0x2822, GUEST_IA32_FRED_STKLVLS, "Guest IA32_FRED_STKLVLS")      \
	FIELD(0x2824, GUEST_IA32_FRED_SSP1, "Guest IA32_FRED_SSP1")            \
	FIELD(0x2826, GUEST_IA32_FRED_SSP2, "Guest IA32_FRED_SSP2")            \
	FIELD(0x2828, GUEST_IA32_FRED_SSP3, "Guest IA32_FRED_SSP3")            \
	FIELD(0x282e, GUEST_IA32_SPEC_CTRL, "Guest IA32_SPEC_CTRL")            \
	FIELD(0x2830, GUEST_DEADLINE, "Guest deadline")                        \
	FIELD(0x2c00, HOST_IA32_PAT, "Host IA32_PAT")                          \
	FIELD(0x2c02, HOST_IA32_EFER, "Host IA32_EFER")                        \
	FIELD(0x2c04, HOST_IA32_PERF_GLOBAL_CTRL, "Host IA32_PERF_GLOBAL_CTRL") \
	FIELD(0x2c06, HOST_IA32_PKRS, "Host IA32_PKRS")                        \
	FIELD(0x2c08, HOST_IA32_FRED_CONFIG, "Host IA32_FRED_CONFIG")          \
	FIELD(0x2c0a, HOST_IA32_FRED_RSP1, "Host IA32_FRED_RSP1")              \
	FIELD(0x2c0c, HOST_IA32_FRED_RSP2, "Host IA32_FRED_RSP2")              \
	FIELD(0x2c0e, HOST_IA32_FRED_RSP3, "Host IA32_FRED_RSP3")              \
	FIELD(0x2c10, HOST_IA32_FRED_STKLVLS, "Host IA32_FRED_STKLVLS")        \
	FIELD(0x2c12, HOST_IA32_FRED_SSP1, "Host IA32_FRED_SSP1")              \
	FIELD(0x2c14, HOST_IA32_FRED_SSP2, "Host IA32_FRED_SSP2")              \
	FIELD(0x2c16, HOST_IA32_FRED_SSP3, "Host IA32_FRED_SSP3")              \
	FIELD(0x2c1a, HOST_IA32_SPEC_CTRL, "Host IA32_SPEC_CTRL")

#define VMCS_32BIT_FIELDS(FIELD)                                               \
	FIELD(0x4000, PIN_BASED_CONTROLS, "Pin-based VM-execution controls")   \
	FIELD(0x4002, PRIMARY_CONTROLS, "Primary processor-based VM-execution controls") \
	FIELD(0x4004, EXCEPTION_BITMAP, "Exception bitmap")                    \
	FIELD(0x4006, PAGE_FAULT_ERROR_CODE_MASK, "Page-fault error-code mask") \
	FIELD(0x4008, PAGE_FAULT_ERROR_CODE_MATCH, "Page-fault error-code match") \
	FIELD(0x400a, CR3_TARGET_COUNT, "CR3-target count")                    \
	FIELD(0x400c, VM_EXIT_CONTROLS, "Primary VM-exit controls")            \
	FIELD(0x400e, VM_EXIT_MSR_STORE_COUNT, "VM-exit MSR-store count")      \
	FIELD(0x4010, VM_EXIT_MSR_LOAD_COUNT, "VM-exit MSR-load count")        \
	FIELD(0x4012, VM_ENTRY_CONTROLS, "VM-entry controls")                  \
	FIELD(0x4014, VM_ENTRY_MSR_LOAD_COUNT, "VM-entry MSR-load count")      \
	FIELD(0x4016, VM_ENTRY_INTERRUPTION_INFO, "VM-entry interruption-information field") \
	FIELD(0x4018, VM_ENTRY_EXCEPTION_ERROR_CODE, "VM-entry exception error code") \
	FIELD(0x401a, VM_ENTRY_INSTRUCTION_LENGTH, "VM-entry instruction length") \
	FIELD(0x401c, TPR_THRESHOLD, "TPR threshold")                          \
	FIELD(0x401e, SECONDARY_CONTROLS, "Secondary processor-based VM-execution controls") \
	FIELD(0x4020, PLE_GAP, "PLE_Gap")                                      \
	FIELD(0x4022, PLE_WINDOW, "PLE_Window")                                \
	FIELD(0x4024, INSTRUCTION_TIMEOUT_CONTROL, "Instruction-timeout control") \
	FIELD(0x4400, VM_INSTRUCTION_ERROR, "VM-instruction error")            \
	FIELD(0x4402, VM_EXIT_REASON, "Exit reason")                           \
	FIELD(0x4404, VM_EXIT_INTERRUPTION_INFO, "VM-exit interruption information") \
	FIELD(0x4406, VM_EXIT_INTERRUPTION_ERROR_CODE, "VM-exit interruption error code") \
	FIELD(0x4408, IDT_VECTORING_INFO, "IDT-vectoring information field")   \
	FIELD(0x440a, IDT_VECTORING_ERROR_CODE, "IDT-vectoring error code")    \
	FIELD(0x440c, VM_EXIT_INSTRUCTION_LENGTH, "VM-exit instruction length") \
	FIELD(0x440e, VM_EXIT_INSTRUCTION_INFO, "VM-exit instruction information") \
	FIELD(0x4800, GUEST_ES_LIMIT, "Guest ES limit")                        \
	FIELD(0x4802, GUEST_CS_LIMIT, "Guest CS limit")                        \
	FIELD(0x4804, GUEST_SS_LIMIT, "Guest SS limit")                        \
	FIELD(0x4806, GUEST_DS_LIMIT, "Guest DS limit")                        \
	FIELD(0x4808, GUEST_FS_LIMIT, "Guest FS limit")                        \
	FIELD(0x480a, GUEST_GS_LIMIT, "Guest GS limit")                        \
	FIELD(0x480c, GUEST_LDTR_LIMIT, "Guest LDTR limit")                    \
	FIELD(0x480e, GUEST_TR_LIMIT, "Guest TR limit")                        \
	FIELD(0x4810, GUEST_GDTR_LIMIT, "Guest GDTR limit")                    \
	FIELD(0x4812, GUEST_IDTR_LIMIT, "Guest IDTR limit")                    \
	FIELD(0x4814, GUEST_ES_ACCESS_RIGHTS, "Guest ES access rights")        \
	FIELD(0x4816, GUEST_CS_ACCESS_RIGHTS, "Guest CS access rights")        \
	FIELD(0x4818, GUEST_SS_ACCESS_RIGHTS, "Guest SS access rights")        \
	FIELD(0x481a, GUEST_DS_ACCESS_RIGHTS, "Guest DS access rights")        \
	FIELD(0x481c, GUEST_FS_ACCESS_RIGHTS, "Guest FS access rights")        \
	FIELD(0x481e, GUEST_GS_ACCESS_RIGHTS, "Guest GS access rights")        \
	FIELD(0x4820, GUEST_LDTR_ACCESS_RIGHTS, "Guest LDTR access rights")    \
	FIELD(0x4822, GUEST_TR_ACCESS_RIGHTS, "Guest TR access rights")        \
	FIELD(0x4824, GUEST_INTERRUPTIBILITY_STATE, "Guest interruptibility state") \
	FIELD(0x4826, GUEST_ACTIVITY_STATE, "Guest activity state")            \
	FIELD(0x4828, GUEST_SMBASE, "Guest SMBASE")                            \
	FIELD(0x482a, GUEST_IA32_SYSENTER_CS, "Guest IA32_SYSENTER_CS")        \
	FIELD(0x482e, VMX_PREEMPTION_TIMER_VALUE, "VMX-preemption timer value") \
	FIELD(0x4c00, HOST_IA32_SYSENTER_CS, "Host IA32_SYSENTER_CS")

#define VMCS_NATURAL_WIDTH_FIELDS(FIELD)                                       \
	FIELD(0x6000, CR0_GUEST_HOST_MASK, "CR0 guest/host mask")              \
	FIELD(0x6002, CR4_GUEST_HOST_MASK, "CR4 guest/host mask")              \
	FIELD(0x6004, CR0_READ_SHADOW, "CR0 read shadow")                      \
	FIELD(0x6006, CR4_READ_SHADOW, "CR4 read shadow")                      \
	FIELD(0x6008, CR3_TARGET_VALUE_0, "CR3-target value 0")                \
	FIELD(0x600a, CR3_TARGET_VALUE_1, "CR3-target value 1")                \
	FIELD(0x600c, CR3_TARGET_VALUE_2, "CR3-target value 2")                \
	FIELD(0x600e, CR3_TARGET_VALUE_3, "CR3-target value 3")                \
	FIELD(0x6400, EXIT_QUALIFICATION, "Exit qualification")                \
	FIELD(0x6402, IO_RCX, "I/O RCX")                                       \
	FIELD(0x6404, IO_RSI, "I/O RSI")                                       \
	FIELD(0x6406, IO_RDI, "I/O RDI")                                       \
	FIELD(0x6408, IO_RIP, "I/O RIP")                                       \
	FIELD(0x640a, GUEST_LINEAR_ADDRESS, "Guest-linear address")            \
	FIELD(0x6800, GUEST_CR0, "Guest CR0")                                  \
	FIELD(0x6802, GUEST_CR3, "Guest CR3")                                  \
	FIELD(0x6804, GUEST_CR4, "Guest CR4")                                  \
	FIELD(0x6806, GUEST_ES_BASE, "Guest ES base")                          \
	FIELD(0x6808, GUEST_CS_BASE, "Guest CS base")                          \
	FIELD(0x680a, GUEST_SS_BASE, "Guest SS base")                          \
	FIELD(0x680c, GUEST_DS_BASE, "Guest DS base")                          \
	FIELD(0x680e, GUEST_FS_BASE, "Guest FS base")                          \
	FIELD(0x6810, GUEST_GS_BASE, "Guest GS base")                          \
	FIELD(0x6812, GUEST_LDTR_BASE, "Guest LDTR base")                      \
	FIELD(0x6814, GUEST_TR_BASE, "Guest TR base")                          \
	FIELD(0x6816, GUEST_GDTR_BASE, "Guest GDTR base")                      \
	FIELD(0x6818, GUEST_IDTR_BASE, "Guest IDTR base")                      \
	FIELD(0x681a, GUEST_DR7, "Guest DR7")                                  \
	FIELD(0x681c, GUEST_RSP, "Guest RSP")                                  \
	FIELD(0x681e, GUEST_RIP, "Guest RIP")                                  \
	FIELD(0x6820, GUEST_RFLAGS, "Guest RFLAGS")                            \
	FIELD(0x6822, GUEST_PENDING_DEBUG_EXCEPTIONS, "Guest pending debug exceptions") \
	FIELD(0x6824, GUEST_IA32_SYSENTER_ESP, "Guest IA32_SYSENTER_ESP")      \
	FIELD(0x6826, GUEST_IA32_SYSENTER_EIP, "Guest IA32_SYSENTER_EIP")      \
	FIELD(0x6828, GUEST_IA32_S_CET, "Guest IA32_S_CET")                    \
	FIELD(0x682a, GUEST_SSP, "Guest SSP")                                  \
	FIELD(0x682c, GUEST_IA32_INTERRUPT_SSP_TABLE_ADDR, "Guest IA32_INTERRUPT_SSP_TABLE_ADDR") \
	FIELD(0x6c00, HOST_CR0, "Host CR0")                                    \
	FIELD(0x6c02, HOST_CR3, "Host CR3")                                    \
	FIELD(0x6c04, HOST_CR4, "Host CR4")                                    \
	FIELD(0x6c06, HOST_FS_BASE, "Host FS base")                            \
	FIELD(0x6c08, HOST_GS_BASE, "Host GS base")                            \
	FIELD(0x6c0a, HOST_TR_BASE, "Host TR base")                            \
	FIELD(0x6c0c, HOST_GDTR_BASE, "Host GDTR base")                        \
	FIELD(0x6c0e, HOST_IDTR_BASE, "Host IDTR base")                        \
	FIELD(0x6c10, HOST_IA32_SYSENTER_ESP, "Host IA32_SYSENTER_ESP")        \
	FIELD(0x6c12, HOST_IA32_SYSENTER_EIP, "Host IA32_SYSENTER_EIP")        \
	FIELD(0x6c14, HOST_RSP, "Host RSP")                                    \
	FIELD(0x6c16, HOST_RIP, "Host RIP")                                    \
	FIELD(0x6c18, HOST_IA32_S_CET, "Host IA32_S_CET")                      \
	FIELD(0x6c1a, HOST_SSP, "Host SSP")                                    \
	FIELD(0x6c1c, HOST_IA32_INTERRUPT_SSP_TABLE_ADDR, "Host IA32_INTERRUPT_SSP_TABLE_ADDR")

#define VMCS_FIELDS(FIELD)                                                     \
	VMCS_16BIT_FIELDS(FIELD)                                               \
	VMCS_64BIT_FIELDS(FIELD)                                               \
	VMCS_32BIT_FIELDS(FIELD)                                               \
	VMCS_NATURAL_WIDTH_FIELDS(FIELD)
/* clang-format on */

/* A field by its encoding: what VMREAD and VMWRITE take. */
enum vmcs_field {
#define VMCS_FIELD_ENCODING(encoding, NAME, sdm_name) NAME = encoding,
	VMCS_FIELDS(VMCS_FIELD_ENCODING)
#undef VMCS_FIELD_ENCODING
};

/* A field by its place in the table, for arrays: INDEX_GUEST_RIP and so on. */
enum vmcs_index {
#define VMCS_FIELD_INDEX(encoding, NAME, sdm_name) INDEX_##NAME,
	VMCS_FIELDS(VMCS_FIELD_INDEX)
#undef VMCS_FIELD_INDEX
		VMCS_FIELD_COUNT
};

/* Bits 14:13 of the encoding. */
enum vmcs_width {
	VMCS_WIDTH_16,
	VMCS_WIDTH_64,
	VMCS_WIDTH_32,
	VMCS_WIDTH_NATURAL,
};

/* Bits 11:10 of the encoding. VM-exit information fields are read-only. */
enum vmcs_type {
	VMCS_TYPE_CONTROL,
	VMCS_TYPE_EXIT_INFORMATION,
	VMCS_TYPE_GUEST_STATE,
	VMCS_TYPE_HOST_STATE,
};

/* SDM: "VMREAD, VMWRITE, and Encodings of VMCS Fields". */
static inline enum vmcs_width vmcs_field_width(enum vmcs_field field)
{
	return (enum vmcs_width)((u32)field >> 13 & 3);
}

static inline enum vmcs_type vmcs_field_type(enum vmcs_field field)
{
	return (enum vmcs_type)((u32)field >> 10 & 3);
}

/* How many bits the field has on a CPU with Intel 64. */
static inline unsigned int vmcs_field_bits(enum vmcs_field field)
{
	switch (vmcs_field_width(field)) {
	case VMCS_WIDTH_16:
		return 16;
	case VMCS_WIDTH_32:
		return 32;
	default:
		return 64;
	}
}

/* The field at a place of the table; index: 0 .. VMCS_FIELD_COUNT-1. */
enum vmcs_field vmcs_field_at(enum vmcs_index index);

/* The field's place; VMCS_FIELD_COUNT if the table has no such encoding. */
enum vmcs_index vmcs_field_index(enum vmcs_field field);

/* Its name as the SDM prints it; "unknown field" for one not in the table. */
const char *vmcs_field_name(enum vmcs_field field);

/* Its name as this code spells it: "GUEST_RIP". The same for an unknown. */
const char *vmcs_field_identifier(enum vmcs_field field);
