#include "exits/exit_random.h"
#include "cpu/guest_cpu.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "exits/operand_size.h"
#include "vmcs.h"

/* SDM: "VM-Exit Instruction Information", of RDRAND and RDSEED. */
#define INFO_REGISTER(info) ((u8)((info) >> 3 & 0xf))

#define FLAGS \
	(RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF)

/* CF tells whether there was a number; without one the register is 0. */
static struct answer give(struct guest_cpu *cpu, bool carry, u64 number)
{
	struct vcpu *vcpu = &cpu->vcpu.vcpu;
	u64 info = vmcs_read(VM_EXIT_INSTRUCTION_INFO);
	struct guest_accessor accessor;
	unsigned int size;
	u8 destination = INFO_REGISTER(info);
	u64 value = vcpu_register(vcpu, destination);

	guest_access_begin(&accessor, cpu);
	size = operand_size_of(&accessor);
	if (size == 0) {
		return guest_access_answer(&accessor);
	}
	if (size == sizeof(u16)) {
		value = (value & ~0xffffull) | (number & 0xffff);
	} else {
		value = number & size_mask(size);
	}
	vcpu_register_set(vcpu, destination, value);
	vmcs_write(GUEST_RFLAGS, (vmcs_read(GUEST_RFLAGS) & ~FLAGS) |
					 (carry ? RFLAGS_CF : 0));
	return answer_done();
}

struct answer exit_rdrand(struct guest_cpu *cpu)
{
	u64 number = 0;
	bool carry = rdrand(&number);

	return give(cpu, carry, number);
}

struct answer exit_rdseed(struct guest_cpu *cpu)
{
	u64 number = 0;
	bool carry = rdseed(&number);

	return give(cpu, carry, number);
}
