#include "exits/exit_table.h"
#include "exits/exit_descriptor_table.h"
#include "exits/exit_invpcid.h"
#include "exits/exit_mov_dr.h"
#include "exits/exit_random.h"

/*
 * VMX instructions, GETSEC, RSM and their kin are not offered to the guest:
 * on a CPU without them they raise #UD. MONITOR and MWAIT are hidden too.
 */
static const exit_handler table[EXIT_REASON_COUNT] = {
	[EXIT_EXCEPTION_OR_NMI] = exit_exception_or_nmi,
	[EXIT_EXTERNAL_INTERRUPT] = exit_external_interrupt,
	[EXIT_TRIPLE_FAULT] = exit_triple_fault,
	[EXIT_INIT_SIGNAL] = exit_not_asked_for,
	[EXIT_SIPI] = exit_not_asked_for,
	[EXIT_IO_SMI] = exit_not_asked_for,
	[EXIT_OTHER_SMI] = exit_not_asked_for,
	[EXIT_INTERRUPT_WINDOW] = exit_window,
	[EXIT_NMI_WINDOW] = exit_window,
	[EXIT_TASK_SWITCH] = exit_task_switch,
	[EXIT_CPUID] = exit_cpuid,
	[EXIT_GETSEC] = exit_undefined,
	[EXIT_HLT] = exit_hlt,
	[EXIT_INVD] = exit_invalidate_caches,
	[EXIT_INVLPG] = exit_invlpg,
	[EXIT_RDPMC] = exit_general_protection,
	[EXIT_RDTSC] = exit_rdtsc,
	[EXIT_RSM] = exit_undefined,
	[EXIT_VMCALL] = exit_vmcall,
	[EXIT_VMCLEAR] = exit_undefined,
	[EXIT_VMLAUNCH] = exit_undefined,
	[EXIT_VMPTRLD] = exit_undefined,
	[EXIT_VMPTRST] = exit_undefined,
	[EXIT_VMREAD] = exit_undefined,
	[EXIT_VMRESUME] = exit_undefined,
	[EXIT_VMWRITE] = exit_undefined,
	[EXIT_VMXOFF] = exit_undefined,
	[EXIT_VMXON] = exit_undefined,
	[EXIT_CR_ACCESS] = exit_cr_access,
	[EXIT_MOV_DR] = exit_mov_dr,
	[EXIT_IO_INSTRUCTION] = exit_io,
	[EXIT_RDMSR] = exit_rdmsr,
	[EXIT_WRMSR] = exit_wrmsr,
	[EXIT_INVALID_GUEST_STATE] = exit_not_asked_for,
	[EXIT_MSR_LOADING] = exit_not_asked_for,
	[EXIT_MWAIT] = exit_undefined,
	[EXIT_MONITOR_TRAP_FLAG] = exit_not_asked_for,
	[EXIT_MONITOR] = exit_undefined,
	[EXIT_PAUSE] = exit_pause,
	[EXIT_MACHINE_CHECK_ON_ENTRY] = exit_not_asked_for,
	[EXIT_TPR_BELOW_THRESHOLD] = exit_not_asked_for,
	[EXIT_APIC_ACCESS] = exit_not_asked_for,
	[EXIT_VIRTUALIZED_EOI] = exit_not_asked_for,
	[EXIT_GDTR_IDTR_ACCESS] = exit_gdtr_idtr_access,
	[EXIT_LDTR_TR_ACCESS] = exit_ldtr_tr_access,
	[EXIT_EPT_VIOLATION] = exit_ept_violation,
	[EXIT_EPT_MISCONFIGURATION] = exit_ept_misconfiguration,
	[EXIT_INVEPT] = exit_undefined,
	[EXIT_RDTSCP] = exit_rdtscp,
	[EXIT_PREEMPTION_TIMER] = exit_preemption_timer,
	[EXIT_INVVPID] = exit_undefined,
	[EXIT_WBINVD_OR_WBNOINVD] = exit_invalidate_caches,
	[EXIT_XSETBV] = exit_xsetbv,
	[EXIT_APIC_WRITE] = exit_not_asked_for,
	[EXIT_RDRAND] = exit_rdrand,
	[EXIT_INVPCID] = exit_invpcid,
	[EXIT_VMFUNC] = exit_undefined,
	[EXIT_ENCLS] = exit_undefined,
	[EXIT_RDSEED] = exit_rdseed,
	[EXIT_PML_FULL] = exit_not_asked_for,
	[EXIT_XSAVES] = exit_undefined,
	[EXIT_XRSTORS] = exit_undefined,
	[EXIT_PCONFIG] = exit_undefined,
	[EXIT_SPP_RELATED] = exit_not_asked_for,
	[EXIT_UMWAIT] = exit_undefined,
	[EXIT_TPAUSE] = exit_undefined,
	[EXIT_LOADIWKEY] = exit_undefined,
	[EXIT_ENCLV] = exit_undefined,
	[EXIT_ENQCMD_PASID] = exit_not_asked_for,
	[EXIT_ENQCMDS_PASID] = exit_not_asked_for,
	[EXIT_BUS_LOCK] = exit_not_asked_for,
	[EXIT_INSTRUCTION_TIMEOUT] = exit_not_asked_for,
	[EXIT_SEAMCALL] = exit_undefined,
	[EXIT_TDCALL] = exit_undefined,
	[EXIT_RDMSRLIST] = exit_undefined,
	[EXIT_WRMSRLIST] = exit_undefined,
};

/* The numbers that the appendix leaves out have no handler. */
exit_handler exit_table_handler(u32 reason)
{
	if (reason >= EXIT_REASON_COUNT || table[reason] == NULL) {
		return exit_unknown;
	}
	return table[reason];
}
