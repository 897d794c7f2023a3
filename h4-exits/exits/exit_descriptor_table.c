#include "exits/exit_descriptor_table.h"
#include "exits/guest_access.h"
#include "exits/instruction_information.h"
#include "exits/memory_operand.h"
#include "exits/operand_size.h"
#include "machine/machine.h"
#include "memory/guest_system_descriptor.h"
#include "vmcs.h"

/* SDM: "VM-Exit Instruction Information", of these eight. */
#define INFO_IS_REGISTER	 BIT(10)
#define INFO_REGISTER(info)	 ((unsigned int)((info) >> 3 & 0xf))
#define INFO_LOADS(info)	 (((info) >> 28 & 2) != 0)
#define INFO_SECOND_OF_TWO(info) (((info) >> 28 & 1) != 0) /* IDTR, TR */

#define BASE_OF_16_BIT_OPERAND 0xffffffull

/* An access on its way. */
struct access {
	struct guest_accessor accessor;
	struct memory_operand operand;
	u64 info;
};

static struct access begin(struct guest_cpu *cpu)
{
	u64 info = vmcs_read(VM_EXIT_INSTRUCTION_INFO);
	struct access access = {
		.info = info,
		.operand = memory_operand_decode(cpu, info,
						 vmcs_read(EXIT_QUALIFICATION)),
	};

	guest_access_begin(&access.accessor, cpu);
	return access;
}

static unsigned int base_size(const struct access *access)
{
	return access->accessor.mode == GUEST_MODE_64_BIT ? 8 : 4;
}

/* Limit and base lie side by side, and both are written or none. */
static struct answer store(struct access *access, u64 limit, u64 base)
{
	const struct memory_operand *to = &access->operand;
	unsigned int size = base_size(access);

	if (!guest_access_may_write(&access->accessor, to->segment, to->offset,
				    sizeof(u16) + size) ||
	    !guest_access_write(&access->accessor, to->segment, to->offset,
				sizeof(u16), limit) ||
	    !guest_access_write(&access->accessor, to->segment,
				to->offset + sizeof(u16), size, base)) {
		return guest_access_answer(&access->accessor);
	}
	return answer_done();
}

static struct answer load(struct access *access, enum vmcs_field limit_field,
			  enum vmcs_field base_field)
{
	const struct memory_operand *from = &access->operand;
	unsigned int size = base_size(access);
	u64 limit, base;

	if (!guest_access_read(&access->accessor, from->segment, from->offset,
			       sizeof(u16), &limit) ||
	    !guest_access_read(&access->accessor, from->segment,
			       from->offset + sizeof(u16), size, &base)) {
		return guest_access_answer(&access->accessor);
	}
	if (size == 8 && !guest_walk_is_canonical(base, GUEST_LINEAR_BITS)) {
		return answer_general_protection();
	}
	if (size == 4) {
		switch (operand_size_of(&access->accessor)) {
		case 0:
			return guest_access_answer(&access->accessor);
		case 2:
			base &= BASE_OF_16_BIT_OPERAND;
		}
	}
	vmcs_write(limit_field, limit);
	vmcs_write(base_field, base);
	return answer_done();
}

struct answer exit_gdtr_idtr_access(struct guest_cpu *cpu)
{
	struct access access = begin(cpu);
	bool idtr = INFO_SECOND_OF_TWO(access.info);
	enum vmcs_field limit = idtr ? GUEST_IDTR_LIMIT : GUEST_GDTR_LIMIT;
	enum vmcs_field base = idtr ? GUEST_IDTR_BASE : GUEST_GDTR_BASE;

	if (INFO_LOADS(access.info)) {
		return load(&access, limit, base);
	}
	return store(&access, vmcs_read(limit), vmcs_read(base));
}

/* 16 bits leave the rest of the register as it is. */
static struct answer store_to_register(struct access *access, u16 selector)
{
	struct vcpu *vcpu = &access->accessor.cpu->vcpu.vcpu;
	unsigned int number = INFO_REGISTER(access->info);
	unsigned int size = operand_size_of(&access->accessor);
	u64 rest = vcpu_register(vcpu, number) & ~0xffffull;

	if (size == 0) {
		return guest_access_answer(&access->accessor);
	}
	vcpu_register_set(vcpu, number,
			  size == sizeof(u16) ? rest | selector : selector);
	return answer_done();
}

static struct answer store_selector(struct access *access, u16 selector)
{
	const struct memory_operand *to = &access->operand;

	if ((access->info & INFO_IS_REGISTER) != 0) {
		return store_to_register(access, selector);
	}
	return guest_access_write(&access->accessor, to->segment, to->offset,
				  sizeof(selector), selector)
		       ? answer_done()
		       : guest_access_answer(&access->accessor);
}

static bool read_selector(struct access *access, u64 *selector)
{
	if ((access->info & INFO_IS_REGISTER) != 0) {
		*selector = vcpu_register(&access->accessor.cpu->vcpu.vcpu,
					  INFO_REGISTER(access->info));
		return true;
	}
	return guest_access_read(&access->accessor, access->operand.segment,
				 access->operand.offset, sizeof(u16), selector);
}

static struct answer load_selector(struct access *access,
				   enum segment_register register_)
{
	const struct guest_gdt gdt = {
		.base = vmcs_read(GUEST_GDTR_BASE),
		.limit = (u16)vmcs_read(GUEST_GDTR_LIMIT),
	};
	struct guest_accessor *accessor = &access->accessor;
	struct segment segment;
	u64 selector;

	if (!read_selector(access, &selector) ||
	    !guest_system_descriptor_load(&accessor->cpu->machine->memory,
					  guest_access_paging(accessor), &gdt,
					  register_, (u16)selector, &segment,
					  &accessor->fault)) {
		return guest_access_answer(accessor);
	}
	segment_write_guest(register_, segment);
	return answer_done();
}

struct answer exit_ldtr_tr_access(struct guest_cpu *cpu)
{
	struct access access = begin(cpu);
	enum segment_register register_ =
		INFO_SECOND_OF_TWO(access.info) ? SEGMENT_TR : SEGMENT_LDTR;

	if (INFO_LOADS(access.info)) {
		return load_selector(&access, register_);
	}
	return store_selector(&access, segment_read_guest(register_).selector);
}
