#include "debug/vcpu_step.h"
#include "access_rights.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "debug/vcpu_event.h"
#include "vmcs.h"

/* "Guest Non-Register State": interruptibility state, pending exceptions. */
#define BLOCKING_BY_STI_OR_MOV_SS 3ull
#define PENDING_BS		  BIT(14)

/* "Information for VM Exits Due to Vectored Events". */
#define INTERRUPTION_VECTOR(info) ((u32)(info)&0xff)
#define INTERRUPTION_TYPE(info)	  ((u32)(info) >> 8 & 7)

#define TF_BYTE	   1 /* of the RFLAGS that PUSHF pushes */
#define TF_IN_BYTE 0x01

static void write_primary(struct vcpu_debug *debug, bool trap_flag)
{
	struct controls *controls = &debug->vcpu->controls;

	controls->primary &= ~(u32)PRIMARY_MONITOR_TRAP_FLAG;
	if (trap_flag) {
		controls->primary |= PRIMARY_MONITOR_TRAP_FLAG;
	}
	vmcs_write(PRIMARY_CONTROLS, controls->primary);
}

/*
 * With TF set and blocking by STI or MOV SS an entry wants BS pending, and the
 * #DB would come before the instruction: the blocking ends instead.
 */
static void arm_tf(struct vcpu_step *step)
{
	u64 rflags = vmcs_read(GUEST_RFLAGS);

	step->own_tf = (rflags & RFLAGS_TF) != 0;
	vmcs_write(GUEST_RFLAGS, rflags | RFLAGS_TF);
	vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
		   vmcs_read(GUEST_INTERRUPTIBILITY_STATE) &
			   ~BLOCKING_BY_STI_OR_MOV_SS);
}

static void arm_exceptions(struct vcpu_step *step)
{
	step->bitmap = vmcs_read(EXCEPTION_BITMAP);
	step->mask = vmcs_read(PAGE_FAULT_ERROR_CODE_MASK);
	step->match = vmcs_read(PAGE_FAULT_ERROR_CODE_MATCH);
	vmcs_write(EXCEPTION_BITMAP, UINT32_MAX);
	vmcs_write(PAGE_FAULT_ERROR_CODE_MASK, 0);
	vmcs_write(PAGE_FAULT_ERROR_CODE_MATCH, 0);
}

static void disarm_exceptions(const struct vcpu_step *step)
{
	vmcs_write(EXCEPTION_BITMAP, step->bitmap);
	vmcs_write(PAGE_FAULT_ERROR_CODE_MASK, step->mask);
	vmcs_write(PAGE_FAULT_ERROR_CODE_MATCH, step->match);
}

static enum vcpu_step_way way_of(const struct vcpu_debug *debug)
{
	const struct vcpu_code *code = &debug->step.code;

	if (debug->monitor_trap_flag) {
		return VCPU_STEP_TRAP_FLAG;
	}
	if (!debug->has_timer) {
		return VCPU_STEP_TF;
	}
	if (!vcpu_event_waits() && code->kind == VCPU_CODE_INTERRUPT) {
		vcpu_event_software(code->type, code->vector, code->length);
	}
	return vcpu_event_waits() ? VCPU_STEP_DELIVERY
				  : VCPU_STEP_TF_AND_EXCEPTIONS;
}

void vcpu_step_arm(struct vcpu_debug *debug)
{
	struct vcpu_step *step = &debug->step;

	step->pending = true;
	step->rip = vmcs_read(GUEST_RIP);
	step->code = vcpu_code_at_rip(debug);
	step->own_tf = false;
	step->way = way_of(debug);
	switch (step->way) {
	case VCPU_STEP_TRAP_FLAG:
		write_primary(debug, true);
		break;
	case VCPU_STEP_TF_AND_EXCEPTIONS:
		arm_exceptions(step);
		arm_tf(step);
		break;
	case VCPU_STEP_TF:
		arm_tf(step);
		break;
	case VCPU_STEP_DELIVERY:
		step->timer = vmcs_read(VMX_PREEMPTION_TIMER_VALUE);
		vmcs_write(VMX_PREEMPTION_TIMER_VALUE, 0);
		break;
	}
}

