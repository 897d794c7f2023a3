#include "host_state.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "segment.h"
#include "vmcs.h"

/*
 * The limits of GDTR and IDTR have no fields: an exit sets both to 0xffff. The
 * tables are shorter, but nothing behind their ends is ever named.
 *
 * The manual demands of every host selector that RPL and TI are 0, and of CS
 * and TR that they are not the null selector.
 */
static void write_segments(void)
{
	vmcs_write(HOST_ES_SELECTOR, read_es());
	vmcs_write(HOST_CS_SELECTOR, read_cs());
	vmcs_write(HOST_SS_SELECTOR, read_ss());
	vmcs_write(HOST_DS_SELECTOR, read_ds());
	vmcs_write(HOST_FS_SELECTOR, read_fs());
	vmcs_write(HOST_GS_SELECTOR, read_gs());
	vmcs_write(HOST_TR_SELECTOR, str());
	vmcs_write(HOST_FS_BASE, rdmsr(IA32_FS_BASE));
	vmcs_write(HOST_GS_BASE, rdmsr(IA32_GS_BASE));
	vmcs_write(HOST_TR_BASE, segment_system_base(str()));
	vmcs_write(HOST_GDTR_BASE, sgdt().base);
	vmcs_write(HOST_IDTR_BASE, sidt().base);
}

static void write_msrs(const struct controls *controls)
{
	vmcs_write(HOST_IA32_SYSENTER_CS, rdmsr(IA32_SYSENTER_CS));
	vmcs_write(HOST_IA32_SYSENTER_ESP, rdmsr(IA32_SYSENTER_ESP));
	vmcs_write(HOST_IA32_SYSENTER_EIP, rdmsr(IA32_SYSENTER_EIP));
	if ((controls->exit & EXIT_LOAD_IA32_PAT) != 0) {
		vmcs_write(HOST_IA32_PAT, rdmsr(IA32_PAT));
	}
	if ((controls->exit & EXIT_LOAD_IA32_EFER) != 0) {
		vmcs_write(HOST_IA32_EFER, rdmsr(IA32_EFER));
	}
}

void host_state_write(const struct controls *controls)
{
	vmcs_write(HOST_CR0, read_cr0());
	vmcs_write(HOST_CR3, read_cr3());
	vmcs_write(HOST_CR4, read_cr4());
	write_segments();
	write_msrs(controls);
}
