/*
 * The monitor and three machines at one terminal: what a person or a script
 * types, and what is seen.
 *
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
 */
#include "console/console.h"
#include "console/monitor.h"
#include "fake_vms.h"

static struct terminal_output terminal;
static struct monitor monitor;
static char screen[8192];
static size_t screen_length;

void console_write(const char *text, size_t length)
{
	(void)text;
	(void)length;
}

/* As tools/run shows it: without CR. */
static void send(void *to, const char *bytes, size_t length)
{
	(void)to;
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] != '\r' &&
		    CHECK(screen_length < sizeof(screen) - 1)) {
			screen[screen_length++] = bytes[i];
			screen[screen_length] = '\0';
		}
	}
}

static void clear_screen(void)
{
	screen_length = 0;
	screen[0] = '\0';
}

#define SEEN(text)                       \
	do {                             \
		CHECK_STR(screen, text); \
		clear_screen();          \
	} while (0)

static void begin(void)
{
	static const char *const prefixes[] = {"vm1| ", "vm2| ", "vm7| "};

	clear_screen();
	fake_begin();
	terminal_output_init(&terminal, send, NULL);
	for (u32 i = 0; i < FAKE_VMS_MAX; i++) {
		terminal_speaker_init(&fake_vms.vm[i].speaker, prefixes[i]);
		terminal_output_add(&terminal, &fake_vms.vm[i].speaker);
	}
	monitor_init(&monitor, &fake_ops, &terminal);
}

/* Linux has the terminal. */
static void begin_with_linux(void)
{
	begin();
	CHECK(monitor_give_terminal(&monitor, 1));
	clear_screen();
}

static void type(const char *keys)
{
	for (; *keys != '\0'; keys++) {
		CHECK(monitor_wants_key(&monitor));
		monitor_key(&monitor, (u8)*keys);
	}
}

static void vm_says(u32 id, const char *text)
{
	terminal_output_say(&terminal, &fake_find(id)->speaker, text,
			    strlen(text));
}

/* What the machine has got. */
static const char *heard(u32 id)
{
	static char text[INPUT_RING_SIZE + 1];
	size_t length = 0;
	u8 byte;

	while (input_ring_take(&fake_find(id)->input, &byte)) {
		text[length++] = (char)byte;
	}
	text[length] = '\0';
	return text;
}

static void without_a_machine_it_has_the_terminal(void)
{
	begin();
	SEEN("");
	monitor_tick(&monitor);
	SEEN("tour> ");
	type("stats 7\n");
	CHECK_STR(fake_vms.asked, "exits 7");
}

static void keys_go_to_the_machine(void)
{
	begin();
	CHECK(!monitor_give_terminal(&monitor, 3));
	CHECK(monitor_give_terminal(&monitor, 1));
	SEEN("terminal: VM 1 linux; Ctrl-A h tells the keys\n");
	type("root\r\001\001");
	CHECK_EQ(fake_vms.notified, 1);
	CHECK_STR(heard(1), "root\r\001");
	monitor_tick(&monitor);
	SEEN("");
}

static void to_the_monitor_and_back(void)
{
	begin_with_linux();
	vm_says(1, "login: ");
	SEEN("vm1| login: ");
	type("\001c");
	SEEN("\ntour> ");
	type("vm start a.b\n");
	SEEN("vm start a.b\nVM 2 (a.b) is Running\ntour> ");
	vm_says(1, "last login: never\n");
	type("vm li");
	vm_says(2, "hello\n");
	type("\001c");
	/* The line was left; what machines said meanwhile follows. */
	SEEN("vm li\nvm2| hello\nvm1| login: last login: never\n"
	     "terminal: VM 1 linux; Ctrl-A h tells the keys\n");
	type("x\001c");
	CHECK_STR(heard(1), "x");
	SEEN("tour> vm li");
	type("st\n");
	CHECK(strstr(screen, "st\n  ID") == screen);
	CHECK_STR(heard(1), "");
}

static void a_script_gives_commands(void)
{
	begin_with_linux();
	type("\001cvm start 2\nvm suspend 1\r\nconsole 2\necho\n");
	SEEN("tour> vm start 2\nVM 2 (a.b) is Running\n"
	     "tour> vm suspend 1\nVM 1 (linux) is Suspended\n"
	     "tour> console 2\n"
	     "terminal: VM 2 a.b; Ctrl-A h tells the keys\n");
	CHECK_STR(heard(2), "echo\n");
	type("\001cquit\n");
	SEEN("tour> quit\nterminal: all VMs end\n");
	CHECK(fake_vms.quit);
	type("vm list\n\001c");
	SEEN("");
}

static void a_script_waits(void)
{
	begin_with_linux();
	type("\001cvm wait 1 stopped\nconsole 7\nls\n\001cvm resume 1\n");
	SEEN("tour> vm wait 1 stopped\n");
	monitor_tick(&monitor);
	SEEN("");
	fake_find(1)->state = "Stopped";
	monitor_tick(&monitor);
	SEEN("VM 1 is Stopped\n"
	     "tour> console 7\n"
	     "terminal: VM 7; Ctrl-A h tells the keys\n"
	     "tour> vm resume 1\n"
	     "VM 1 (linux): only from Suspended it can become Running: 0x1\n"
	     "tour> ");
	CHECK_STR(heard(7), "ls\n");
	/* What is so already is not waited for. */
	type("vm wait 1 Stopped\n");
	SEEN("vm wait 1 Stopped\nVM 1 is Stopped\ntour> ");
}