static void hide_pushed_flag(const struct vcpu_debug *debug)
{
	u64 place = vmcs_read(GUEST_RSP) + TF_BYTE;
	u8 byte;

	if ((vmcs_read(GUEST_CS_ACCESS_RIGHTS) & ACCESS_RIGHTS_L) == 0) {
		place = (u32)(place + vmcs_read(GUEST_SS_BASE));
	}
	if (vcpu_debug_read(debug, place, &byte, 1)) {
		byte &= (u8)~TF_IN_BYTE;
		(void)vcpu_debug_write(debug, place, &byte, 1);
	}
}

static void disarm_tf(struct vcpu_debug *debug)
{
	const struct vcpu_step *step = &debug->step;
	bool moved = vmcs_read(GUEST_RIP) != step->rip;

	if (step->own_tf) {
		return;
	}
	if (moved && step->code.kind == VCPU_CODE_PUSHF) {
		hide_pushed_flag(debug);
	}
	if (moved && step->code.kind == VCPU_CODE_SYSCALL) {
		debug->vcpu->registers.r11 &= ~RFLAGS_TF;
	}
	if (!moved || step->code.kind != VCPU_CODE_LOADS_FLAGS) {
		vmcs_write(GUEST_RFLAGS, vmcs_read(GUEST_RFLAGS) & ~RFLAGS_TF);
	}
	vmcs_write(GUEST_PENDING_DEBUG_EXCEPTIONS,
		   vmcs_read(GUEST_PENDING_DEBUG_EXCEPTIONS) & ~PENDING_BS);
}

void vcpu_step_disarm(struct vcpu_debug *debug)
{
	const struct vcpu_step *step = &debug->step;

	if (!step->pending) {
		return;
	}
	switch (step->way) {
	case VCPU_STEP_TRAP_FLAG:
		write_primary(debug, false);
		break;
	case VCPU_STEP_TF_AND_EXCEPTIONS:
		disarm_exceptions(step);
		disarm_tf(debug);
		break;
	case VCPU_STEP_TF:
		disarm_tf(debug);
		break;
	case VCPU_STEP_DELIVERY:
		vmcs_write(VMX_PREEMPTION_TIMER_VALUE, step->timer);
		break;
	}
}

/* "Exception Bitmap": for page faults the error code has a say. */
static bool exits_anyway(u32 vector)
{
	bool exits = (vmcs_read(EXCEPTION_BITMAP) & BIT(vector)) != 0;
	u64 code = vmcs_read(VM_EXIT_INTERRUPTION_ERROR_CODE);

	if (vector == VECTOR_PAGE_FAULT &&
	    (code & vmcs_read(PAGE_FAULT_ERROR_CODE_MASK)) !=
		    vmcs_read(PAGE_FAULT_ERROR_CODE_MATCH)) {
		return !exits;
	}
	return exits;
}

/* A page fault that exits has not changed CR2. */
bool vcpu_step_takes_exception(struct vcpu_debug *debug)
{
	u64 information = vmcs_read(VM_EXIT_INTERRUPTION_INFO);
	u32 vector = INTERRUPTION_VECTOR(information);

	if (!debug->step.pending ||
	    debug->step.way != VCPU_STEP_TF_AND_EXCEPTIONS ||
	    INTERRUPTION_TYPE(information) == VCPU_EVENT_NMI ||
	    exits_anyway(vector)) {
		return false;
	}
	if (vector == VECTOR_PAGE_FAULT) {
		write_cr2(vmcs_read(EXIT_QUALIFICATION));
	}
	vcpu_event_give_back();
	return true;
}

bool vcpu_step_ends_by_timer(const struct vcpu_debug *debug)
{
	return debug->step.pending && debug->step.way == VCPU_STEP_DELIVERY;
}

bool vcpu_step_is_over(const struct vcpu_debug *debug)
{
	return debug->step.pending && vmcs_read(GUEST_RIP) != debug->step.rip;
}
