/*
 * modules: common/gdb/gdb_packet.c common/gdb/gdb_command.c
 *
 * Feeds any bytes to the reader of gdb's packets, and what comes out of it to
 * the parser of commands. Besides what the sanitizers see: a packet is never
 * longer than it may be, what a command points to lies in its packet, and a
 * packet that is made of any bytes is read back as the same bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "gdb/gdb_command.h"
#include "gdb/gdb_packet.h"

#define MUST(condition)             \
	do {                        \
		if (!(condition)) { \
			abort();    \
		}                   \
	} while (0)

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static void take_command(const struct gdb_packet_reader *reader)
{
	struct gdb_command c = gdb_command_parse(reader->data, reader->length);
	struct gdb_action action;
	u8 bytes[64];

	if (c.kind == GDB_COMMAND_UNKNOWN || *c.text == '\0') {
		return;
	}
	MUST(c.text >= reader->data && c.text <= reader->data + reader->length);
	if (strlen(c.text) / 2 <= sizeof(bytes)) {
		(void)gdb_command_bytes(c.text, bytes, strlen(c.text) / 2);
	}
	for (const char *at = c.text; gdb_command_action(&at, &action);) {
		MUST(at > c.text && at <= c.text + strlen(c.text));
	}
}

static enum gdb_packet_event feed_packet(struct gdb_packet_reader *reader,
					 const struct gdb_packet *packet)
{
	u8 sum = gdb_packet_checksum(packet);

	MUST(gdb_packet_feed(reader, '$') == GDB_PACKET_NOTHING);
	for (size_t i = 0; i < packet->length; i++) {
		MUST(gdb_packet_feed(reader, (u8)packet->data[i]) ==
		     GDB_PACKET_NOTHING);
	}
	gdb_packet_feed(reader, '#');
	gdb_packet_feed(reader, (u8)gdb_packet_character(sum >> 4));
	return gdb_packet_feed(reader, (u8)gdb_packet_character(sum));
}

static void there_and_back(const u8 *data, size_t size)
{
	static struct gdb_packet_reader reader;
	static struct gdb_packet packet;

	memset(&reader, 0, sizeof(reader));
	gdb_packet_begin(&packet);
	for (size_t i = 0; i < size; i++) {
		gdb_packet_byte(&packet, data[i]);
	}
	if (packet.full) {
		return;
	}
	MUST(feed_packet(&reader, &packet) == GDB_PACKET_COMPLETE);
	MUST(reader.length == size && memcmp(reader.data, data, size) == 0);
}

/* As if gdb had sent it: most inputs would fail the checksum otherwise. */
static void take_as_packet(const u8 *data, size_t size)
{
	static struct gdb_packet_reader reader;
	static struct gdb_packet packet;

	memset(&reader, 0, sizeof(reader));
	gdb_packet_begin(&packet);
	for (size_t i = 0; i < size; i++) {
		gdb_packet_byte(&packet, data[i]);
	}
	if (feed_packet(&reader, &packet) == GDB_PACKET_COMPLETE) {
		take_command(&reader);
	}
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	static struct gdb_packet_reader reader;

	memset(&reader, 0, sizeof(reader));
	for (size_t i = 0; i < size; i++) {
		if (gdb_packet_feed(&reader, data[i]) == GDB_PACKET_COMPLETE) {
			MUST(reader.length <= GDB_PACKET_MAX);
			take_command(&reader);
		}
	}
	there_and_back(data, size);
	take_as_packet(data, size);
	return 0;
}
