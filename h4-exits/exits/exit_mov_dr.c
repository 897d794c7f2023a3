#include "exits/exit_mov_dr.h"
#include "access_rights.h"
#include "cpu/debug_registers.h"
#include "cpu/guest_cpu.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "vmcs.h"

/* SDM: "Exit Qualification for MOV DR". */
#define DR_NUMBER(q)   ((unsigned int)(q)&7)
#define DR_FROM	       BIT(4)
#define DR_REGISTER(q) ((unsigned int)((q) >> 8 & 0xf))

/* DR7 without bits 15, 14, 12 and 11, which read as 0. */
#define DR7_WRITABLE 0xffff27ffull
#define DR7_GD	     BIT(13) /* general detect: the next MOV DR is a #DB */

enum { DR4 = 4, DR5, DR6, DR7 };

static bool in_64_bit_code(void)
{
	return (vmcs_read(GUEST_CS_ACCESS_RIGHTS) & ACCESS_RIGHTS_L) != 0;
}

static u64 read(unsigned int number)
{
	switch (number) {
	case 0:
		return read_dr0();
	case 1:
		return read_dr1();
	case 2:
		return read_dr2();
	case 3:
		return read_dr3();
	case DR4:
	case DR6:
		return read_dr6();
	default:
		return vmcs_read(GUEST_DR7);
	}
}

static void write(unsigned int number, u64 value)
{
	switch (number) {
	case 0:
		write_dr0(value);
		break;
	case 1:
		write_dr1(value);
		break;
	case 2:
		write_dr2(value);
		break;
	case 3:
		write_dr3(value);
		break;
	case DR4:
	case DR6:
		write_dr6(value);
		break;
	default:
		vmcs_write(GUEST_DR7, (value & DR7_WRITABLE) | DR7_FIXED);
	}
}

/* A fault, unlike other debug exceptions, so that RF is pushed as 1. */
static struct answer general_detect(u64 dr7)
{
	write_dr6(read_dr6() | DR6_BD);
	vmcs_write(GUEST_DR7, dr7 & ~DR7_GD);
	vmcs_write(GUEST_RFLAGS, vmcs_read(GUEST_RFLAGS) | RFLAGS_RF);
	return answer_exception(VECTOR_DEBUG);
}

/*
 * The exit comes before the exceptions of MOV DR: SDM, "Instructions That
 * Cause VM Exits Conditionally". DR4 and DR5 are other names of DR6 and DR7.
 */
struct answer exit_mov_dr(struct guest_cpu *cpu)
{
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);
	unsigned int number = DR_NUMBER(qualification);
	unsigned int general = DR_REGISTER(qualification);
	bool from = (qualification & DR_FROM) != 0;
	u64 mask = in_64_bit_code() ? UINT64_MAX : UINT32_MAX;
	u64 value = vcpu_register(&cpu->vcpu.vcpu, general) & mask;
	u64 dr7 = vmcs_read(GUEST_DR7);

	if ((number == DR4 || number == DR5) &&
	    (vmcs_read(GUEST_CR4) & CR4_DE) != 0) {
		return answer_exception(VECTOR_INVALID_OPCODE);
	}
	if (guest_cpu_cpl() != 0) {
		return answer_general_protection();
	}
	if ((dr7 & DR7_GD) != 0) {
		return general_detect(dr7);
	}
	if (from) {
		vcpu_register_set(&cpu->vcpu.vcpu, general,
				  read(number) & mask);
	} else if (number >= DR4 && value > UINT32_MAX) {
		return answer_general_protection();
	} else {
		write(number, value);
	}
	return answer_done();
}
