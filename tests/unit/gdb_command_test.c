/*
 * modules: common/gdb/gdb_command.c common/gdb/gdb_packet.c
 */
#include "gdb/gdb_command.h"
#include "unit.h"

static struct gdb_command parse(const char *text)
{
	return gdb_command_parse(text, strlen(text));
}

static void reads_ranges_and_points(void)
{
	struct gdb_command c = parse("m1000ff,20");

	CHECK_EQ(c.kind, GDB_COMMAND_READ_MEMORY);
	CHECK_EQ(c.address, 0x1000ff);
	CHECK_EQ(c.length, 0x20);
	c = parse("Mffffffffffffffff,2:abcd");
	CHECK_EQ(c.kind, GDB_COMMAND_WRITE_MEMORY);
	CHECK_EQ(c.address, UINT64_MAX);
	CHECK_STR(c.text, "abcd");
	c = parse("Z2,1234,8");
	CHECK_EQ(c.kind, GDB_COMMAND_INSERT_POINT);
	CHECK_EQ(c.number, 2);
	CHECK_EQ(c.address, 0x1234);
	CHECK_EQ(c.length, 8);
	CHECK_EQ(parse("z0,1,1").kind, GDB_COMMAND_REMOVE_POINT);
	c = parse("qXfer:features:read:target.xml:10,7ff");
	CHECK_EQ(c.kind, GDB_COMMAND_DESCRIPTION);
	CHECK_EQ(c.address, 0x10);
	c = parse("P10=0011223344556677");
	CHECK_EQ(c.kind, GDB_COMMAND_WRITE_REGISTER);
	CHECK_EQ(c.number, 0x10);
}

static void reads_threads(void)
{
	struct gdb_command c = parse("Hgp2.3");

	CHECK_EQ(c.kind, GDB_COMMAND_SELECT_THREAD);
	CHECK(c.thread.process == 2 && c.thread.thread == 3);
	c = parse("Hcp1.-1");
	CHECK_EQ(c.kind, GDB_COMMAND_SELECT_RUN);
	CHECK(c.thread.process == 1 && c.thread.thread == GDB_ALL);
	c = parse("Hg0");
	CHECK(c.thread.process == GDB_ANY && c.thread.thread == GDB_ANY);
	c = parse("T1a");
	CHECK(c.thread.thread == 0x1a);
	c = parse("D;2");
	CHECK_EQ(c.kind, GDB_COMMAND_DETACH);
	CHECK(c.thread.process == 2 && c.thread.thread == GDB_ALL);
	CHECK(parse("D").thread.process == GDB_ALL);
}

static void knows_queries_apart(void)
{
	CHECK_EQ(parse("qC").kind, GDB_COMMAND_CURRENT_THREAD);
	CHECK_EQ(parse("qCRC:1,2").kind, GDB_COMMAND_WRONG);
	CHECK_EQ(parse("qSupported:a+;b-").kind, GDB_COMMAND_SUPPORTED);
	CHECK_EQ(parse("qAttached:1").kind, GDB_COMMAND_ATTACHED);
	CHECK_EQ(parse("vCont?").kind, GDB_COMMAND_RUN_HOW);
	CHECK_EQ(parse("vCont;c").kind, GDB_COMMAND_RUN);
	CHECK_EQ(parse("c").kind, GDB_COMMAND_RUN);
	CHECK_EQ(parse("vKill;1").kind, GDB_COMMAND_KILL);
	CHECK_EQ(parse("k").kind, GDB_COMMAND_KILL);
	CHECK_EQ(parse("vMustReplyEmpty").kind, GDB_COMMAND_UNKNOWN);
	CHECK_EQ(parse("").kind, GDB_COMMAND_UNKNOWN);
}

static void refuses_what_is_not_sound(void)
{
	static const char *const wrong[] = {
		"m",	     "m1",    "m1,",
		"mx,1",	     "m1,1x", "m11111111111111111,1",
		"M1,1",	     "P1",    "P=1",
		"Z1",	     "Z1,2",  "Hg",
		"Hgp",	     "Hgpx",  "Hgp1.",
		"T80000000",
	};

	for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
		if (!CHECK_EQ(parse(wrong[i]).kind, GDB_COMMAND_WRONG)) {
			printf("# it is \"%s\"\n", wrong[i]);
		}
	}
	/* A NUL among the characters. */
	CHECK_EQ(gdb_command_parse("m1,1\0x", 6).kind, GDB_COMMAND_UNKNOWN);
}

static void takes_actions(void)
{
	const char *text = "s:p1.1;C0b:p2.-1;c";
	struct gdb_action action;

	CHECK(gdb_command_action(&text, &action));
	CHECK(action.step && action.thread.process == 1 &&
	      action.thread.thread == 1 && action.signal == 0);
	CHECK(gdb_command_action(&text, &action));
	CHECK(!action.step && action.signal == 0x0b);
	CHECK(action.thread.process == 2 && action.thread.thread == GDB_ALL);
	CHECK(gdb_command_action(&text, &action));
	CHECK(!action.step && action.thread.thread == GDB_ALL);
	CHECK(!gdb_command_action(&text, &action));
	CHECK_STR(text, "");
	text = "c:p1.;s";
	CHECK(!gdb_command_action(&text, &action));
	CHECK_STR(text, "c:p1.;s");
	text = "C100";
	CHECK(!gdb_command_action(&text, &action));
	text = "t";
	CHECK(!gdb_command_action(&text, &action));
}

static void converts_digits(void)
{
	u8 bytes[2];

	CHECK(gdb_command_bytes("aB01", bytes, 2));
	CHECK_EQ(bytes[0], 0xab);
	CHECK_EQ(bytes[1], 1);
	CHECK(!gdb_command_bytes("ab", bytes, 2));
	CHECK(!gdb_command_bytes("abc", bytes, 1));
	CHECK(!gdb_command_bytes("ax", bytes, 1));
	CHECK(gdb_command_bytes("", bytes, 0));
}

static const struct unit_test tests[] = {
	UNIT_TEST(reads_ranges_and_points),   UNIT_TEST(reads_threads),
	UNIT_TEST(knows_queries_apart),	      UNIT_TEST(takes_actions),
	UNIT_TEST(refuses_what_is_not_sound), UNIT_TEST(converts_digits),
};

int main(void)
{
	return UNIT_RUN(tests);
}
