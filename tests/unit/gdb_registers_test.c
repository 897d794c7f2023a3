/*
 * modules: common/gdb/gdb_registers.c common/gdb/gdb_packet.c
 * modules: common/lib/printk.c
 */
#include <stdlib.h>

#include "console/console.h"
#include "gdb/gdb_registers.h"
#include "unit.h"

void console_write(const char *text, size_t length)
{
	(void)text;
	(void)length;
}

static size_t occurrences(const char *text, const char *part)
{
	size_t count = 0;

	for (text = strstr(text, part); text != NULL;
	     text = strstr(text + 1, part)) {
		count++;
	}
	return count;
}

static void describes_every_register(void)
{
	size_t length;
	const char *text = gdb_registers_description(&length);

	CHECK_EQ(length, strlen(text));
	CHECK_EQ(occurrences(text, "<reg "), GDB_REGISTER_COUNT);
	CHECK_EQ(occurrences(text, "<feature "), 3);
	CHECK_EQ(occurrences(text, "</feature>"), 3);
	CHECK(strstr(text, "</target>") == text + length - strlen("</target>"));
	/* A second time nothing is added. */
	gdb_registers_description(&length);
	CHECK_EQ(length, strlen(text));
}

/* With gdb's own eyes: the sizes of its amd64 registers. */
static void has_the_sizes_that_gdb_wants(void)
{
	CHECK_EQ(gdb_registers_size(GDB_RAX), 8);
	CHECK_EQ(gdb_registers_size(GDB_EFLAGS), 4);
	CHECK_EQ(gdb_registers_size(GDB_ST0), 10);
	CHECK_EQ(gdb_registers_size(GDB_FOP), 4);
	CHECK_EQ(gdb_registers_size(GDB_EFER), 8);
	CHECK_EQ(gdb_registers_size(GDB_REGISTER_COUNT), 0);
	CHECK_EQ(gdb_registers_size(UINT64_MAX), 0);
}

static void goes_there_and_back(void)
{
	static struct gdb_packet packet;
	struct gdb_registers registers = {
		.value[GDB_RIP] = 0x1122334455667788,
		.value[GDB_CS] = 0x10,
	};
	u64 value;

	gdb_packet_begin(&packet);
	gdb_registers_put(&packet, &registers, GDB_RIP);
	gdb_registers_put(&packet, &registers, GDB_CS);
	gdb_registers_put(&packet, &registers, GDB_FOP);
	packet.data[packet.length] = '\0';
	CHECK_STR(packet.data, "887766554433221110000000xxxxxxxx");
	CHECK(gdb_registers_value(packet.data, 16, GDB_RIP, &value));
	CHECK_EQ(value, registers.value[GDB_RIP]);
	CHECK(!gdb_registers_value(packet.data, 15, GDB_RIP, &value));
	CHECK(!gdb_registers_value("xxxxxxxx", 8, GDB_CS, &value));
	CHECK(!gdb_registers_value("00000000", 8, GDB_FOP, &value));
}

static const struct unit_test tests[] = {
	UNIT_TEST(describes_every_register),
	UNIT_TEST(has_the_sizes_that_gdb_wants),
	UNIT_TEST(goes_there_and_back),
};

int main(void)
{
	return UNIT_RUN(tests);
}
