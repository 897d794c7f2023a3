#pragma once
/*
 * Why a guest came back.
 *
 * SDM, appendix "VMX Basic Exit Reasons", and "Basic VM-Exit Information" for
 * the exit-reason field: bits 15:0 are the basic reason, bit 31 says that the
 * VM entry failed, so that the guest has not run at all.
 */
#include "lib/types.h"

#define EXIT_REASON_BASIC	 0xffffu
#define EXIT_REASON_ENTRY_FAILED 0x80000000u

/* clang-format off */
#define VMX_EXIT_REASONS(REASON)                                               \
	REASON(0, EXIT_EXCEPTION_OR_NMI, "Exception or NMI")                   \
	REASON(1, EXIT_EXTERNAL_INTERRUPT, "External interrupt")               \
	REASON(2, EXIT_TRIPLE_FAULT, "Triple fault")                           \
	REASON(3, EXIT_INIT_SIGNAL, "INIT signal")                             \
	REASON(4, EXIT_SIPI, "Start-up IPI (SIPI)")                            \
	REASON(5, EXIT_IO_SMI, "I/O system-management interrupt (SMI)")        \
	REASON(6, EXIT_OTHER_SMI, "Other SMI")                                 \
	REASON(7, EXIT_INTERRUPT_WINDOW, "Interrupt window")                   \
	REASON(8, EXIT_NMI_WINDOW, "NMI window")                               \
	REASON(9, EXIT_TASK_SWITCH, "Task switch")                             \
	REASON(10, EXIT_CPUID, "CPUID")                                        \
	REASON(11, EXIT_GETSEC, "GETSEC")                                      \
	REASON(12, EXIT_HLT, "HLT")                                            \
	REASON(13, EXIT_INVD, "INVD")                                          \
	REASON(14, EXIT_INVLPG, "INVLPG")                                      \
	REASON(15, EXIT_RDPMC, "RDPMC")                                        \
	REASON(16, EXIT_RDTSC, "RDTSC")                                        \
	REASON(17, EXIT_RSM, "RSM")                                            \
	REASON(18, EXIT_VMCALL, "VMCALL")                                      \
	REASON(19, EXIT_VMCLEAR, "VMCLEAR")                                    \
	REASON(20, EXIT_VMLAUNCH, "VMLAUNCH")                                  \
	REASON(21, EXIT_VMPTRLD, "VMPTRLD")                                    \
	REASON(22, EXIT_VMPTRST, "VMPTRST")                                    \
	REASON(23, EXIT_VMREAD, "VMREAD")                                      \
	REASON(24, EXIT_VMRESUME, "VMRESUME")                                  \
	REASON(25, EXIT_VMWRITE, "VMWRITE")                                    \
	REASON(26, EXIT_VMXOFF, "VMXOFF")                                      \
	REASON(27, EXIT_VMXON, "VMXON")                                        \
	REASON(28, EXIT_CR_ACCESS, "Control-register access")                  \
	REASON(29, EXIT_MOV_DR, "MOV DR")                                      \
	REASON(30, EXIT_IO_INSTRUCTION, "I/O instruction")                     \
	REASON(31, EXIT_RDMSR, "RDMSR")                                        \
	REASON(32, EXIT_WRMSR, "WRMSR")                                        \
	REASON(33, EXIT_INVALID_GUEST_STATE, "VM-entry failure due to invalid guest state") \
	REASON(34, EXIT_MSR_LOADING, "VM-entry failure due to MSR loading")    \
	REASON(36, EXIT_MWAIT, "MWAIT")                                        \
	REASON(37, EXIT_MONITOR_TRAP_FLAG, "Monitor trap flag")                \
	REASON(39, EXIT_MONITOR, "MONITOR")                                    \
	REASON(40, EXIT_PAUSE, "PAUSE")                                        \
	REASON(41, EXIT_MACHINE_CHECK_ON_ENTRY, "VM-entry failure due to machine-check event") \
	REASON(43, EXIT_TPR_BELOW_THRESHOLD, "TPR below threshold")            \
	REASON(44, EXIT_APIC_ACCESS, "APIC access")                            \
	REASON(45, EXIT_VIRTUALIZED_EOI, "Virtualized EOI")                    \
	REASON(46, EXIT_GDTR_IDTR_ACCESS, "Access to GDTR or IDTR")            \
	REASON(47, EXIT_LDTR_TR_ACCESS, "Access to LDTR or TR")                \
	REASON(48, EXIT_EPT_VIOLATION, "EPT violation")                        \
	REASON(49, EXIT_EPT_MISCONFIGURATION, "EPT misconfiguration")          \
	REASON(50, EXIT_INVEPT, "INVEPT")                                      \
	REASON(51, EXIT_RDTSCP, "RDTSCP")                                      \
	REASON(52, EXIT_PREEMPTION_TIMER, "VMX-preemption timer expired")      \
	REASON(53, EXIT_INVVPID, "INVVPID")                                    \
	REASON(54, EXIT_WBINVD_OR_WBNOINVD, "WBINVD or WBNOINVD")              \
	REASON(55, EXIT_XSETBV, "XSETBV")                                      \
	REASON(56, EXIT_APIC_WRITE, "APIC write")                              \
	REASON(57, EXIT_RDRAND, "RDRAND")                                      \
	REASON(58, EXIT_INVPCID, "INVPCID")                                    \
	REASON(59, EXIT_VMFUNC, "VMFUNC")                                      \
	REASON(60, EXIT_ENCLS, "ENCLS")                                        \
	REASON(61, EXIT_RDSEED, "RDSEED")                                      \
	REASON(62, EXIT_PML_FULL, "Page-modification log full")                \
	REASON(63, EXIT_XSAVES, "XSAVES")                                      \
	REASON(64, EXIT_XRSTORS, "XRSTORS")                                    \
	REASON(65, EXIT_PCONFIG, "PCONFIG")                                    \
	REASON(66, EXIT_SPP_RELATED, "SPP-related event")                      \
	REASON(67, EXIT_UMWAIT, "UMWAIT")                                      \
	REASON(68, EXIT_TPAUSE, "TPAUSE")                                      \
	REASON(69, EXIT_LOADIWKEY, "LOADIWKEY")                                \
	REASON(70, EXIT_ENCLV, "ENCLV")                                        \
	REASON(72, EXIT_ENQCMD_PASID, "ENQCMD PASID translation failure")      \
	REASON(73, EXIT_ENQCMDS_PASID, "ENQCMDS PASID translation failure")    \
	REASON(74, EXIT_BUS_LOCK, "Bus lock")                                  \
	REASON(75, EXIT_INSTRUCTION_TIMEOUT, "Instruction timeout")            \
	REASON(76, EXIT_SEAMCALL, "SEAMCALL")                                  \
	REASON(77, EXIT_TDCALL, "TDCALL")                                      \
	REASON(78, EXIT_RDMSRLIST, "RDMSRLIST")                                \
	REASON(79, EXIT_WRMSRLIST, "WRMSRLIST")
/* clang-format on */

enum exit_reason {
#define EXIT_REASON_NUMBER(number, NAME, sdm_name) NAME = (number),
	VMX_EXIT_REASONS(EXIT_REASON_NUMBER)
#undef EXIT_REASON_NUMBER
};

/* How many basic reasons there are, unused numbers included. */
#define EXIT_REASON_COUNT (EXIT_WRMSRLIST + 1)

/* The SDM's name of a basic reason; "unknown exit reason" for another. */
const char *exit_reason_name(u32 basic);

/*
 * The basic reason that text names, by the SDM's name in any case or by its
 * number, decimal. False: there is no such reason.
 */
bool exit_reason_parse(const char *text, u32 *basic);
