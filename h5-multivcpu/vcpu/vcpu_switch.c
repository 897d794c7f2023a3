#include "vcpu/vcpu_switch.h"
#include "cpu/panic.h"
#include "host_state.h"
#include "invept.h"
#include "smp/cpu.h"
#include "vm/guest_vm.h"
#include "vmcs.h"

static bool has_tsc_aux(const struct guest_vcpu *vcpu)
{
	return (vcpu->cpu.vcpu.vcpu.controls.secondary &
		SECONDARY_ENABLE_RDTSCP) != 0;
}

/*
 * On a CPU on which the vCPU did not run last: the host state is that CPU's,
 * and its translations are of an earlier time, or of an earlier guest that had
 * the same VPID or the same frames for its EPT.
 */
static void move_in(struct guest_vcpu *vcpu)
{
	struct ept_vcpu *v = &vcpu->cpu.vcpu;

	host_state_write(&v->vcpu.controls);
	vcpu->home = cpu_number();
	v->ept_seen = 0;
	if (v->vpid != 0 && invvpid_context(guest_vm_host()->caps->ept_vpid,
					    v->vpid) != VM_SUCCEED) {
		panic("INVVPID failed, VPID %u", v->vpid);
	}
}

struct error vcpu_switch_to(struct guest_vcpu *vcpu)
{
	hpa_t vmcs = vcpu->cpu.vcpu.vcpu.vmcs;

	if (vmcs_load(vmcs) != VM_SUCCEED) {
		return failure("VMPTRLD failed, VMCS at", vmcs);
	}
	if (vcpu->home != cpu_number()) {
		move_in(vcpu);
	}
	own_state_load(&vcpu->own, has_tsc_aux(vcpu));
	return SUCCESS;
}

void vcpu_switch_save(struct guest_vcpu *vcpu)
{
	own_state_save(&vcpu->own, has_tsc_aux(vcpu));
}

void vcpu_switch_away(struct guest_vcpu *vcpu)
{
	struct vcpu *v = &vcpu->cpu.vcpu.vcpu;

	if (vmcs_clear(v->vmcs) != VM_SUCCEED) {
		panic("VMCLEAR failed, VMCS at %#lx", v->vmcs);
	}
	v->launched = false;
}

void vcpu_switch_to_vmcs(struct guest_vcpu *vcpu)
{
	if (vmcs_load(vcpu->cpu.vcpu.vcpu.vmcs) != VM_SUCCEED) {
		panic("VMPTRLD failed, VMCS at %#lx", vcpu->cpu.vcpu.vcpu.vmcs);
	}
}
