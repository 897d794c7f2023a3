#include "console/monitor.h"
#include "console/command_complete.h"
#include "console/command_find.h"
#include "lib/printk.h"
#include "lib/string.h"

#define CTRL_C	   0x03
#define NOTICE_MAX 128

static void say(void *to, const char *text, size_t length)
{
	struct monitor *m = to;

	terminal_output_say(m->terminal, &m->speaker, text, length);
}

static bool find(const struct monitor *m, u32 id, struct monitor_vm *vm)
{
	return command_vm_of_id(m->commander.ops, id, vm);
}

/* Whoever has the terminal becomes the live speaker. */
static void focus(struct monitor *m)
{
	struct monitor_vm vm;

	if (m->on || !find(m, m->vm, &vm)) {
		terminal_output_focus(m->terminal, &m->speaker);
	} else {
		terminal_output_focus(m->terminal, vm.speaker);
	}
}

/* Says it now, whatever line is unfinished. */
static void notify(struct monitor *m, const char *text)
{
	terminal_output_focus(m->terminal, NULL);
	terminal_output_say(m->terminal, &m->notices, text, strlen(text));
	focus(m);
}

void monitor_open(struct monitor *monitor)
{
	if (!monitor->prompts) {
		monitor->prompts = true;
		line_editor_start(&monitor->editor);
	}
	monitor->on = true;
	focus(monitor);
}

bool monitor_give_terminal(struct monitor *monitor, u32 id)
{
	char text[NOTICE_MAX];
	struct monitor_vm vm;

	if (!find(monitor, id, &vm)) {
		return false;
	}
	monitor->on = false;
	monitor->vm = id;
	format(text, sizeof(text),
	       "terminal: VM %u%s%.64s; Ctrl-A h tells the keys\n", id,
	       *vm.name != '\0' ? " " : "", vm.name);
	notify(monitor, text);
	return true;
}

static void give_or_say(struct monitor *m, u32 id)
{
	char text[NOTICE_MAX];

	if (!monitor_give_terminal(m, id)) {
		format(text, sizeof(text), "terminal: there is no VM %u\n", id);
		notify(m, text);
	}
}

/* The machine behind that which has the terminal; behind the last, the first.
 */
static void give_to_next(struct monitor *m)
{
	const struct monitor_ops *ops = m->commander.ops;
	struct monitor_vm vm;
	u32 index = 0;

	while (ops->vm(ops->context, index, &vm) && vm.id <= m->vm) {
		index++;
	}
	if (ops->vm(ops->context, index, &vm) ||
	    ops->vm(ops->context, 0, &vm)) {
		monitor_give_terminal(m, vm.id);
	} else {
		notify(m, "terminal: there is no VM\n");
	}
}

static void end(struct monitor *m)
{
	m->ending = true;
	notify(m, "terminal: all VMs end\n");
	m->commander.ops->quit(m->commander.ops->context);
}

/* Has what the command waits for come? */
static void look_whether_done(struct monitor *m)
{
	struct monitor_vm vm;
	bool found = find(m, m->commander.vm, &vm);

	if (found && strcmp(vm.state, m->commander.state) != 0) {
		return;
	}
	m->waiting = false;
	command_print(&m->commander, "VM %u is %s\n", m->commander.vm,
		      found ? vm.state : "no more");
	line_editor_start(&m->editor);
}

static void stop_waiting(struct monitor *m)
{
	m->waiting = false;
	input_ring_clear(&m->typed);
	say(m, "^C\n", 3);
	line_editor_start(&m->editor);
}

static void run_line(struct monitor *m)
{
	command_run(&m->commander, m->editor.line);
	switch (m->commander.request) {
	case COMMAND_WAIT:
		m->waiting = true;
		look_whether_done(m);
		return;
	case COMMAND_QUIT:
		end(m);
		return;
	case COMMAND_CONSOLE:
		/* First: the prompt is for when the monitor is back. */
		monitor_give_terminal(m, m->commander.vm);
		break;
	case COMMAND_NOTHING:
		break;
	}
	line_editor_start(&m->editor);
}

static void give_byte(struct monitor *m, u8 byte)
{
	const struct monitor_ops *ops = m->commander.ops;
	struct monitor_vm vm;

	if (m->on) {
		if (line_editor_key(&m->editor, byte)) {
			run_line(m);
		}
	} else if (find(m, m->vm, &vm) && vm.input != NULL) {
		input_ring_put(vm.input, byte);
		ops->notify_input(ops->context, vm.id);
	}
}

static void obey(struct monitor *m, struct terminal_key key)
{
	switch (key.kind) {
	case TERMINAL_KEY_NONE:
		break;
	case TERMINAL_KEY_BYTE:
		give_byte(m, key.byte);
		break;
	case TERMINAL_KEY_HELP:
	case TERMINAL_KEY_UNKNOWN:
		notify(m, terminal_input_help);
		break;
	case TERMINAL_KEY_MONITOR:
		if (m->on) {
			give_or_say(m, m->vm);
		} else {
			monitor_open(m);
		}
		break;
	case TERMINAL_KEY_NEXT:
		give_to_next(m);
		break;
	case TERMINAL_KEY_VM:
		give_or_say(m, key.vm);
		break;
	case TERMINAL_KEY_QUIT:
		end(m);
		break;
	}
}

/* A machine that takes no input at all loses it. */
static bool can_take(const struct monitor *m)
{
	struct monitor_vm vm;

	if (m->waiting) {
		return false;
	}
	return m->on || !find(m, m->vm, &vm) || vm.input == NULL ||
	       input_ring_room(vm.input) > 0;
}

static void take_typed(struct monitor *m)
{
	u8 byte;

	while (can_take(m) && input_ring_take(&m->typed, &byte)) {
		if (!m->ending) {
			obey(m, terminal_input_key(&m->keys, byte));
		}
	}
}

void monitor_init(struct monitor *monitor, const struct monitor_ops *ops,
		  struct terminal_output *terminal)
{
	memset(monitor, 0, sizeof(*monitor));
	monitor->terminal = terminal;
	terminal_speaker_init(&monitor->speaker, "");
	terminal_speaker_init(&monitor->notices, "");
	terminal_output_add(terminal, &monitor->speaker);
	terminal_output_add(terminal, &monitor->notices);
	monitor->commander.ops = ops;
	monitor->commander.write = say;
	monitor->commander.to = monitor;
	monitor->editor.prompt = "tour> ";
	monitor->editor.write = say;
	monitor->editor.to = monitor;
	monitor->editor.complete = command_complete;
	line_editor_init(&monitor->editor);
}

bool monitor_wants_key(const struct monitor *monitor)
{
	return input_ring_room(&monitor->typed) > 0;
}

void monitor_key(struct monitor *monitor, u8 byte)
{
	if (monitor->waiting && byte == CTRL_C) {
		stop_waiting(monitor);
		return;
	}
	input_ring_put(&monitor->typed, byte);
	take_typed(monitor);
}

void monitor_tick(struct monitor *monitor)
{
	struct monitor_vm vm;

	if (monitor->waiting) {
		look_whether_done(monitor);
	}
	if (!monitor->on && !find(monitor, monitor->vm, &vm)) {
		monitor_open(monitor);
	}
	focus(monitor);
	take_typed(monitor);
	terminal_output_tick(monitor->terminal);
}