static void waiting_can_be_given_up(void)
{
	begin_with_linux();
	type("\001cvm wait 1 stopped\nvm list\n\003");
	SEEN("tour> vm wait 1 stopped\n^C\ntour> ");
	type("vm wait 7 Running\n");
	fake_vms.count = 2;
	monitor_tick(&monitor);
	SEEN("vm wait 7 Running\nVM 7 is no more\ntour> ");
}

static void from_machine_to_machine(void)
{
	begin_with_linux();
	vm_says(1, "one> ");
	vm_says(7, "seven> ");
	type("\001n");
	SEEN("vm1| one> \nterminal: VM 2 a.b; Ctrl-A h tells the keys\n");
	type("\001n");
	SEEN("terminal: VM 7; Ctrl-A h tells the keys\nvm7| seven> ");
	type("\001n");
	SEEN("\nterminal: VM 1 linux; Ctrl-A h tells the keys\nvm1| one> ");
	type("\0012\0013");
	SEEN("\nterminal: VM 2 a.b; Ctrl-A h tells the keys\n"
	     "terminal: there is no VM 3\n");
	type("a");
	CHECK_STR(heard(2), "a");
	fake_vms.count = 0;
	type("\001c\001n\001c");
	SEEN("tour> \nterminal: there is no VM\ntour> \n"
	     "terminal: there is no VM 2\ntour> ");
}

static void help_and_keys_that_are_none(void)
{
	begin_with_linux();
	vm_says(1, "one> ");
	clear_screen();
	type("\001h");
	CHECK(strstr(screen, "\nCtrl-A c  ") == screen);
	CHECK(strstr(screen, "Ctrl-A itself\nvm1| one> ") != NULL);
	clear_screen();
	type("\001!");
	CHECK(strstr(screen, "\nCtrl-A c  ") == screen);
	CHECK_STR(heard(1), "");
}

static void the_end(void)
{
	begin_with_linux();
	type("\001x");
	SEEN("terminal: all VMs end\n");
	CHECK(fake_vms.quit);
	type("a");
	CHECK_STR(heard(1), "");
}

static void what_is_not_read_holds_back(void)
{
	u32 taken = 0;

	begin_with_linux();
	while (monitor_wants_key(&monitor) && taken < 100000) {
		monitor_key(&monitor, (u8)('a' + taken++ % 26));
	}
	CHECK_EQ(taken, 2 * INPUT_RING_SIZE);
	for (u32 i = 0; i < 2; i++) {
		const char *got = heard(1);

		CHECK_EQ(strlen(got), INPUT_RING_SIZE);
		CHECK_EQ(got[0], 'a' + i * INPUT_RING_SIZE % 26);
		monitor_tick(&monitor);
	}
	CHECK(monitor_wants_key(&monitor));
	/* One that takes nothing at all does not hold back. */
	fake_find(1)->deaf = true;
	for (u32 i = 0; i < 4 * INPUT_RING_SIZE; i++) {
		type("x");
	}
	fake_find(1)->deaf = false;
	CHECK_STR(heard(1), "");
}

static void a_machine_that_is_no_more(void)
{
	begin();
	monitor_give_terminal(&monitor, 7);
	clear_screen();
	terminal_output_remove(&terminal, &fake_find(7)->speaker);
	fake_vms.count = 2;
	type("lost");
	SEEN("");
	monitor_tick(&monitor);
	SEEN("tour> ");
	type("\001c");
	SEEN("\nterminal: there is no VM 7\ntour> ");
}

static void others_do_not_disturb_what_is_typed(void)
{
	begin();
	monitor_tick(&monitor);
	type("vm l");
	vm_says(1, "one\n");
	type("i");
	SEEN("tour> vm li");
	monitor_tick(&monitor);
	monitor_tick(&monitor);
	SEEN("\nvm1| one\n");
	type("st\n");
	CHECK(strstr(screen, "tour> vm list\n") == screen);
}

static const struct unit_test tests[] = {
	UNIT_TEST(without_a_machine_it_has_the_terminal),
	UNIT_TEST(keys_go_to_the_machine),
	UNIT_TEST(to_the_monitor_and_back),
	UNIT_TEST(a_script_gives_commands),
	UNIT_TEST(a_script_waits),
	UNIT_TEST(waiting_can_be_given_up),
	UNIT_TEST(from_machine_to_machine),
	UNIT_TEST(help_and_keys_that_are_none),
	UNIT_TEST(the_end),
	UNIT_TEST(what_is_not_read_holds_back),
	UNIT_TEST(a_machine_that_is_no_more),
	UNIT_TEST(others_do_not_disturb_what_is_typed),
};

int main(void)
{
	return UNIT_RUN(tests);
}
