#include "vcpu.h"
#include "cpu/registers.h"
#include "guest_events.h"
#include "host_state.h"
#include "lib/string.h"
#include "memory/frames.h"
#include "vmcs.h"
#include "vmx_region.h"

/* What STI and MOV SS hold off, they hold off for one instruction. */
#define BLOCKING_ONE_INSTRUCTION (BLOCKING_BY_STI | BLOCKING_BY_MOV_SS)

/* A machine check (18) is the machine's, whoever runs when it comes. */
#define EXCEPTIONS_OF_THE_HOST BIT(18)

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
	vmcs_write(HOST_RSP, (u64)(uintptr_t)&vcpu->frame.host_stack);
	return SUCCESS;
}

struct error vcpu_destroy(struct vcpu *vcpu)
{
	if (vmcs_clear(vcpu->vmcs) != VM_SUCCEED) {
		return failure("VMCLEAR failed, VMCS at", vcpu->vmcs);
	}
	vmx_region_free(vcpu->vmcs);
	return SUCCESS;
}

/* Outside of 64-bit mode addresses have 32 bits. */
u64 vcpu_wrap_rip(u64 rip)
{
	return vcpu_in_64_bit_mode() ? rip : (u32)rip;
}

/* What STI or MOV SS held off for one instruction is held off no longer. */
void vcpu_end_blocking(void)
{
	u64 blocking = vmcs_read(GUEST_INTERRUPTIBILITY_STATE);

	if ((blocking & BLOCKING_ONE_INSTRUCTION) != 0) {
		vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
			   blocking & ~BLOCKING_ONE_INSTRUCTION);
	}
}

/*
 * A guest that single-steps gets its debug exception. With DEBUGCTL.BTF, TF
 * traps branches alone, and those never exit.
 */
static void trap_step(u64 rflags)
{
	if ((rflags & RFLAGS_TF) != 0 &&
	    (vmcs_read(GUEST_IA32_DEBUGCTL) & DEBUGCTL_BTF) == 0) {
		vmcs_write(GUEST_PENDING_DEBUG_EXCEPTIONS, PENDING_DEBUG_BS);
	}
}

/* RF has served for the instruction that is over. */
void vcpu_finish_flags(u64 rflags)
{
	vmcs_write(GUEST_RFLAGS, rflags & ~RFLAGS_RF);
	trap_step(rflags);
}

void vcpu_finish_iteration(void)
{
	vcpu_end_blocking();
	trap_step(vmcs_read(GUEST_RFLAGS));
}

void vcpu_keep_step_pending(void)
{
	if ((vmcs_read(GUEST_INTERRUPTIBILITY_STATE) &
	     BLOCKING_ONE_INSTRUCTION) != 0) {
		trap_step(vmcs_read(GUEST_RFLAGS));
	}
}
