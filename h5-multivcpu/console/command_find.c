#include "console/command_find.h"
#include "lib/parse.h"
#include "lib/printk.h"
#include "lib/string.h"

void command_print_vm(struct commander *commander, const struct monitor_vm *vm)
{
	command_print(commander, "VM %u", vm->id);
	if (*vm->name != '\0') {
		command_print(commander, " (%s)", vm->name);
	}
}

void command_print_result(struct commander *commander,
			  const struct monitor_vm *vm, struct error error)
{
	if (failed(error)) {
		command_print_vm(commander, vm);
		command_print(commander, ": %s: %#lx\n", error.what,
			      error.value);
	}
}

bool command_vm_of_id(const struct monitor_ops *ops, u32 id,
		      struct monitor_vm *vm)
{
	for (u32 i = 0; ops->vm(ops->context, i, vm); i++) {
		if (vm->id == id) {
			return true;
		}
	}
	return false;
}

/* Its name is this, or without one by that name, its id. */
static bool find(const struct monitor_ops *ops, const char *text,
		 struct monitor_vm *vm)
{
	u64 id;

	for (u32 i = 0; ops->vm(ops->context, i, vm); i++) {
		if (*text != '\0' && strcmp(vm->name, text) == 0) {
			return true;
		}
	}
	return parse_number(text, &id) && id <= UINT32_MAX &&
	       command_vm_of_id(ops, (u32)id, vm);
}

static void say_which(struct commander *commander, const char *text)
{
	const struct monitor_ops *ops = commander->ops;
	const char *separator = "there are";
	struct monitor_vm vm;

	command_print(commander, "there is no VM \"%s\"; ", text);
	for (u32 i = 0; ops->vm(ops->context, i, &vm); i++) {
		command_print(commander, "%s ", separator);
		command_print_vm(commander, &vm);
		separator = ",";
	}
	command_print(commander, *separator == ',' ? "\n" : "there is none\n");
}

bool command_find_vm(struct commander *commander, const char *text,
		     struct monitor_vm *vm)
{
	bool found = find(commander->ops, text, vm);

	if (!found) {
		say_which(commander, text);
	}
	return found;
}

/* Cuts "N.V" at its last dot, whose place it gives; NULL: there is none. */
static char *cut_at_dot(char *text)
{
	char *dot = NULL;

	for (char *at = strchr(text, '.'); at != NULL;
	     at = strchr(at + 1, '.')) {
		dot = at;
	}
	if (dot != NULL) {
		*dot = '\0';
	}
	return dot;
}

bool command_find_vcpu(struct commander *commander, const char *text,
		       struct monitor_vm *vm, u32 *vcpu)
{
	char machine[COMMAND_LINE_MAX + 1];
	char *dot;
	u64 number;

	*vcpu = 0;
	/* A name may have a dot in it. */
	if (find(commander->ops, text, vm)) {
		return true;
	}
	format(machine, sizeof(machine), "%s", text);
	dot = cut_at_dot(machine);
	if (dot == NULL || !find(commander->ops, machine, vm)) {
		say_which(commander, machine);
		return false;
	}
	if (!parse_number(dot + 1, &number) || number >= vm->vcpus) {
		command_print_vm(commander, vm);
		command_print(commander,
			      " has no vCPU \"%s\"; it has %u, from 0\n",
			      dot + 1, vm->vcpus);
		return false;
	}
	*vcpu = (u32)number;
	return true;
}
