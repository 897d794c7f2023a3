#include "exits/emulate.h"
#include "access_rights.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "decode/decode.h"
#include "decode/execute.h"
#include "decode/instruction_print.h"
#include "exits/guest_access.h"
#include "guest_events.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "machine/machine.h"
#include "vmcs.h"

static bool read_memory(void *context, enum segment_register segment,
			u64 offset, unsigned int size, u64 *value)
{
	return guest_access_read(context, segment, offset, size, value);
}

static bool write_memory(void *context, enum segment_register segment,
			 u64 offset, unsigned int size, u64 value)
{
	return guest_access_write(context, segment, offset, size, value);
}

static u8 stack_size(const struct guest_accessor *accessor)
{
	if (accessor->mode == GUEST_MODE_64_BIT) {
		return 8;
	}
	return (vmcs_read(GUEST_SS_ACCESS_RIGHTS) & ACCESS_RIGHTS_DB) != 0 ? 4
									   : 2;
}

/* Says what the guest wanted, for the report that follows. */
static struct answer not_ours(const u8 *bytes, unsigned int count)
{
	printk("The instruction at RIP:");
	for (unsigned int i = 0; i < count; i++) {
		printk(" %02x", bytes[i]);
	}
	printk("\n");
	return answer_stop("it accesses a device with an instruction that is "
			   "not emulated");
}

static void take_registers(struct guest_cpu *cpu,
			   const struct guest_accessor *accessor,
			   struct execute_cpu *execute)
{
	memcpy(execute->registers, guest_cpu_registers(cpu)->by_number,
	       sizeof(execute->registers));
	execute->registers[REGISTER_RSP] = vmcs_read(GUEST_RSP);
	execute->rflags = accessor->paging.rflags;
	execute->rip = vmcs_read(GUEST_RIP);
	execute->stack_size = stack_size(accessor);
}

static void give_registers(struct guest_cpu *cpu,
			   const struct execute_cpu *execute)
{
	memcpy(guest_cpu_registers(cpu)->by_number, execute->registers,
	       sizeof(execute->registers));
	vmcs_write(GUEST_RSP, execute->registers[REGISTER_RSP]);
	vmcs_write(GUEST_RFLAGS, execute->rflags);
}

static struct answer execute(struct guest_accessor *accessor,
			     const struct instruction *instruction)
{
	struct guest_cpu *cpu = accessor->cpu;
	struct execute_memory memory = {read_memory, write_memory, accessor};
	struct execute_cpu state;

	take_registers(cpu, accessor, &state);
	switch (execute_instruction(instruction, &memory, &state)) {
	case EXECUTE_FAULT:
		return guest_access_answer(accessor);
	case EXECUTE_AGAIN:
		give_registers(cpu, &state);
		vcpu_finish_iteration();
		return answer_resume();
	case EXECUTE_DONE:
		break;
	}
	give_registers(cpu, &state);
	vcpu_skip_bytes(instruction->length);
	return answer_resume();
}

struct answer emulate_access(struct guest_cpu *cpu)
{
	u8 bytes[INSTRUCTION_LENGTH_MAX];
	struct guest_accessor accessor;
	struct instruction instruction;
	unsigned int count;

	guest_access_begin(&accessor, cpu);
	count = guest_access_fetch(&accessor, bytes);
	if (count == 0) {
		return guest_access_answer(&accessor);
	}
	switch (decode_instruction(bytes, count,
				   guest_access_code_size(&accessor),
				   &instruction)) {
	case DECODE_DONE:
		return execute(&accessor, &instruction);
	case DECODE_TOO_LONG:
		return answer_general_protection();
	case DECODE_UNDEFINED:
		return answer_exception(VECTOR_INVALID_OPCODE);
	case DECODE_MORE_BYTES:
		/* The fetch of the rest faults. */
		return guest_access_answer(&accessor);
	case DECODE_NOT_OURS:
		break;
	}
	return not_ours(bytes, count);
}

struct answer emulate_fetch(struct guest_cpu *cpu, u64 gpa)
{
	if (bus_find(&cpu->machine->mmio, gpa) != NULL) {
		return answer_stop("it executes a device's memory");
	}
	return answer_exception(VECTOR_INVALID_OPCODE);
}
