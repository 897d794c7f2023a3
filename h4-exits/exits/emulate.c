#include "exits/emulate.h"
#include "access_rights.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "decode/decode.h"
#include "decode/execute.h"
#include "exits/guest_access.h"
#include "lib/printk.h"
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
RARELY static struct answer not_ours(const u8 *bytes, unsigned int count)
{
	printk("The instruction at RIP:");
	for (unsigned int i = 0; i < count; i++) {
		printk(" %02x", bytes[i]);
	}
	printk("\n");
	return answer_stop(STOP_NOT_EMULATED);
}

INLINED struct answer execute(struct guest_accessor *accessor,
			      const struct instruction *instruction)
{
	struct guest_cpu *cpu = accessor->cpu;
	struct execute_memory memory = {read_memory, write_memory, accessor};
	union vcpu_registers *registers = guest_cpu_registers(cpu);
	u64 rsp = vmcs_read(GUEST_RSP);
	u64 rflags = vmcs_read(GUEST_RFLAGS);
	struct execute_cpu state = {
		.registers = registers->by_number,
		.rflags = rflags,
		.rip = vmcs_read(GUEST_RIP),
		.stack_size = stack_size(accessor),
	};
	enum execute_result result;

	registers->rsp = rsp;
	machine_before_access(cpu->machine);
	result = execute_instruction(instruction, &memory, &state);
	if (result == EXECUTE_FAULT) {
		return guest_access_answer(accessor);
	}
	guest_cpu_after_access(cpu);
	if (registers->rsp != rsp) {
		vmcs_write(GUEST_RSP, registers->rsp);
	}
	if (((state.rflags ^ rflags) & ~RFLAGS_RF) != 0) {
		vmcs_write(GUEST_RFLAGS, state.rflags | (rflags & RFLAGS_RF));
	}
	if (result == EXECUTE_AGAIN) {
		vcpu_finish_iteration();
	} else {
		vcpu_go_on_at(state.rip, rflags);
	}
	return answer_resume();
}

static u64 eight_bytes(const u8 *bytes)
{
	u64 value;

	__builtin_memcpy(&value, bytes, sizeof(value));
	return value;
}

/* Without a loop, which would be longer than all the rest. */
static bool same_bytes(const u8 *a, const u8 *b)
{
	_Static_assert(INSTRUCTION_LENGTH_MAX + 1 == 16, "twice eight");
	return eight_bytes(a) == eight_bytes(b) &&
	       eight_bytes(a + 8) == eight_bytes(b + 8);
}

/*
 * Decodes, unless it is what was decoded last: a driver reads a register again
 * and again. What the decoder says depends on nothing but the bytes.
 */
INLINED enum decode_result decode(struct decoded *last, const u8 *bytes,
				  unsigned int count, enum code_size size)
{
	if (same_bytes(last->bytes, bytes) && last->count == count &&
	    last->code_size == size) {
		return DECODE_DONE;
	}
	last->count = 0;
	enum decode_result result =
		decode_instruction(bytes, count, size, &last->instruction);

	if (result == DECODE_DONE) {
		__builtin_memcpy(last->bytes, bytes, sizeof(last->bytes));
		last->count = count;
		last->code_size = size;
	}
	return result;
}

/* The instruction, of which there are count bytes, is not to be executed. */
RARELY static struct answer not_decoded(const struct guest_accessor *accessor,
					const u8 *bytes, unsigned int count,
					enum decode_result result)
{
	switch (result) {
	case DECODE_TOO_LONG:
		return answer_general_protection();
	case DECODE_UNDEFINED:
		return answer_exception(VECTOR_INVALID_OPCODE);
	case DECODE_MORE_BYTES:
		/* The fetch of the rest faults. */
		return guest_access_answer(accessor);
	default:
		return not_ours(bytes, count);
	}
}

/* accessor has begun. */
INLINED struct answer emulate(struct guest_cpu *cpu,
			      struct guest_accessor *accessor)
{
	u8 bytes[DECODE_BYTES_SIZE];
	unsigned int count = guest_access_fetch(accessor, bytes);
	enum decode_result result;

	if (count == 0) {
		return guest_access_answer(accessor);
	}
	result = decode(&cpu->decoded, bytes, count,
			guest_access_code_size(accessor));
	if (result != DECODE_DONE) {
		return not_decoded(accessor, bytes, count, result);
	}
	return execute(accessor, &cpu->decoded.instruction);
}

struct answer emulate_access(struct guest_cpu *cpu, gpa_t gpa, bool write)
{
	struct guest_accessor accessor;

	guest_access_begin_at(&accessor, cpu, gpa, write);
	return emulate(cpu, &accessor);
}

RARELY struct answer emulate_untold(struct guest_cpu *cpu)
{
	struct guest_accessor accessor;

	guest_access_begin(&accessor, cpu);
	return emulate(cpu, &accessor);
}

struct answer emulate_fetch(struct guest_cpu *cpu, gpa_t gpa)
{
	if (bus_find(cpu->devices, gpa) != NULL) {
		return answer_stop(STOP_EXECUTES_DEVICE);
	}
	return answer_exception(VECTOR_INVALID_OPCODE);
}
