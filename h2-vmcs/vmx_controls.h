#pragma once
/*
 * The names of the control bits.
 *
 * SDM, chapter "Virtual Machine Control Structures": the tables "Definitions
 * of Pin-Based VM-Execution Controls", "... Primary Processor-Based ...",
 * "... Secondary Processor-Based ...", "Definitions of Primary VM-Exit
 * Controls" and "Definitions of VM-Entry Controls". CONTROL(bit, NAME, "name
 * in the SDM"). A bit that is not named here is reserved: its value is what
 * the capability MSR demands.
 */
#include "lib/types.h"
#include "vmcs_fields.h"

/* clang-format off */
#define PIN_BASED_CONTROL_BITS(CONTROL)                                        \
	CONTROL(0, PIN_EXTERNAL_INTERRUPT_EXITING, "External-interrupt exiting") \
	CONTROL(3, PIN_NMI_EXITING, "NMI exiting")                             \
	CONTROL(5, PIN_VIRTUAL_NMIS, "Virtual NMIs")                           \
	CONTROL(6, PIN_ACTIVATE_VMX_PREEMPTION_TIMER, "Activate VMX-preemption timer") \
	CONTROL(7, PIN_PROCESS_POSTED_INTERRUPTS, "Process posted interrupts")

#define PRIMARY_CONTROL_BITS(CONTROL)                                          \
	CONTROL(2, PRIMARY_INTERRUPT_WINDOW_EXITING, "Interrupt-window exiting") \
	CONTROL(3, PRIMARY_USE_TSC_OFFSETTING, "Use TSC offsetting")           \
	CONTROL(7, PRIMARY_HLT_EXITING, "HLT exiting")                         \
	CONTROL(9, PRIMARY_INVLPG_EXITING, "INVLPG exiting")                   \
	CONTROL(10, PRIMARY_MWAIT_EXITING, "MWAIT exiting")                    \
	CONTROL(11, PRIMARY_RDPMC_EXITING, "RDPMC exiting")                    \
	CONTROL(12, PRIMARY_RDTSC_EXITING, "RDTSC exiting")                    \
	CONTROL(15, PRIMARY_CR3_LOAD_EXITING, "CR3-load exiting")              \
	CONTROL(16, PRIMARY_CR3_STORE_EXITING, "CR3-store exiting")            \
	CONTROL(17, PRIMARY_ACTIVATE_TERTIARY_CONTROLS, "Activate tertiary controls") \
	CONTROL(19, PRIMARY_CR8_LOAD_EXITING, "CR8-load exiting")              \
	CONTROL(20, PRIMARY_CR8_STORE_EXITING, "CR8-store exiting")            \
	CONTROL(21, PRIMARY_USE_TPR_SHADOW, "Use TPR shadow")                  \
	CONTROL(22, PRIMARY_NMI_WINDOW_EXITING, "NMI-window exiting")          \
	CONTROL(23, PRIMARY_MOV_DR_EXITING, "MOV-DR exiting")                  \
	CONTROL(24, PRIMARY_UNCONDITIONAL_IO_EXITING, "Unconditional I/O exiting") \
	CONTROL(25, PRIMARY_USE_IO_BITMAPS, "Use I/O bitmaps")                 \
	CONTROL(27, PRIMARY_MONITOR_TRAP_FLAG, "Monitor trap flag")            \
	CONTROL(28, PRIMARY_USE_MSR_BITMAPS, "Use MSR bitmaps")                \
	CONTROL(29, PRIMARY_MONITOR_EXITING, "MONITOR exiting")                \
	CONTROL(30, PRIMARY_PAUSE_EXITING, "PAUSE exiting")                    \
	CONTROL(31, PRIMARY_ACTIVATE_SECONDARY_CONTROLS, "Activate secondary controls")

