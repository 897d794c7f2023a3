#pragma once
/*
 * Settings: VMCSs that are sound, each made from h2's by a few changes.
 */
#include "change.h"

/* SETTING(ID, base): the changes of base come first, then its own. */
/* clang-format off */
#define SETTINGS(SETTING)                                                      \
	SETTING(PLAIN, PLAIN)                                                  \
	SETTING(SECONDARY, PLAIN)                                              \
	SETTING(IO_BITMAPS, PLAIN)                                             \
	SETTING(MSR_BITMAPS, PLAIN)                                            \
	SETTING(TPR_SHADOW, PLAIN)                                             \
	SETTING(TPR_SHADOW_ACCESSES, APIC_VIRTUALIZATION)                      \
	SETTING(APIC_ACCESSES, SECONDARY)                                      \
	SETTING(APIC_VIRTUALIZATION, TPR_SHADOW)                               \
	SETTING(X2APIC_MODE, APIC_VIRTUALIZATION)                              \
	SETTING(APIC_REGISTERS, APIC_VIRTUALIZATION)                           \
	SETTING(VIRTUAL_INTERRUPTS, APIC_VIRTUALIZATION)                       \
	SETTING(POSTED_INTERRUPTS, VIRTUAL_INTERRUPTS)                         \
	SETTING(VIRTUAL_NMIS, PLAIN)                                           \
	SETTING(NO_VIRTUAL_NMIS, PLAIN)                                        \
	SETTING(VPID, SECONDARY)                                               \
	SETTING(TSC_SCALING, SECONDARY)                                        \
	SETTING(SHADOWING, SECONDARY)                                          \
	SETTING(EPT, SECONDARY)                                                \
	SETTING(PML, EPT)                                                      \
	SETTING(MODE_BASED_EXECUTE, EPT)                                       \
	SETTING(SUB_PAGE, EPT)                                                 \
	SETTING(PT_GUEST_PHYSICAL, EPT)                                        \
	SETTING(VM_FUNCTIONS, EPT)                                             \
	SETTING(EPTP_SWITCHING, VM_FUNCTIONS)                                  \
	SETTING(VIRTUALIZATION_EXCEPTION, EPT)                                 \
	SETTING(UNRESTRICTED, EPT)                                             \
	SETTING(UNRESTRICTED_SEGMENTS, UNRESTRICTED)                           \
	SETTING(UNRESTRICTED_DATA_CS, UNRESTRICTED)                            \
	SETTING(REAL_MODE, UNRESTRICTED)                                       \
	SETTING(REAL_MODE_EXCEPTION, REAL_MODE)                                \
	SETTING(TIMER_SAVED, PLAIN)                                            \
	SETTING(EXIT_STORES, PLAIN)                                            \
	SETTING(EXIT_LOADS, PLAIN)                                             \
	SETTING(ENTRY_LOADS, PLAIN)                                            \
	SETTING(INTERRUPT, PLAIN)                                              \
	SETTING(INTERRUPT_IN_HLT, INTERRUPT)                                   \
	SETTING(NMI, PLAIN)                                                    \
	SETTING(NMI_IN_SHUTDOWN, NMI)                                          \
	SETTING(VIRTUAL_NMI, VIRTUAL_NMIS)                                     \
	SETTING(EXCEPTION, PLAIN)                                              \
	SETTING(EXCEPTION_WITH_ERROR, PLAIN)                                   \
	SETTING(SOFTWARE_INTERRUPT, PLAIN)                                     \
	SETTING(OTHER_EVENT, PLAIN)                                            \
	SETTING(HOST_PERF, PLAIN)                                              \
	SETTING(HOST_PAT, PLAIN)                                               \
	SETTING(HOST_EFER, PLAIN)                                              \
	SETTING(HOST_CET, PLAIN)                                               \
	SETTING(HOST_CR4_CET, PLAIN)                                           \
	SETTING(HOST_PKRS, PLAIN)                                              \
	SETTING(GUEST_DEBUG, PLAIN)                                            \
	SETTING(GUEST_PERF, PLAIN)                                             \
	SETTING(GUEST_PAT, PLAIN)                                              \
	SETTING(GUEST_EFER, PLAIN)                                             \
	SETTING(GUEST_CET, PLAIN)                                              \
	SETTING(GUEST_CR4_CET, PLAIN)                                          \
	SETTING(GUEST_BNDCFGS, PLAIN)                                          \
	SETTING(GUEST_LBR, PLAIN)                                              \
	SETTING(GUEST_PKRS, PLAIN)                                             \
	SETTING(GUEST_UINV, PLAIN)                                             \
	SETTING(PAE, PLAIN)                                                    \
	SETTING(PAE_CET, PAE)                                                  \
	SETTING(PAE_EPT, PAE)                                                  \
	SETTING(PAGING_32_BIT, PAE)                                            \
	SETTING(VIRTUAL_8086, PAE)                                             \
	SETTING(SEGMENTS, PLAIN)                                               \
	SETTING(UNUSABLE, PLAIN)                                               \
	SETTING(CODE_IN_DS, SEGMENTS)                                          \
	SETTING(CONFORMING_IN_DS, SEGMENTS)                                    \
	SETTING(CONFORMING, PLAIN)                                             \
	SETTING(PRIVILEGE_3, PLAIN)                                            \
	SETTING(UNRESTRICTED_PRIVILEGE_3, PRIVILEGE_3)                         \
	SETTING(STI, PLAIN)                                                    \
	SETTING(MOV_SS, PLAIN)                                                 \
	SETTING(SINGLE_STEP, MOV_SS)                                           \
	SETTING(LINK, PLAIN)                                                   \
	SETTING(SHADOW_LINK, SHADOWING)
/* clang-format on */

enum setting {
#define SETTING_ID(ID, base) SETTING_##ID,
	SETTINGS(SETTING_ID)
#undef SETTING_ID
		SETTING_COUNT
};

/* The setting's name, as in the table. */
const char *settings_name(enum setting setting);

/*
 * Turns a snapshot of h2's VMCS into the setting. False where the CPU lacks
 * what it takes: the bits of *gap_field that it does not allow are *gap.
 */
bool settings_apply(enum setting setting, const struct ground *ground,
		    struct vmcs_snapshot *vmcs, enum vmcs_field *gap_field,
		    u64 *gap);
