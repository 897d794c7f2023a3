/*
 * IN and OUT; INS and OUTS are string_io.c's.
 */
#include "exits/exit_table.h"
#include "exits/io_qualification.h"
#include "exits/string_io.h"
#include "machine/machine.h"
#include "vmcs.h"

/* A 4-byte result clears the upper half of RAX, a shorter one leaves it. */
static void merge(u64 *rax, u64 value, unsigned int size)
{
	switch (size) {
	case 1:
		*rax = (*rax & ~0xffull) | (u8)value;
		break;
	case 2:
		*rax = (*rax & ~0xffffull) | (u16)value;
		break;
	default:
		*rax = (u32)value;
	}
}

/* Apart, as most accesses of a guest's are output: it keeps their way short. */
RARELY static struct answer input(struct guest_cpu *cpu, u64 qualification)
{
	unsigned int size = IO_SIZE(qualification);
	u64 value;

	machine_before_access(cpu->machine);
	(void)bus_read(&cpu->machine->ports, IO_PORT(qualification), size,
		       &value);
	merge(&guest_cpu_registers(cpu)->rax, value, size);
	guest_cpu_after_access(cpu);
	return answer_done();
}

struct answer exit_io(struct guest_cpu *cpu)
{
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);

	if ((qualification & IO_STRING) != 0) {
		return string_io(cpu, qualification);
	}
	if ((qualification & IO_IN) != 0) {
		return input(cpu, qualification);
	}
	machine_before_access(cpu->machine);
	(void)bus_write(&cpu->machine->ports, IO_PORT(qualification),
			IO_SIZE(qualification), guest_cpu_registers(cpu)->rax);
	guest_cpu_after_access(cpu);
	return answer_done();
}
