#include "exits/string_io.h"
#include "cpu/registers.h"
#include "exits/guest_access.h"
#include "exits/instruction_information.h"
#include "exits/io_qualification.h"
#include "machine/machine.h"
#include "vmcs.h"

#define ITERATIONS_MAX 256u

struct string_operation {
	bool input;
	bool repeated;
	u16 port;
	unsigned int size;	   /* of an element: 1, 2 or 4 */
	unsigned int address_size; /* 2, 4 or 8 */
	enum segment_register segment;
};

/* The part of a register that the address size reaches. */
static u64 part_of(u64 value, unsigned int address_size)
{
	return address_size == 8 ? value : value & (BIT(8 * address_size) - 1);
}

static void set_part(u64 *reg, unsigned int address_size, u64 value)
{
	if (address_size == 2) {
		*reg = (*reg & ~0xffffull) | (value & 0xffff);
	} else {
		*reg = part_of(value, address_size);
	}
}

static struct string_operation describe(u64 qualification)
{
	u64 info = vmcs_read(VM_EXIT_INSTRUCTION_INFO);
	bool input = (qualification & IO_IN) != 0;

	return (struct string_operation){
		.input = input,
		.repeated = (qualification & IO_REP) != 0,
		.port = IO_PORT(qualification),
		.size = IO_SIZE(qualification),
		.address_size = INFO_ADDRESS_SIZE(info),
		.segment = input ? SEGMENT_ES : INFO_SEGMENT(info),
	};
}

/* INS has the byte only once it is known that there is a place for it. */
static bool transfer(struct guest_accessor *accessor,
		     const struct string_operation *op, u64 offset)
{
	struct machine *machine = accessor->cpu->machine;
	u64 value;

	if (!op->input) {
		if (!guest_access_read(accessor, op->segment, offset, op->size,
				       &value)) {
			return false;
		}
		(void)bus_write(&machine->ports, op->port, op->size, value);
		return true;
	}
	if (!guest_access_may_write(accessor, op->segment, offset, op->size)) {
		return false;
	}
	(void)bus_read(&machine->ports, op->port, op->size, &value);
	return guest_access_write(accessor, op->segment, offset, op->size,
				  value);
}

/* With TF every iteration is a step, and an interrupt may come after each. */
static unsigned int iterations_allowed(void)
{
	return (vmcs_read(GUEST_RFLAGS) & RFLAGS_TF) != 0 ? 1 : ITERATIONS_MAX;
}

/*
 * With RF, as between two iterations in the CPU: an instruction breakpoint has
 * hit before the first one. SDM: "Instruction-Breakpoint Exception
 * Condition".
 */
static struct answer go_on_later(void)
{
	vmcs_write(GUEST_RFLAGS, vmcs_read(GUEST_RFLAGS) | RFLAGS_RF);
	vcpu_finish_iteration();
	return answer_resume();
}

struct answer string_io(struct guest_cpu *cpu, u64 qualification)
{
	union vcpu_registers *r = guest_cpu_registers(cpu);
	struct string_operation op = describe(qualification);
	u64 *index = op.input ? &r->rdi : &r->rsi;
	bool down = (vmcs_read(GUEST_RFLAGS) & RFLAGS_DF) != 0;
	u64 step = down ? -(u64)op.size : op.size;
	u64 left = op.repeated ? part_of(r->rcx, op.address_size) : 1;
	unsigned int allowed = iterations_allowed();
	struct guest_accessor accessor;

	guest_access_begin(&accessor, cpu);
	machine_before_access(cpu->machine);
	while (left > 0 && cpu->machine->end.kind == MACHINE_RUNS) {
		if (allowed-- == 0) {
			return go_on_later();
		}
		if (!transfer(&accessor, &op,
			      part_of(*index, op.address_size))) {
			return guest_access_answer(&accessor);
		}
		set_part(index, op.address_size, *index + step);
		left--;
		if (op.repeated) {
			set_part(&r->rcx, op.address_size, left);
		}
		guest_cpu_after_access(cpu);
	}
	return answer_done();
}
