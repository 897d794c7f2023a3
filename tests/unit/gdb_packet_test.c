/* modules: common/gdb/gdb_packet.c */
#include "gdb/gdb_packet.h"
#include "unit.h"

static struct gdb_packet_reader reader;

/* Feeds a text to a reader as it is; the last event that was none. */
static enum gdb_packet_event feed(const char *text)
{
	enum gdb_packet_event last = GDB_PACKET_NOTHING;

	for (; *text != '\0'; text++) {
		enum gdb_packet_event event =
			gdb_packet_feed(&reader, (u8)*text);

		if (event != GDB_PACKET_NOTHING) {
			last = event;
		}
	}
	return last;
}

static enum gdb_packet_event feed_new(const char *text)
{
	memset(&reader, 0, sizeof(reader));
	return feed(text);
}

static void takes_a_packet(void)
{
	CHECK_EQ(feed_new("$OK#9a"), GDB_PACKET_COMPLETE);
	CHECK_STR(reader.data, "OK");
	CHECK_EQ(reader.length, 2);
	CHECK_EQ(feed("$#00"), GDB_PACKET_COMPLETE);
	CHECK_EQ(reader.length, 0);
	CHECK_EQ(feed("$OK#9A"), GDB_PACKET_COMPLETE);
}

static void undoes_escapes(void)
{
	/* } and 3 are #; the checksum is that of what was sent. */
	CHECK_EQ(feed_new("$a}\x03#e1"), GDB_PACKET_COMPLETE);
	CHECK_STR(reader.data, "a#");
}

static void tells_the_other_bytes(void)
{
	CHECK_EQ(feed_new("+"), GDB_PACKET_ACK);
	CHECK_EQ(feed_new("-"), GDB_PACKET_NAK);
	CHECK_EQ(feed_new("\x03"), GDB_PACKET_INTERRUPT);
	CHECK_EQ(feed_new("abc"), GDB_PACKET_NOTHING);
	CHECK_EQ(feed_new("$a\x03"), GDB_PACKET_NOTHING);
}

static void survives_damage(void)
{
	CHECK_EQ(feed_new("$OK#9b"), GDB_PACKET_DAMAGED);
	CHECK_EQ(feed_new("$OX#9a"), GDB_PACKET_DAMAGED);
	CHECK_EQ(feed_new("$OK#9x"), GDB_PACKET_DAMAGED);
	CHECK_EQ(feed_new("$OK#x0"), GDB_PACKET_DAMAGED);
	CHECK_EQ(feed_new("$a}#de"), GDB_PACKET_DAMAGED);
	/* A packet whose end was lost is dropped when the next one begins. */
	CHECK_EQ(feed_new("$abc$OK#9a"), GDB_PACKET_COMPLETE);
	CHECK_STR(reader.data, "OK");
	CHECK_EQ(feed_new("$OK#9b$OK#9a"), GDB_PACKET_COMPLETE);
}

static void refuses_what_is_too_long(void)
{
	memset(&reader, 0, sizeof(reader));
	feed("$");
	for (size_t i = 0; i < 2 * GDB_PACKET_MAX; i++) {
		CHECK_EQ(gdb_packet_feed(&reader, 'a'), GDB_PACKET_NOTHING);
	}
	CHECK(reader.length <= GDB_PACKET_MAX);
	/* 0x2000 times 0x61 is 0 in eight bits: the checksum is right. */
	CHECK_EQ(feed("#00"), GDB_PACKET_DAMAGED);
	CHECK_EQ(feed("$OK#9a"), GDB_PACKET_COMPLETE);
}

static void takes_the_longest(void)
{
	memset(&reader, 0, sizeof(reader));
	feed("$");
	for (size_t i = 0; i < GDB_PACKET_MAX; i++) {
		gdb_packet_feed(&reader, 'a');
	}
	CHECK_EQ(feed("#00"), GDB_PACKET_COMPLETE);
	CHECK_EQ(reader.length, GDB_PACKET_MAX);
}

static struct gdb_packet packet;

static void makes_a_packet(void)
{
	const u8 bytes[] = {0x00, 0xab, 0x7f};

	gdb_packet_begin(&packet);
	gdb_packet_text(&packet, "m");
	gdb_packet_hex(&packet, bytes, sizeof(bytes));
	gdb_packet_byte(&packet, ';');
	gdb_packet_number(&packet, 0);
	gdb_packet_number(&packet, 0x1f0);
	gdb_packet_number(&packet, UINT64_MAX);
	packet.data[packet.length] = '\0';
	CHECK_STR(packet.data, "m00ab7f;01f0ffffffffffffffff");
	CHECK(!packet.full);
}

static void escapes_and_sums(void)
{
	gdb_packet_begin(&packet);
	gdb_packet_text(&packet, "a#$}*");
	packet.data[packet.length] = '\0';
	CHECK_STR(packet.data, "a}\x03}\x04}]}\x0a");
	gdb_packet_begin(&packet);
	gdb_packet_text(&packet, "OK");
	CHECK_EQ(gdb_packet_checksum(&packet), 0x9a);
}

static void never_overflows(void)
{
	gdb_packet_begin(&packet);
	for (size_t i = 0; i < GDB_PACKET_MAX - 1; i++) {
		gdb_packet_byte(&packet, 'a');
	}
	CHECK(!packet.full);
	gdb_packet_byte(&packet, '#');
	CHECK(packet.full);
	CHECK_EQ(packet.length, GDB_PACKET_MAX - 1);
}

static const struct unit_test tests[] = {
	UNIT_TEST(takes_a_packet),	     UNIT_TEST(undoes_escapes),
	UNIT_TEST(tells_the_other_bytes),    UNIT_TEST(survives_damage),
	UNIT_TEST(refuses_what_is_too_long), UNIT_TEST(takes_the_longest),
	UNIT_TEST(makes_a_packet),	     UNIT_TEST(escapes_and_sums),
	UNIT_TEST(never_overflows),
};

int main(void)
{
	return UNIT_RUN(tests);
}