#define SECONDARY_CONTROL_BITS(CONTROL)                                        \
	CONTROL(0, SECONDARY_VIRTUALIZE_APIC_ACCESSES, "Virtualize APIC accesses") \
	CONTROL(1, SECONDARY_ENABLE_EPT, "Enable EPT")                         \
	CONTROL(2, SECONDARY_DESCRIPTOR_TABLE_EXITING, "Descriptor-table exiting") \
	CONTROL(3, SECONDARY_ENABLE_RDTSCP, "Enable RDTSCP")                   \
	CONTROL(4, SECONDARY_VIRTUALIZE_X2APIC_MODE, "Virtualize x2APIC mode") \
	CONTROL(5, SECONDARY_ENABLE_VPID, "Enable VPID")                       \
	CONTROL(6, SECONDARY_WBINVD_EXITING, "WBINVD exiting")                 \
	CONTROL(7, SECONDARY_UNRESTRICTED_GUEST, "Unrestricted guest")         \
	CONTROL(8, SECONDARY_APIC_REGISTER_VIRTUALIZATION, "APIC-register virtualization") \
	CONTROL(9, SECONDARY_VIRTUAL_INTERRUPT_DELIVERY, "Virtual-interrupt delivery") \
	CONTROL(10, SECONDARY_PAUSE_LOOP_EXITING, "PAUSE-loop exiting")        \
	CONTROL(11, SECONDARY_RDRAND_EXITING, "RDRAND exiting")                \
	CONTROL(12, SECONDARY_ENABLE_INVPCID, "Enable INVPCID")                \
	CONTROL(13, SECONDARY_ENABLE_VM_FUNCTIONS, "Enable VM functions")      \
	CONTROL(14, SECONDARY_VMCS_SHADOWING, "VMCS shadowing")                \
	CONTROL(15, SECONDARY_ENABLE_ENCLS_EXITING, "Enable ENCLS exiting")    \
	CONTROL(16, SECONDARY_RDSEED_EXITING, "RDSEED exiting")                \
	CONTROL(17, SECONDARY_ENABLE_PML, "Enable PML")                        \
	CONTROL(18, SECONDARY_EPT_VIOLATION_VE, "EPT-violation #VE")           \
	CONTROL(19, SECONDARY_CONCEAL_VMX_FROM_PT, "Conceal VMX from PT")      \
	CONTROL(20, SECONDARY_ENABLE_XSAVES_XRSTORS, "Enable XSAVES/XRSTORS")  \
	CONTROL(21, SECONDARY_PASID_TRANSLATION, "PASID translation")          \
	CONTROL(22, SECONDARY_MODE_BASED_EXECUTE_CONTROL, "Mode-based execute control for EPT") \
	CONTROL(23, SECONDARY_SUB_PAGE_WRITE_PERMISSIONS, "Sub-page write permissions for EPT") \
	CONTROL(24, SECONDARY_PT_USES_GUEST_PHYSICAL, "Intel PT uses guest physical addresses") \
	CONTROL(25, SECONDARY_USE_TSC_SCALING, "Use TSC scaling")              \
	CONTROL(26, SECONDARY_ENABLE_USER_WAIT_AND_PAUSE, "Enable user wait and pause") \
	CONTROL(27, SECONDARY_ENABLE_PCONFIG, "Enable PCONFIG")                \
	CONTROL(28, SECONDARY_ENABLE_ENCLV_EXITING, "Enable ENCLV exiting")    \
	CONTROL(30, SECONDARY_VMM_BUS_LOCK_DETECTION, "VMM bus-lock detection") \
	CONTROL(31, SECONDARY_INSTRUCTION_TIMEOUT, "Instruction timeout")

