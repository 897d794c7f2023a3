#include "gdb/gdb_packet.h"

#define CTRL_C	    0x03
#define ESCAPE	    '}'
#define ESCAPE_FLIP 0x20

int gdb_packet_digit(char digit)
{
	if (digit >= '0' && digit <= '9') {
		return digit - '0';
	}
	if (digit >= 'a' && digit <= 'f') {
		return digit - 'a' + 10;
	}
	if (digit >= 'A' && digit <= 'F') {
		return digit - 'A' + 10;
	}
	return -1;
}

char gdb_packet_character(unsigned int digit)
{
	return "0123456789abcdef"[digit & 0xf];
}

static void start(struct gdb_packet_reader *reader)
{
	reader->state = GDB_READER_DATA;
	reader->length = 0;
	reader->sum = 0;
	reader->escaped = false;
	reader->spoilt = false;
}

static enum gdb_packet_event between(struct gdb_packet_reader *reader, u8 byte)
{
	switch (byte) {
	case '$':
		start(reader);
		return GDB_PACKET_NOTHING;
	case '+':
		return GDB_PACKET_ACK;
	case '-':
		return GDB_PACKET_NAK;
	case CTRL_C:
		return GDB_PACKET_INTERRUPT;
	default:
		return GDB_PACKET_NOTHING;
	}
}

static void take(struct gdb_packet_reader *reader, u8 byte)
{
	reader->sum = (u8)(reader->sum + byte);
	if (byte == ESCAPE && !reader->escaped) {
		reader->escaped = true;
		return;
	}
	if (reader->escaped) {
		byte ^= ESCAPE_FLIP;
		reader->escaped = false;
	}
	if (reader->length == GDB_PACKET_MAX) {
		reader->spoilt = true;
		return;
	}
	reader->data[reader->length++] = (char)byte;
}

static enum gdb_packet_event finish(struct gdb_packet_reader *reader, u8 digit)
{
	int low = gdb_packet_digit((char)digit);

	reader->state = GDB_READER_BETWEEN;
	reader->data[reader->length] = '\0';
	if (low < 0 || reader->spoilt || reader->escaped ||
	    reader->sum != (u8)(reader->claim | low)) {
		return GDB_PACKET_DAMAGED;
	}
	return GDB_PACKET_COMPLETE;
}

enum gdb_packet_event gdb_packet_feed(struct gdb_packet_reader *reader, u8 byte)
{
	int high;

	switch (reader->state) {
	case GDB_READER_BETWEEN:
		return between(reader, byte);
	case GDB_READER_DATA:
		/* A $ is always escaped: here the end of a packet was lost. */
		if (byte == '$') {
			start(reader);
		} else if (byte == '#') {
			reader->state = GDB_READER_FIRST_DIGIT;
		} else {
			take(reader, byte);
		}
		return GDB_PACKET_NOTHING;
	case GDB_READER_FIRST_DIGIT:
		high = gdb_packet_digit((char)byte);
		reader->spoilt |= high < 0;
		reader->claim = (u8)((unsigned int)high << 4);
		reader->state = GDB_READER_SECOND_DIGIT;
		return GDB_PACKET_NOTHING;
	case GDB_READER_SECOND_DIGIT:
		return finish(reader, byte);
	}
	return GDB_PACKET_NOTHING;
}

void gdb_packet_begin(struct gdb_packet *packet)
{
	packet->length = 0;
	packet->full = false;
}

static bool special(u8 byte)
{
	return byte == '$' || byte == '#' || byte == ESCAPE || byte == '*';
}

void gdb_packet_byte(struct gdb_packet *packet, u8 byte)
{
	size_t needed = special(byte) ? 2 : 1;

	if (packet->full || packet->length + needed > sizeof(packet->data)) {
		packet->full = true;
		return;
	}
	if (special(byte)) {
		packet->data[packet->length++] = ESCAPE;
		byte ^= ESCAPE_FLIP;
	}
	packet->data[packet->length++] = (char)byte;
}

void gdb_packet_text(struct gdb_packet *packet, const char *text)
{
	for (; *text != '\0'; text++) {
		gdb_packet_byte(packet, (u8)*text);
	}
}

void gdb_packet_number(struct gdb_packet *packet, u64 number)
{
	unsigned int shift = 60;

	while (shift > 0 && number >> shift == 0) {
		shift -= 4;
	}
	for (;; shift -= 4) {
		gdb_packet_byte(packet, (u8)gdb_packet_character(
						number >> shift & 0xf));
		if (shift == 0) {
			return;
		}
	}
}

void gdb_packet_hex(struct gdb_packet *packet, const void *bytes, size_t size)
{
	const u8 *from = bytes;

	for (size_t i = 0; i < size; i++) {
		gdb_packet_byte(packet, (u8)gdb_packet_character(from[i] >> 4));
		gdb_packet_byte(packet, (u8)gdb_packet_character(from[i]));
	}
}

u8 gdb_packet_checksum(const struct gdb_packet *packet)
{
	u8 sum = 0;

	for (size_t i = 0; i < packet->length; i++) {
		sum = (u8)(sum + (u8)packet->data[i]);
	}
	return sum;
}
