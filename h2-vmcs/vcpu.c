#include "vcpu.h"
#include "cpu/registers.h"
#include "host_state.h"
#include "lib/string.h"
#include "memory/frames.h"
#include "vmcs.h"
#include "vmx_region.h"

#define INTERRUPTIBILITY_STI	BIT(0)
#define INTERRUPTIBILITY_MOV_SS BIT(1)
#define PENDING_DEBUG_BS	BIT(14) /* a single step has been completed */

/* A machine check (18) is the machine's, whoever runs when it comes. */
#define EXCEPTIONS_OF_THE_HOST BIT(18)

/*
 * Enters the guest with these registers, and puts the guest's there when it
 * comes back: vcpu_entry.S.
 */
enum vmx_outcome vcpu_enter(struct vcpu_registers *registers, bool launched);
extern const char vcpu_exit_point[];

static void write_controls(const struct controls *controls)
{
	vmcs_write(PIN_BASED_CONTROLS, controls->pin);
	vmcs_write(PRIMARY_CONTROLS, controls->primary);
	if ((controls->primary & PRIMARY_ACTIVATE_SECONDARY_CONTROLS) != 0) {
		vmcs_write(SECONDARY_CONTROLS, controls->secondary);
	}
	vmcs_write(VM_EXIT_CONTROLS, controls->exit);
	vmcs_write(VM_ENTRY_CONTROLS, controls->entry);
}

/*
 * VMCLEAR need not leave the fields as zeros: "Software should not depend on
 * the contents" of a new VMCS. So each field that the CPU has is set once.
 */
static void zero_fields(void)
{
	for (int i = 0; i < VMCS_FIELD_COUNT; i++) {
		enum vmcs_field field = vmcs_field_at((enum vmcs_index)i);

		if (vmcs_field_type(field) != VMCS_TYPE_EXIT_INFORMATION) {
			(void)vmcs_try_write(field, 0);
		}
	}
	vmcs_write(VMCS_LINK_POINTER, UINT64_MAX);
}

static struct error make_current(hpa_t vmcs)
{
	if (vmcs_clear(vmcs) != VM_SUCCEED) {
		return failure("VMCLEAR failed, VMCS at", vmcs);
	}
	if (vmcs_load(vmcs) != VM_SUCCEED) {
		return failure("VMPTRLD failed, VMCS at", vmcs);
	}
	return SUCCESS;
}

struct error vcpu_init(struct vcpu *vcpu, const struct vmx_capabilities *caps,
		       const struct controls *controls)
{
	struct error error;

	memset(vcpu, 0, sizeof(*vcpu));
	vcpu->controls = *controls;
	vcpu->run = vcpu_run_directly;
	vcpu->vmcs = vmx_region_alloc(caps);
	if (vcpu->vmcs == FRAME_NONE) {
		return failure("no memory for the VMCS, free frames",
			       frames_free_count());
	}
	error = make_current(vcpu->vmcs);
	if (failed(error)) {
		vmx_region_free(vcpu->vmcs);
		return error;
	}
	zero_fields();
	write_controls(controls);
	vmcs_write(EXCEPTION_BITMAP, EXCEPTIONS_OF_THE_HOST);
	host_state_write(controls);
	vmcs_write(HOST_RIP, (u64)(uintptr_t)vcpu_exit_point);
	return SUCCESS;
}

struct vcpu_exit vcpu_run_directly(struct vcpu *vcpu)
{
	struct vcpu_exit exit = {
		.outcome = vcpu_enter(&vcpu->registers, vcpu->launched),
	};

	if (exit.outcome == VM_SUCCEED) {
		exit.reason = (u32)vmcs_read(VM_EXIT_REASON);
		/* A failed entry leaves the launch state as it was. */
		if ((exit.reason & EXIT_REASON_ENTRY_FAILED) == 0) {
			vcpu->launched = true;
		}
	}
	return exit;
}

struct error vcpu_destroy(struct vcpu *vcpu)
{
	if (vmcs_clear(vcpu->vmcs) != VM_SUCCEED) {
		return failure("VMCLEAR failed, VMCS at", vcpu->vmcs);
	}
	vmx_region_free(vcpu->vmcs);
	return SUCCESS;
}

/*
 * The instruction is over: RF has served, what STI or MOV SS held off for one
 * instruction is held off no longer, and a guest that single-steps gets its
 * debug exception. SDM: "Guest Non-Register State".
 */
void vcpu_skip_instruction(void)
{
	u64 blocking = vmcs_read(GUEST_INTERRUPTIBILITY_STATE);
	u64 rflags = vmcs_read(GUEST_RFLAGS);
	u64 rip = vmcs_read(GUEST_RIP) + vmcs_read(VM_EXIT_INSTRUCTION_LENGTH);

	if ((vmcs_read(VM_ENTRY_CONTROLS) & ENTRY_IA32E_MODE_GUEST) == 0) {
		rip = (u32)rip;
	}
	vmcs_write(GUEST_RIP, rip);
	vmcs_write(GUEST_RFLAGS, rflags & ~RFLAGS_RF);
	vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
		   blocking &
			   ~(INTERRUPTIBILITY_STI | INTERRUPTIBILITY_MOV_SS));
	if ((rflags & RFLAGS_TF) != 0) {
		vmcs_write(GUEST_PENDING_DEBUG_EXCEPTIONS, PENDING_DEBUG_BS);
	}
}
