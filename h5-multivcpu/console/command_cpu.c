#include "console/command_find.h"
#include "console/command_table.h"
#include "lib/parse.h"
#include "lib/printk.h"

static void print_stats(struct commander *commander,
			const struct monitor_vm *vm)
{
	const struct monitor_ops *ops = commander->ops;
	struct monitor_vcpu vcpu;
	char name[24];
	char cpu[12] = "-";

	for (u32 i = 0; i < vm->vcpus; i++) {
		if (!ops->vcpu(ops->context, vm->id, i, &vcpu)) {
			return;
		}
		format(name, sizeof(name), "%u.%u", vm->id, i);
		if (vcpu.cpu != MONITOR_NO_CPU) {
			format(cpu, sizeof(cpu), "%u", vcpu.cpu);
		} else {
			format(cpu, sizeof(cpu), "-");
		}
		command_print(commander, "%6s  %-9s %3s %12lu %8lu ms\n", name,
			      vcpu.state, cpu, vcpu.exits, vcpu.run_ms);
	}
}

static void print_stats_head(struct commander *commander)
{
	command_print(commander, "%6s  %-9s %3s %12s %11s\n", "VCPU", "STATE",
		      "CPU", "EXITS", "TIME");
}

static void print_cpus(struct commander *commander)
{
	const struct monitor_ops *ops = commander->ops;
	struct monitor_cpu cpu;

	command_print(commander, "%6s %11s %11s %11s %14s\n", "CPU", "RUNS",
		      "SWITCHES", "MIGRATIONS", "IDLE");
	for (u32 i = 0; ops->cpu(ops->context, i, &cpu); i++) {
		command_print(commander, "%6u %11lu %11lu %11lu %11lu ms\n", i,
			      cpu.runs, cpu.switches, cpu.migrations,
			      cpu.idle_ms);
	}
}

void command_cpu_stats(struct commander *commander,
		       const struct command_words *words)
{
	const struct monitor_ops *ops = commander->ops;
	struct monitor_vm vm;

	if (words->count == 0) {
		print_stats_head(commander);
		for (u32 i = 0; ops->vm(ops->context, i, &vm); i++) {
			print_stats(commander, &vm);
		}
		print_cpus(commander);
	} else if (command_find_vm(commander, words->word[0], &vm)) {
		print_stats_head(commander);
		print_stats(commander, &vm);
		command_print_result(commander, &vm,
				     ops->print_exits(ops->context, vm.id));
	}
}

void command_cpu_regs(struct commander *commander,
		      const struct command_words *words)
{
	const struct monitor_ops *ops = commander->ops;
	struct monitor_vm vm;
	u32 vcpu;

	if (command_find_vcpu(commander, words->word[0], &vm, &vcpu)) {
		command_print_result(
			commander, &vm,
			ops->print_registers(ops->context, vm.id, vcpu));
	}
}

void command_cpu_ept(struct commander *commander,
		     const struct command_words *words)
{
	const struct monitor_ops *ops = commander->ops;
	struct monitor_vm vm;
	struct error error;
	u64 gpa = 0;

	if (words->count > 1 && !parse_number(words->word[1], &gpa)) {
		command_print(commander,
			      "\"%s\" is no address: say 4096 or 0x1000\n",
			      words->word[1]);
	} else if (command_find_vm(commander, words->word[0], &vm)) {
		if (words->count > 1) {
			error = ops->print_ept_walk(ops->context, vm.id, gpa);
		} else {
			error = ops->print_ept(ops->context, vm.id);
		}
		command_print_result(commander, &vm, error);
	}
}

void command_cpu_vmcs(struct commander *commander,
		      const struct command_words *words)
{
	const struct monitor_ops *ops = commander->ops;
	const char *field = words->count > 1 ? words->word[1] : NULL;
	struct monitor_vm vm;
	u32 vcpu;

	if (command_find_vcpu(commander, words->word[0], &vm, &vcpu)) {
		command_print_result(
			commander, &vm,
			ops->print_vmcs(ops->context, vm.id, vcpu, field));
	}
}
