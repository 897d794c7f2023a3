#include "debug/vcpu_step.h"
#include "cpu/registers.h"
#include "vmcs.h"

/* "Guest Non-Register State": interruptibility state, pending exceptions. */
#define BLOCKING_BY_STI_OR_MOV_SS 3ull
#define PENDING_BS		  BIT(14)

/* Opcodes that save and load RFLAGS, and the prefixes before them. */
#define OPCODE_PUSHF 0x9c
#define OPCODE_POPF  0x9d
#define OPCODE_IRET  0xcf

#define INSTRUCTION_MAX 15
#define TF_BYTE		1 /* of the RFLAGS that PUSHF pushes */
#define TF_IN_BYTE	0x01

static bool is_prefix(u8 byte)
{
	return byte == 0x66 || byte == 0x67 || (byte & 0xf0) == 0x40;
}

/* The opcode at RIP if it is one byte, without its prefixes; 0: not known. */
static u8 opcode_at(struct vcpu_debug *debug, u64 rip)
{
	u8 byte;

	for (u64 i = 0; i < INSTRUCTION_MAX; i++) {
		if (!vcpu_debug_read(debug, rip + i, &byte, 1)) {
			return 0;
		}
		if (!is_prefix(byte)) {
			return byte;
		}
	}
	return 0;
}

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
static void arm_tf(struct vcpu_debug *debug)
{
	struct vcpu_step *step = &debug->step;
	u64 rflags = vmcs_read(GUEST_RFLAGS);
	u8 opcode = opcode_at(debug, step->rip);

	step->own_tf = (rflags & RFLAGS_TF) != 0;
	step->saves_flags = opcode == OPCODE_PUSHF;
	step->loads_flags = opcode == OPCODE_POPF || opcode == OPCODE_IRET;
	vmcs_write(GUEST_RFLAGS, rflags | RFLAGS_TF);
	vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
		   vmcs_read(GUEST_INTERRUPTIBILITY_STATE) &
			   ~BLOCKING_BY_STI_OR_MOV_SS);
}

void vcpu_step_arm(struct vcpu_debug *debug)
{
	debug->step.pending = true;
	debug->step.rip = vmcs_read(GUEST_RIP);
	arm_tf(debug);
	if (debug->monitor_trap_flag) {
		write_primary(debug, true);
	}
}

static void hide_pushed_flag(struct vcpu_debug *debug)
{
	u64 place = vmcs_read(GUEST_RSP) + TF_BYTE;
	u8 byte;

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
	if (moved && step->saves_flags) {
		hide_pushed_flag(debug);
	}
	if (!moved || !step->loads_flags) {
		vmcs_write(GUEST_RFLAGS, vmcs_read(GUEST_RFLAGS) & ~RFLAGS_TF);
	}
	vmcs_write(GUEST_PENDING_DEBUG_EXCEPTIONS,
		   vmcs_read(GUEST_PENDING_DEBUG_EXCEPTIONS) & ~PENDING_BS);
}

void vcpu_step_disarm(struct vcpu_debug *debug)
{
	if (!debug->step.pending) {
		return;
	}
	disarm_tf(debug);
	if (debug->monitor_trap_flag) {
		write_primary(debug, false);
	}
}

bool vcpu_step_is_over(const struct vcpu_debug *debug)
{
	return debug->step.pending && vmcs_read(GUEST_RIP) != debug->step.rip;
}
