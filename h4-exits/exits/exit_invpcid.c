#include "exits/exit_invpcid.h"
#include "cpu/guest_control.h"
#include "cpu/registers.h"
#include "exits/guest_access.h"
#include "exits/memory_operand.h"
#include "vmcs.h"

/* SDM: "VM-Exit Instruction Information", of INVPCID. */
#define INFO_TYPE_REGISTER(info) ((unsigned int)((info) >> 28 & 0xf))

enum invpcid_type {
	INVPCID_INDIVIDUAL_ADDRESS,
	INVPCID_SINGLE_CONTEXT,
	INVPCID_ALL_AND_GLOBALS,
	INVPCID_ALL,
	INVPCID_TYPES,
};

#define PCID_BITS 0xfffull

/* Would the CPU take this descriptor? */
static bool is_valid(u64 type, u64 pcid, u64 address, u64 cr4)
{
	if ((pcid & ~PCID_BITS) != 0) {
		return false;
	}
	if (type <= INVPCID_SINGLE_CONTEXT && pcid != 0 &&
	    (cr4 & CR4_PCIDE) == 0) {
		return false;
	}
	return type != INVPCID_INDIVIDUAL_ADDRESS ||
	       guest_walk_is_canonical(address, GUEST_LINEAR_BITS);
}

/* Of what it need not forget, a CPU may forget more than it is told to. */
struct answer exit_invpcid(struct guest_cpu *cpu)
{
	u64 info = vmcs_read(VM_EXIT_INSTRUCTION_INFO);
	u64 type = vcpu_register(&cpu->vcpu.vcpu, INFO_TYPE_REGISTER(info));
	struct memory_operand operand =
		memory_operand_decode(cpu, info, vmcs_read(EXIT_QUALIFICATION));
	struct guest_accessor accessor;
	u64 pcid, address;

	guest_access_begin(&accessor, cpu);
	if (accessor.mode != GUEST_MODE_64_BIT) {
		type = (u32)type;
	}
	if (type >= INVPCID_TYPES) {
		return answer_general_protection();
	}
	if (!guest_access_read(&accessor, operand.segment, operand.offset, 8,
			       &pcid) ||
	    !guest_access_read(&accessor, operand.segment, operand.offset + 8,
			       8, &address)) {
		return guest_access_answer(&accessor);
	}
	if (!is_valid(type, pcid, address,
		      guest_access_paging(&accessor)->cr4)) {
		return answer_general_protection();
	}
	guest_control_forget_translations(cpu);
	return answer_done();
}
