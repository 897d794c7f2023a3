#include "console/command_find.h"
#include "console/command_table.h"
#include "lib/parse.h"
#include "lib/printk.h"
#include "lib/string.h"

/* How wide the names are, for a table. */
static int name_width(const struct monitor_ops *ops)
{
	struct monitor_vm vm;
	size_t width = strlen("NAME");

	for (u32 i = 0; ops->vm(ops->context, i, &vm); i++) {
		width = max_u64(width, strlen(vm.name));
	}
	return (int)width;
}

static void print_memory(struct commander *commander, u64 bytes)
{
	if (bytes != 0 && bytes < MIB(1)) {
		command_print(commander, "%7lu KiB", bytes / KIB(1));
	} else {
		command_print(commander, "%7lu MiB", bytes / MIB(1));
	}
}

/* "Running@1 Blocked": with the host CPU for those that are on one. */
static void print_vcpus(struct commander *commander,
			const struct monitor_vm *vm)
{
	const struct monitor_ops *ops = commander->ops;
	struct monitor_vcpu vcpu;

	for (u32 i = 0; i < vm->vcpus; i++) {
		if (!ops->vcpu(ops->context, vm->id, i, &vcpu)) {
			break;
		}
		command_print(commander, " %s", vcpu.state);
		if (vcpu.cpu != MONITOR_NO_CPU) {
			command_print(commander, "@%u", vcpu.cpu);
		}
	}
	command_print(commander, "\n");
}

static u64 exits_of(const struct monitor_ops *ops, const struct monitor_vm *vm)
{
	struct monitor_vcpu vcpu;
	u64 exits = 0;

	for (u32 i = 0; i < vm->vcpus; i++) {
		if (ops->vcpu(ops->context, vm->id, i, &vcpu)) {
			exits += vcpu.exits;
		}
	}
	return exits;
}

void command_vm_list(struct commander *commander,
		     const struct command_words *words)
{
	const struct monitor_ops *ops = commander->ops;
	int width = name_width(ops);
	struct monitor_vm vm;

	(void)words;
	command_print(commander, "%4s  %-*s  %-9s %11s %10s  %s\n", "ID", width,
		      "NAME", "STATE", "MEMORY", "EXITS", "VCPUS");
	for (u32 i = 0; ops->vm(ops->context, i, &vm); i++) {
		command_print(commander, "%4u  %-*s  %-9s ", vm.id, width,
			      vm.name, vm.state);
		print_memory(commander, vm.memory);
		command_print(commander, " %10lu ", exits_of(ops, &vm));
		print_vcpus(commander, &vm);
	}
}

/* Says what has become of it. */
static void print_state(struct commander *commander, struct monitor_vm *vm)
{
	struct monitor_vm now;

	command_print_vm(commander, vm);
	if (command_vm_of_id(commander->ops, vm->id, &now)) {
		command_print(commander, " is %s\n", now.state);
	} else {
		command_print(commander, " is no more\n");
	}
}

static void move(struct commander *commander, const struct command_words *words,
		 struct error (*begin)(void *context, u32 id))
{
	struct monitor_vm vm;

	if (command_find_vm(commander, words->word[0], &vm)) {
		struct error error = begin(commander->ops->context, vm.id);

		command_print_result(commander, &vm, error);
		if (!failed(error)) {
			print_state(commander, &vm);
		}
	}
}

void command_vm_start(struct commander *commander,
		      const struct command_words *words)
{
	move(commander, words, commander->ops->start);
}

void command_vm_stop(struct commander *commander,
		     const struct command_words *words)
{
	move(commander, words, commander->ops->stop);
}

void command_vm_suspend(struct commander *commander,
			const struct command_words *words)
{
	move(commander, words, commander->ops->suspend);
}

void command_vm_resume(struct commander *commander,
		       const struct command_words *words)
{
	move(commander, words, commander->ops->resume);
}

void command_vm_reset(struct commander *commander,
		      const struct command_words *words)
{
	move(commander, words, commander->ops->reset);
}

void command_vm_destroy(struct commander *commander,
			const struct command_words *words)
{
	move(commander, words, commander->ops->destroy);
}

void command_vm_show(struct commander *commander,
		     const struct command_words *words)
{
	const struct monitor_ops *ops = commander->ops;
	struct monitor_vm vm;

	if (command_find_vm(commander, words->word[0], &vm)) {
		command_print_result(
			commander, &vm,
			ops->print_description(ops->context, vm.id));
	}
}

void command_vm_interrupt(struct commander *commander,
			  const struct command_words *words)
{
	const struct monitor_ops *ops = commander->ops;
	struct monitor_vm vm;
	u64 line;

	if (!parse_number(words->word[1], &line)) {
		command_print(commander,
			      "\"%s\" is no interrupt line: say 5, for "
			      "instance\n",
			      words->word[1]);
	} else if (command_find_vm(commander, words->word[0], &vm)) {
		command_print_result(commander, &vm,
				     ops->interrupt(ops->context, vm.id, line));
	}
}

static bool is_same_word(const char *a, const char *b)
{
	while (*a != '\0' && ascii_lower(*a) == ascii_lower(*b)) {
		a++;
		b++;
	}
	return *a == *b;
}

static const char *find_state(struct commander *commander, const char *word)
{
	const char *const *states = commander->ops->states;

	for (u32 i = 0; states[i] != NULL; i++) {
		if (is_same_word(states[i], word)) {
			return states[i];
		}
	}
	command_print(commander, "there is no state \"%s\"; there are", word);
	for (u32 i = 0; states[i] != NULL; i++) {
		command_print(commander, "%s %s", i == 0 ? "" : ",", states[i]);
	}
	command_print(commander, "\n");
	return NULL;
}

void command_vm_wait(struct commander *commander,
		     const struct command_words *words)
{
	struct monitor_vm vm;

	if (command_find_vm(commander, words->word[0], &vm)) {
		commander->state = find_state(commander, words->word[1]);
		commander->vm = vm.id;
		if (commander->state != NULL) {
			commander->request = COMMAND_WAIT;
		}
	}
}

void command_vm_console(struct commander *commander,
			const struct command_words *words)
{
	struct monitor_vm vm;

	if (command_find_vm(commander, words->word[0], &vm)) {
		commander->vm = vm.id;
		commander->request = COMMAND_CONSOLE;
	}
}
