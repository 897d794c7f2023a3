/*
 * Each command of the monitor, and each thing that can be wrong with it.
 *
 * modules: h5-multivcpu/console/command.c
 * modules: h5-multivcpu/console/command_complete.c
 * modules: h5-multivcpu/console/command_cpu.c
 * modules: h5-multivcpu/console/command_find.c
 * modules: h5-multivcpu/console/command_table.c
 * modules: h5-multivcpu/console/command_vm.c
 * modules: common/lib/parse.c common/lib/printk.c
 */
#include "console/command.h"
#include "console/command_complete.h"
#include "console/command_table.h"
#include "console/console.h"
#include "fake_vms.h"

static struct commander commander;
static char said[4096];
static size_t said_length;

void console_write(const char *text, size_t length)
{
	(void)text;
	(void)length;
}

static void write(void *to, const char *text, size_t length)
{
	CHECK(to == said);
	if (CHECK(length < sizeof(said) - said_length)) {
		memcpy(said + said_length, text, length);
		said_length += length;
		said[said_length] = '\0';
	}
}

/* Carries out a line; gives what was said. */
static const char *run(const char *line)
{
	char copy[COMMAND_LINE_MAX + 1];

	said_length = 0;
	said[0] = '\0';
	fake_vms.asked[0] = '\0';
	commander.ops = &fake_ops;
	commander.write = write;
	commander.to = said;
	snprintf(copy, sizeof(copy), "%s", line);
	command_run(&commander, copy);
	return said;
}

#define NO_VM_3 \
	"there is no VM \"3\"; there are VM 1 (linux), VM 2 (a.b), VM 7\n"

static void lists(void)
{
	fake_begin();
	CHECK_STR(run("vm list"),
		  "  ID  NAME   STATE          MEMORY      EXITS  VCPUS\n"
		  "   1  linux  Running       256 MiB       2001  Running@1 "
		  "Blocked\n"
		  "   2  a.b    Loaded         64 KiB       2000  Running@2\n"
		  "   7         Stopped        16 MiB       7000  Running@7\n");
	fake_vms.count = 0;
	CHECK_STR(run("vm list"),
		  "  ID  NAME  STATE          MEMORY      EXITS  VCPUS\n");
	CHECK_EQ(commander.request, COMMAND_NOTHING);
}

static void moves(void)
{
	fake_begin();
	CHECK_STR(run("vm start 2"), "VM 2 (a.b) is Running\n");
	CHECK_STR(run("vm suspend a.b"), "VM 2 (a.b) is Suspended\n");
	CHECK_STR(run("vm resume 0x2"), "VM 2 (a.b) is Running\n");
	CHECK_STR(run("vm stop a.b"), "VM 2 (a.b) is Stopping\n");
	CHECK_STR(run("vm reset linux"), "VM 1 (linux) is Loaded\n");
	CHECK_STR(run("vm destroy 7"), "VM 7 is no more\n");
	CHECK_EQ(fake_vms.count, 2);
}

static void moves_that_are_refused(void)
{
	fake_begin();
	CHECK_STR(run("vm start 1"),
		  "VM 1 (linux): only from Loaded it can become Running: "
		  "0x1\n");
	CHECK_STR(run("vm stop 7"),
		  "VM 7: only from Running it can become Stopping: 0x7\n");
	CHECK_STR(run("vm suspend 7"),
		  "VM 7: only from Running it can become Suspended: 0x7\n");
	CHECK_STR(run("vm resume 1"),
		  "VM 1 (linux): only from Suspended it can become Running: "
		  "0x1\n");
	CHECK_STR(run("vm reset 2"),
		  "VM 2 (a.b): only from Running it can become Loaded: 0x2\n");
	CHECK_STR(run("vm destroy 1"),
		  "VM 1 (linux): it is not the last one: 0x1\n");
}

static void machines_that_are_not_there(void)
{
	static const char *const commands[] = {
		"vm start 3",
		"vm stop 3",
		"vm suspend 3",
		"vm resume 3",
		"vm reset 3",
		"vm destroy 3",
		"vm wait 3 Running",
		"console 3",
		"stats 3",
		"regs 3",
		"regs 3.0",
		"ept 3",
		"ept 3 0x1000",
		"vmcs 3",
		"vmcs 3.1 GUEST_RIP",
	};

	fake_begin();
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		CHECK_STR(run(commands[i]), NO_VM_3);
		CHECK_STR(fake_vms.asked, "");
		CHECK_EQ(commander.request, COMMAND_NOTHING);
	}
	CHECK_STR(
		run("console 0x100000001"),
		"there is no VM \"0x100000001\"; there are VM 1 (linux), VM 2 "
		"(a.b), VM 7\n");
	fake_vms.count = 0;
	CHECK_STR(run("vm stop linux"),
		  "there is no VM \"linux\"; there is none\n");
}

