#include "debug/vcpu_focus.h"
#include "cpu/panic.h"
#include "vmcs.h"

#define NO_VMCS UINT64_MAX /* as VMPTRST has it */

static void load(hpa_t vmcs)
{
	if (vmcs_load(vmcs) != VM_SUCCEED) {
		panic("VMPTRLD failed, VMCS at %#lx", vmcs);
	}
}

hpa_t vcpu_focus_take(const struct vcpu_debug *debug)
{
	hpa_t before = vmcs_current();

	if (before != debug->vcpu->vmcs) {
		load(debug->vcpu->vmcs);
	}
	return before;
}

void vcpu_focus_give_back(const struct vcpu_debug *debug, hpa_t before)
{
	if (before == debug->vcpu->vmcs) {
		return;
	}
	if (vmcs_clear(debug->vcpu->vmcs) != VM_SUCCEED) {
		panic("VMCLEAR failed, VMCS at %#lx", debug->vcpu->vmcs);
	}
	if (before != NO_VMCS) {
		load(before);
	}
}