#define VM_EXIT_CONTROL_BITS(CONTROL)                                          \
	CONTROL(2, EXIT_SAVE_DEBUG_CONTROLS, "Save debug controls")            \
	CONTROL(9, EXIT_HOST_ADDRESS_SPACE_SIZE, "Host address-space size")    \
	CONTROL(12, EXIT_LOAD_IA32_PERF_GLOBAL_CTRL, "Load IA32_PERF_GLOBAL_CTRL") \
	CONTROL(15, EXIT_ACKNOWLEDGE_INTERRUPT, "Acknowledge interrupt on exit") \
	CONTROL(18, EXIT_SAVE_IA32_PAT, "Save IA32_PAT")                       \
	CONTROL(19, EXIT_LOAD_IA32_PAT, "Load IA32_PAT")                       \
	CONTROL(20, EXIT_SAVE_IA32_EFER, "Save IA32_EFER")                     \
	CONTROL(21, EXIT_LOAD_IA32_EFER, "Load IA32_EFER")                     \
	CONTROL(22, EXIT_SAVE_VMX_PREEMPTION_TIMER_VALUE, "Save VMX-preemption timer value") \
	CONTROL(23, EXIT_CLEAR_IA32_BNDCFGS, "Clear IA32_BNDCFGS")             \
	CONTROL(24, EXIT_CONCEAL_VMX_FROM_PT, "Conceal VMX from PT")           \
	CONTROL(25, EXIT_CLEAR_IA32_RTIT_CTL, "Clear IA32_RTIT_CTL")           \
	CONTROL(26, EXIT_CLEAR_IA32_LBR_CTL, "Clear IA32_LBR_CTL")             \
	CONTROL(27, EXIT_CLEAR_UINV, "Clear UINV")                             \
	CONTROL(28, EXIT_LOAD_CET_STATE, "Load CET state")                     \
	CONTROL(29, EXIT_LOAD_PKRS, "Load PKRS")                               \
	CONTROL(30, EXIT_SAVE_IA32_PERF_GLOBAL_CTRL, "Save IA32_PERF_GLOBAL_CTRL") \
	CONTROL(31, EXIT_ACTIVATE_SECONDARY_CONTROLS, "Activate secondary controls")

#define VM_ENTRY_CONTROL_BITS(CONTROL)                                         \
	CONTROL(2, ENTRY_LOAD_DEBUG_CONTROLS, "Load debug controls")           \
	CONTROL(9, ENTRY_IA32E_MODE_GUEST, "IA-32e mode guest")                \
	CONTROL(10, ENTRY_ENTRY_TO_SMM, "Entry to SMM")                        \
	CONTROL(11, ENTRY_DEACTIVATE_DUAL_MONITOR_TREATMENT, "Deactivate dual-monitor treatment") \
	CONTROL(13, ENTRY_LOAD_IA32_PERF_GLOBAL_CTRL, "Load IA32_PERF_GLOBAL_CTRL") \
	CONTROL(14, ENTRY_LOAD_IA32_PAT, "Load IA32_PAT")                      \
	CONTROL(15, ENTRY_LOAD_IA32_EFER, "Load IA32_EFER")                    \
	CONTROL(16, ENTRY_LOAD_IA32_BNDCFGS, "Load IA32_BNDCFGS")              \
	CONTROL(17, ENTRY_CONCEAL_VMX_FROM_PT, "Conceal VMX from PT")          \
	CONTROL(18, ENTRY_LOAD_IA32_RTIT_CTL, "Load IA32_RTIT_CTL")            \
	CONTROL(19, ENTRY_LOAD_UINV, "Load UINV")                              \
	CONTROL(20, ENTRY_LOAD_CET_STATE, "Load CET state")                    \
	CONTROL(21, ENTRY_LOAD_GUEST_IA32_LBR_CTL, "Load guest IA32_LBR_CTL")  \
	CONTROL(22, ENTRY_LOAD_PKRS, "Load PKRS")
/* clang-format on */

#define VMX_CONTROL_MASK(bit, NAME, sdm_name) NAME = 1u << (bit),
enum pin_based_control { PIN_BASED_CONTROL_BITS(VMX_CONTROL_MASK) };
enum primary_control { PRIMARY_CONTROL_BITS(VMX_CONTROL_MASK) };
enum secondary_control { SECONDARY_CONTROL_BITS(VMX_CONTROL_MASK) };
enum vm_exit_control { VM_EXIT_CONTROL_BITS(VMX_CONTROL_MASK) };
enum vm_entry_control { VM_ENTRY_CONTROL_BITS(VMX_CONTROL_MASK) };
#undef VMX_CONTROL_MASK

/*
 * The SDM's name of one bit (0 .. 31) of one of the five control fields:
 * PIN_BASED_CONTROLS, PRIMARY_CONTROLS, SECONDARY_CONTROLS, VM_EXIT_CONTROLS,
 * VM_ENTRY_CONTROLS. NULL for a reserved bit and for any other field.
 */
const char *vmx_control_name(enum vmcs_field field, unsigned int bit);