static void gives_the_terminal(void)
{
	fake_begin();
	CHECK_STR(run("console a.b"), "");
	CHECK_EQ(commander.request, COMMAND_CONSOLE);
	CHECK_EQ(commander.vm, 2);
	CHECK_STR(run(""), "");
	CHECK_EQ(commander.request, COMMAND_NOTHING);
}

static void waits(void)
{
	fake_begin();
	CHECK_STR(run("vm wait 7 stopped"), "");
	CHECK_EQ(commander.request, COMMAND_WAIT);
	CHECK_EQ(commander.vm, 7);
	CHECK(commander.state == fake_states[4]);
	CHECK_STR(run("vm wait 7 Stop"),
		  "there is no state \"Stop\"; there are Loaded, Running, "
		  "Suspended, Stopping, Stopped\n");
	CHECK_EQ(commander.request, COMMAND_NOTHING);
}

static void quits(void)
{
	fake_begin();
	CHECK_STR(run("quit"), "");
	CHECK_EQ(commander.request, COMMAND_QUIT);
	CHECK(!fake_vms.quit);
}

static void counts(void)
{
	fake_begin();
	CHECK_STR(
		run("stats"),
		"  VCPU  STATE     CPU        EXITS        TIME\n"
		"   1.0  Running     1         1000       10 ms\n"
		"   1.1  Blocked     -         1001       11 ms\n"
		"   2.0  Running     2         2000       20 ms\n"
		"   7.0  Running     7         7000       70 ms\n"
		"   CPU        RUNS    SWITCHES  MIGRATIONS           IDLE\n"
		"     0          40          30          20          10 ms\n"
		"     1           0           0           0          50 ms\n");
	CHECK_STR(fake_vms.asked, "");
	CHECK_STR(run("stats 7"),
		  "  VCPU  STATE     CPU        EXITS        TIME\n"
		  "   7.0  Running     7         7000       70 ms\n");
	CHECK_STR(fake_vms.asked, "exits 7");
}

static void looks_into_machines(void)
{
	static const struct {
		const char *line;
		const char *asked;
	} questions[] = {
		{"regs 1", "registers 1.0"},
		{"regs linux.1", "registers 1.1"},
		{"regs a.b", "registers 2.0"},
		{"regs a.b.0", "registers 2.0"},
		{"regs 1.0x1", "registers 1.1"},
		{"ept 7", "ept 7"},
		{"ept a.b 0x1000", "walk 2 0x1000"},
		{"ept 1 4096", "walk 1 0x1000"},
		{"ept 1 0xffffffffffffffff", "walk 1 0xffffffffffffffff"},
		{"vmcs 1.1", "vmcs 1.1 all"},
		{"vmcs 7 GUEST_RIP", "vmcs 7.0 GUEST_RIP"},
	};

	fake_begin();
	for (size_t i = 0; i < ARRAY_SIZE(questions); i++) {
		CHECK_STR(run(questions[i].line), "");
		CHECK_STR(fake_vms.asked, questions[i].asked);
	}
	fake_vms.broken = true;
	CHECK_STR(run("regs 1"), "VM 1 (linux): it has not run yet: 0x2a\n");
	CHECK_STR(run("ept 1"), "VM 1 (linux): it has not run yet: 0x2a\n");
	CHECK_STR(run("ept 1 1"), "VM 1 (linux): it has not run yet: 0x2a\n");
	CHECK_STR(run("vmcs 1"), "VM 1 (linux): it has not run yet: 0x2a\n");
}

static void questions_that_make_no_sense(void)
{
	fake_begin();
	CHECK_STR(run("regs 1.2"),
		  "VM 1 (linux) has no vCPU \"2\"; it has 2, from 0\n");
	CHECK_STR(run("vmcs 7.x"),
		  "VM 7 has no vCPU \"x\"; it has 1, from 0\n");
	CHECK_STR(run("regs 1."),
		  "VM 1 (linux) has no vCPU \"\"; it has 2, from 0\n");
	CHECK_STR(run("regs ."),
		  "there is no VM \"\"; there are VM 1 (linux), VM "
		  "2 (a.b), VM 7\n");
	CHECK_STR(run("vm interrupt 1 com1"),
		  "\"com1\" is no interrupt line: say 5, for instance\n");
	CHECK_STR(run("ept 1 here"),
		  "\"here\" is no address: say 4096 or 0x1000\n");
	CHECK_STR(
		run("ept 1 0x10000000000000000"),
		"\"0x10000000000000000\" is no address: say 4096 or 0x1000\n");
	CHECK_STR(fake_vms.asked, "");
}

