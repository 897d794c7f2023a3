#include "debug/vcpu_dr.h"
#include "access_rights.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "debug/vcpu_event.h"
#include "debug/vcpu_thread.h"
#include "vmcs.h"

/* "Exit Qualification for MOV DR". */
#define MOVE_NUMBER   7u
#define MOVE_FROM_DR  BIT(4)
#define MOVE_REGISTER 8 /* shift; four bits */

#define NUMBER_DR6 6
#define NUMBER_DR7 7

/* What a guest may set; DR7 without bits 15, 14 and 12. */
#define DR6_WRITABLE 0xe00full
#define DR7_WRITABLE 0xffff2fffull

static bool is_64_bit(void)
{
	return (vmcs_read(GUEST_CS_ACCESS_RIGHTS) & ACCESS_RIGHTS_L) != 0;
}

static u64 read_general(struct vcpu_debug *debug, unsigned int number)
{
	const u64 *place = vcpu_thread_general(&debug->vcpu->registers, number);

	return place != NULL ? *place : vmcs_read(GUEST_RSP);
}

static void write_general(struct vcpu_debug *debug, unsigned int number,
			  u64 value)
{
	u64 *place = vcpu_thread_general(&debug->vcpu->registers, number);

	if (place != NULL) {
		*place = value;
	} else {
		vmcs_write(GUEST_RSP, value);
	}
}

/*
 * The exit comes before the exceptions of MOV DR: "Instructions That Cause VM
 * Exits Conditionally". True: the guest gets one of them.
 */
static bool move_is_refused(struct vcpu_debug *debug, unsigned int number,
			    bool to_dr, u64 value)
{
	bool upper = is_64_bit() && value > UINT32_MAX;

	if (number >= 4 && number < NUMBER_DR6 &&
	    (vmcs_read(GUEST_CR4) & CR4_DE) != 0) {
		vcpu_event_exception(VECTOR_INVALID_OPCODE,
				     VCPU_EVENT_NO_ERROR_CODE);
		return true;
	}
	if (ACCESS_RIGHTS_DPL(vmcs_read(GUEST_SS_ACCESS_RIGHTS)) != 0 ||
	    (to_dr && number >= 4 && upper)) {
		vcpu_event_exception(VECTOR_GENERAL_PROTECTION, 0);
		return true;
	}
	if ((debug->own.dr7 & DR7_GD) != 0) {
		debug->own_dr6 |= DR6_BD;
		debug->own.dr7 &= ~DR7_GD;
		vcpu_event_exception(VECTOR_DEBUG, VCPU_EVENT_NO_ERROR_CODE);
		return true;
	}
	return false;
}

/* DR4 and DR5 are other names of DR6 and DR7. */
static u64 read_own(const struct vcpu_debug *debug, unsigned int number)
{
	if (number < DEBUG_REGISTERS_COUNT) {
		return debug->own.address[number];
	}
	return number % 2 == 0 ? debug->own_dr6 : debug->own.dr7;
}

static void write_own(struct vcpu_debug *debug, unsigned int number, u64 value)
{
	if (number < DEBUG_REGISTERS_COUNT) {
		debug->own.address[number] = value;
	} else if (number % 2 == 0) {
		debug->own_dr6 = (value & DR6_WRITABLE) | DR6_INITIAL;
	} else {
		debug->own.dr7 = (value & DR7_WRITABLE) | DR7_FIXED;
	}
}

void vcpu_dr_move(struct vcpu_debug *debug)
{
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);
	unsigned int number = qualification & MOVE_NUMBER;
	unsigned int general = qualification >> MOVE_REGISTER & 0xf;
	bool to_dr = (qualification & MOVE_FROM_DR) == 0;
	u64 value = read_general(debug, general);

	if (move_is_refused(debug, number, to_dr, value)) {
		return;
	}
	if (to_dr) {
		write_own(debug, number, is_64_bit() ? value : (u32)value);
	} else {
		value = read_own(debug, number);
		write_general(debug, general, is_64_bit() ? value : (u32)value);
	}
	vcpu_skip_instruction();
}

u64 vcpu_dr_own_part(const struct vcpu_debug *debug, u64 qualification)
{
	u64 own = (qualification & (DR6_BD | DR6_BS)) |
		  debug_registers_second(&debug->joined, qualification);

	if (debug->step.pending && !debug->step.own_tf) {
		own &= ~DR6_BS;
	}
	return own;
}

/* The delivery of a #DB clears DR7.GD; what INT1 makes has no cause. */
void vcpu_dr_reflect(struct vcpu_debug *debug, u64 causes)
{
	debug->own_dr6 &= ~DR6_PLACES;
	debug->own_dr6 |= causes;
	debug->own.dr7 &= ~DR7_GD;
	vcpu_event_give_back();
}
