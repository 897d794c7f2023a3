#include "guest_report.h"
#include "ept_violation.h"
#include "exit_print.h"
#include "lib/printk.h"
#include "machine/machine.h"
#include "vmcs.h"

static enum kernel_status report_own_end(const struct machine_end *end)
{
	switch (end->kind) {
	case MACHINE_EXITED:
		printk("The guest has ended itself with %u\n", end->value);
		return end->value == 0 ? KERNEL_SUCCESS : KERNEL_FAILURE;
	case MACHINE_RESET:
		printk("The guest has asked for a reset of its machine\n");
		return KERNEL_FAILURE;
	case MACHINE_TIME_UP:
		printk("The guest's time is up\n");
		return KERNEL_FAILURE;
	default:
		printk("The guest has switched its machine off\n");
		return KERNEL_SUCCESS;
	}
}

static void report_violation(const struct guest_cpu *cpu)
{
	struct ept_violation violation;
	gpa_t gpa = vmcs_read(GUEST_PHYSICAL_ADDRESS);
	char text[160];

	violation = ept_violation_decode(vmcs_read(EXIT_QUALIFICATION));
	ept_violation_describe(&violation, gpa, text, sizeof(text));
	printk("%s; guest RAM ends at %#lx\n", text, cpu->machine->memory.size);
}

static enum kernel_status report_stop(const struct guest_cpu *cpu,
				      const struct guest_end *end)
{
	exit_print(end->last);
	if (vcpu_basic_reason(end->last) == EXIT_EPT_VIOLATION) {
		report_violation(cpu);
	}
	exit_print_guest(&cpu->vcpu.vcpu);
	printk("The guest has been stopped: %s\n", stop_reason_text(end->why));
	return KERNEL_FAILURE;
}

void guest_report_exits(const struct guest_cpu *cpu, const char *of)
{
	printk_begin();
	printk("Exits%s:", of);
	for (u32 i = 0; i < EXIT_REASON_COUNT; i++) {
		if (cpu->exits[i] != 0) {
			printk(" %s %lu", exit_reason_name(i), cpu->exits[i]);
		}
	}
	printk("\n");
	printk_end();
}

void guest_report_memory(const struct guest_memory *memory)
{
	printk("Guest RAM: %lu KiB, of which %lu KiB have backing\n",
	       memory->size / 1024, memory->populated / 1024);
}

enum kernel_status guest_report_end(const struct guest_cpu *cpu,
				    const struct guest_end *end)
{
	switch (end->kind) {
	case GUEST_HALTED:
		printk("HLT - guest is halting\n");
		printk("VM exited successfully!\n");
		return KERNEL_SUCCESS;
	case GUEST_ENDED_ITSELF:
		return report_own_end(&cpu->machine->end);
	default:
		return report_stop(cpu, end);
	}
}

enum kernel_status guest_report(const struct guest_cpu *cpu,
				const struct guest_end *end)
{
	enum kernel_status status = guest_report_end(cpu, end);

	guest_report_exits(cpu, "");
	guest_report_memory(&cpu->machine->memory);
	return status;
}
