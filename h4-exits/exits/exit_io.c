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

struct answer exit_io(struct guest_cpu *cpu)
{
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);
	u64 *rax = &guest_cpu_registers(cpu)->rax;
	unsigned int size = IO_SIZE(qualification);
	u16 port = IO_PORT(qualification);
	u64 value;

	if ((qualification & IO_STRING) != 0) {
		return string_io(cpu, qualification);
	}
	machine_before_access(cpu->machine);
	if ((qualification & IO_IN) != 0) {
		(void)bus_read(&cpu->machine->ports, port, size, &value);
		merge(rax, value, size);
	} else {
		(void)bus_write(&cpu->machine->ports, port, size, *rax);
	}
	guest_cpu_after_access(cpu);
	return answer_done();
}
