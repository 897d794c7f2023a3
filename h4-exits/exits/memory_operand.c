#include "exits/memory_operand.h"
#include "decode/instruction.h"
#include "exits/instruction_information.h"

/* 2, 4 or 8 bytes; the encoding of 16 is not used. */
static u64 address_mask(u64 info)
{
	return size_mask((unsigned int)min_u64(INFO_ADDRESS_SIZE(info), 8));
}

struct memory_operand memory_operand_decode(const struct guest_cpu *cpu,
					    u64 info, u64 displacement)
{
	const struct vcpu *vcpu = &cpu->vcpu.vcpu;
	u64 offset = displacement;

	if ((info & INFO_BASE_INVALID) == 0) {
		offset += vcpu_register(vcpu, INFO_BASE(info));
	}
	if ((info & INFO_INDEX_INVALID) == 0) {
		offset += vcpu_register(vcpu, INFO_INDEX(info))
			  << INFO_SCALE_SHIFT(info);
	}
	return (struct memory_operand){
		.segment = INFO_SEGMENT(info),
		.offset = offset & address_mask(info),
	};
}
