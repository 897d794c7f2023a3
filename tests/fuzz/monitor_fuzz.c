/*
 * modules: h5-multivcpu/console/monitor.c h5-multivcpu/console/command.c
 * modules: h5-multivcpu/console/command_complete.c
 * modules: h5-multivcpu/console/command_cpu.c
 * modules: h5-multivcpu/console/command_find.c
 * modules: h5-multivcpu/console/command_table.c
 * modules: h5-multivcpu/console/command_vm.c
 * modules: h5-multivcpu/console/input_ring.c
 * modules: h5-multivcpu/console/line_editor.c
 * modules: h5-multivcpu/console/line_history.c
 * modules: h5-multivcpu/console/line_key.c
 * modules: h5-multivcpu/console/terminal_input.c
 * modules: h5-multivcpu/console/terminal_output.c
 * modules: h5-multivcpu/console/terminal_speaker.c
 * modules: common/lib/parse.c common/lib/printk.c
 *
 * Any bytes are typed at the terminal of three machines; those above 7FH make
 * the machines speak, read and change their states, and time pass. Besides what
 * the sanitizers see: no whole line waits while none is unfinished, the editor
 * stays within its line, and a machine gets what was typed for it only.
 */
#include <stdlib.h>
#include <string.h>

#include "console/console.h"
#include "console/monitor.h"
#include "fake_vms.h"

#define MUST(condition)             \
	do {                        \
		if (!(condition)) { \
			abort();    \
		}                   \
	} while (0)

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static struct terminal_output terminal;
static struct monitor monitor;

void console_write(const char *text, size_t length)
{
	(void)text;
	(void)length;
}

static void send(void *to, const char *bytes, size_t length)
{
	MUST(to == NULL && length > 0);
	MUST(memchr(bytes, 0x7f, length) == NULL);
}

static void begin(void)
{
	fake_begin();
	terminal_output_init(&terminal, send, NULL);
	for (u32 i = 0; i < FAKE_VMS_MAX; i++) {
		terminal_speaker_init(&fake_vms.vm[i].speaker, "vm| ");
		terminal_output_add(&terminal, &fake_vms.vm[i].speaker);
	}
	monitor_init(&monitor, &fake_ops, &terminal);
	monitor_open(&monitor);
}

/* 128 or more: what the machines and time do. */
static void happen(u8 byte)
{
	struct fake_vm *vm = &fake_vms.vm[byte % FAKE_VMS_MAX];
	const char *said = &"\r\n\rword, a longer one\r\n"[byte % 8];
	u8 taken;

	switch (byte / 16) {
	case 8:
		monitor_tick(&monitor);
		break;
	case 9:
		vm->state = fake_states[byte % 5];
		break;
	case 10:
		while (input_ring_take(&vm->input, &taken)) {
			MUST(taken < 0x80);
		}
		break;
	case 11:
		vm->deaf = !vm->deaf;
		break;
	default:
		terminal_output_say(&terminal, &vm->speaker, said,
				    byte % 32 < 16 ? 1 : strlen(said));
		break;
	}
}

static void check(void)
{
	MUST(monitor.editor.length <= LINE_HISTORY_LENGTH);
	MUST(monitor.editor.cursor <= monitor.editor.length);
	MUST(terminal.lock.locked == 0);
	for (struct terminal_speaker *s = terminal.speakers; s != NULL;
	     s = s->next) {
		MUST(s->lines <= s->length && s->shown <= s->length);
		MUST(!terminal_speaker_is_full(s));
		MUST(s->lines == 0 ||
		     (terminal.amid != NULL && terminal.amid != s));
		MUST((s->shown == 0 && !s->torn) || terminal.amid == s);
	}
	MUST(unit_failed_checks == 0);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	begin();
	for (size_t i = 0; i < size; i++) {
		if (data[i] >= 0x80) {
			happen(data[i]);
		} else if (monitor_wants_key(&monitor)) {
			monitor_key(&monitor, data[i]);
		}
		check();
	}
	terminal_output_flush(&terminal);
	MUST(terminal.amid == NULL);
	return 0;
}
