#include "guest_state.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "segment.h"
#include "vmcs.h"

/* SDM: "Debug Control Register (DR7)": bit 10 is always 1. */
#define DR7_FIXED 0x400

static void write_segments(void)
{
	struct segment fs = segment_read(read_fs());
	struct segment gs = segment_read(read_gs());
	struct segment tr = segment_read(str());

	fs.base = rdmsr(IA32_FS_BASE);
	gs.base = rdmsr(IA32_GS_BASE);
	tr.base = segment_system_base(tr.selector);

	GUEST_SEGMENT_WRITE(CS, segment_read(read_cs()));
	GUEST_SEGMENT_WRITE(SS, segment_read(read_ss()));
	GUEST_SEGMENT_WRITE(DS, segment_read(read_ds()));
	GUEST_SEGMENT_WRITE(ES, segment_read(read_es()));
	GUEST_SEGMENT_WRITE(FS, fs);
	GUEST_SEGMENT_WRITE(GS, gs);
	GUEST_SEGMENT_WRITE(LDTR, segment_read(sldt()));
	GUEST_SEGMENT_WRITE(TR, tr);

	vmcs_write(GUEST_GDTR_BASE, sgdt().base);
	vmcs_write(GUEST_GDTR_LIMIT, sgdt().limit);
	vmcs_write(GUEST_IDTR_BASE, sidt().base);
	vmcs_write(GUEST_IDTR_LIMIT, sidt().limit);
}

static void write_msrs(const struct controls *controls)
{
	vmcs_write(GUEST_IA32_DEBUGCTL, 0);
	vmcs_write(GUEST_IA32_SYSENTER_CS, rdmsr(IA32_SYSENTER_CS));
	vmcs_write(GUEST_IA32_SYSENTER_ESP, rdmsr(IA32_SYSENTER_ESP));
	vmcs_write(GUEST_IA32_SYSENTER_EIP, rdmsr(IA32_SYSENTER_EIP));
	if ((controls->entry & ENTRY_LOAD_IA32_PAT) != 0) {
		vmcs_write(GUEST_IA32_PAT, rdmsr(IA32_PAT));
	}
	if ((controls->entry & ENTRY_LOAD_IA32_EFER) != 0) {
		vmcs_write(GUEST_IA32_EFER, rdmsr(IA32_EFER));
	}
}

void guest_state_write_own(const struct controls *controls, u64 rip, u64 rsp)
{
	vmcs_write(GUEST_CR0, read_cr0());
	vmcs_write(GUEST_CR3, read_cr3());
	vmcs_write(GUEST_CR4, read_cr4());
	vmcs_write(GUEST_DR7, DR7_FIXED);
	write_segments();
	write_msrs(controls);
	vmcs_write(GUEST_RIP, rip);
	vmcs_write(GUEST_RSP, rsp);
	vmcs_write(GUEST_RFLAGS, RFLAGS_FIXED);
}