static void words_that_are_wrong(void)
{
	fake_begin();
	CHECK_STR(run("halt"), "there is no command \"halt\"; say help\n");
	CHECK_STR(run("vm"),
		  "say vm list, vm start, vm stop, vm suspend, vm resume, vm "
		  "reset, vm destroy, vm show, vm interrupt, vm wait\n");
	CHECK_STR(run("vm halt 1"), run("vm"));
	CHECK_STR(run("vm start"), "say vm start N\n");
	CHECK_STR(run("vm start 1 2"), "say vm start N\n");
	CHECK_STR(run("vm list all"), "say vm list\n");
	CHECK_STR(run("quit now"), "say quit\n");
	CHECK_STR(run("stats 1 2"), "say stats [N]\n");
	CHECK_STR(run("ept"), "say ept N [gpa]\n");
	CHECK_STR(run("vmcs 1 2 3 4 5 6 7 8 9 10 11 12"),
		  "say vmcs N[.V] [field]\n");
	CHECK_STR(run("vm wait 1"), "say vm wait N STATE\n");
}

static void blanks_do_not_matter(void)
{
	fake_begin();
	CHECK_STR(run("  vm   start  2  "), "VM 2 (a.b) is Running\n");
	CHECK_STR(run("     "), "");
}

static void helps(void)
{
	u32 lines = 0;

	fake_begin();
	run("help");
	for (const char *at = said; *at != '\0'; at++) {
		lines += *at == '\n';
	}
	for (u32 i = 0; command_table_at(i) != NULL; i++) {
		CHECK(strstr(said, command_table_at(i)->help) != NULL);
		lines--;
	}
	CHECK_EQ(lines, 1);
	CHECK_STR(run("help ept"), "ept N [gpa]            guest memory, or "
				   "the way to an address\n");
	run("help vm");
	CHECK(strstr(said, "vm list   ") == said);
	CHECK(strstr(said, "vm wait N STATE") != NULL);
	CHECK(strstr(said, "quit") == NULL);
	CHECK_STR(run("help me"), "there is no command \"me\"; say help\n");
	CHECK_STR(run("help me out"), "say help [command]\n");
}

static const char *completed(const char *text, u32 most)
{
	static char line[COMMAND_LINE_MAX + 1];
	u32 length = (u32)strlen(text);

	memset(line, '!', sizeof(line));
	memcpy(line, text, length);
	length = command_complete(line, length, most);
	CHECK(length <= most && line[length] == '!');
	line[length] = '\0';
	return line;
}

static void completes(void)
{
	CHECK_STR(completed("h", 40), "help ");
	CHECK_STR(completed("v", 40), "vm");
	CHECK_STR(completed("vm ", 40), "vm ");
	CHECK_STR(completed("vm l", 40), "vm list ");
	CHECK_STR(completed("vm s", 40), "vm s");
	CHECK_STR(completed("vm st", 40), "vm st");
	CHECK_STR(completed("vm sta", 40), "vm start ");
	CHECK_STR(completed("vm re", 40), "vm res");
	CHECK_STR(completed("vm list ", 40), "vm list ");
	CHECK_STR(completed("x", 40), "x");
	CHECK_STR(completed("", 40), "");
	CHECK_STR(completed("con", 5), "conso");
	CHECK_STR(completed("regs 1", 40), "regs 1");
}

static const struct unit_test tests[] = {
	UNIT_TEST(lists),
	UNIT_TEST(moves),
	UNIT_TEST(moves_that_are_refused),
	UNIT_TEST(machines_that_are_not_there),
	UNIT_TEST(gives_the_terminal),
	UNIT_TEST(waits),
	UNIT_TEST(quits),
	UNIT_TEST(counts),
	UNIT_TEST(looks_into_machines),
	UNIT_TEST(questions_that_make_no_sense),
	UNIT_TEST(words_that_are_wrong),
	UNIT_TEST(blanks_do_not_matter),
	UNIT_TEST(helps),
	UNIT_TEST(completes),
};

int main(void)
{
	return UNIT_RUN(tests);
}
