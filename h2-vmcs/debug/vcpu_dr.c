#include "debug/vcpu_dr.h"
#include "debug/vcpu_thread.h"
#include "vmcs.h"

/* "Exit Qualification for MOV DR". */
#define MOVE_NUMBER   7u
#define MOVE_FROM_DR  BIT(4)
#define MOVE_REGISTER 8 /* shift; four bits */
#define NUMBER_RSP    4

/* What a guest may set; DR7.GD would exit for it, and is kept out. */
#define DR6_WRITABLE 0xe00full
#define DR7_WRITABLE 0xffffdfffull

/* Access rights of CS: bit 13, L, a 64-bit code segment. */
#define ACCESS_RIGHTS_L BIT(13)

/* "Format of the VM-Exit Interruption-Information Field". */
#define INTERRUPTION_TYPE	     0x700u
#define INTERRUPTION_TYPE_PRIVILEGED 0x500u
#define INTERRUPTION_KEPT	     0x80000fffu

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

/* DR4 and DR5 are other names of DR6 and DR7, or a #UD that comes first. */
static u64 *own_register(struct vcpu_debug *debug, unsigned int number)
{
	if (number < DEBUG_REGISTERS_COUNT) {
		return &debug->own.address[number];
	}
	return number % 2 == 0 ? &debug->own_dr6 : &debug->own.dr7;
}

void vcpu_dr_move(struct vcpu_debug *debug)
{
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);
	unsigned int number = qualification & MOVE_NUMBER;
	unsigned int general = qualification >> MOVE_REGISTER & 0xf;
	u64 *own = own_register(debug, number);
	u64 value;

	if ((qualification & MOVE_FROM_DR) != 0) {
		write_general(debug, general, *own);
	} else {
		value = read_general(debug, general);
		if ((vmcs_read(GUEST_CS_ACCESS_RIGHTS) & ACCESS_RIGHTS_L) ==
		    0) {
			value = (u32)value;
		}
		if (own == &debug->own_dr6) {
			value = (value & DR6_WRITABLE) | DR6_INITIAL;
		} else if (own == &debug->own.dr7) {
			value = (value & DR7_WRITABLE) | DR7_FIXED;
		}
		*own = value;
	}
	vcpu_skip_instruction();
}

void vcpu_dr_reflect(struct vcpu_debug *debug, u64 qualification)
{
	u64 information = vmcs_read(VM_EXIT_INTERRUPTION_INFO);

	debug->own_dr6 &= ~DR6_PLACES;
	debug->own_dr6 |= qualification & (DR6_PLACES | DR6_BD | DR6_BS);
	if ((information & INTERRUPTION_TYPE) == INTERRUPTION_TYPE_PRIVILEGED) {
		vmcs_write(VM_ENTRY_INSTRUCTION_LENGTH,
			   vmcs_read(VM_EXIT_INSTRUCTION_LENGTH));
	}
	vmcs_write(VM_ENTRY_INTERRUPTION_INFO, information & INTERRUPTION_KEPT);
}
