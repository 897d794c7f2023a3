#pragma once
/*
 * The frames of GDB's remote protocol: $data#checksum.
 *
 * "Debugging with GDB", appendix "GDB Remote Serial Protocol", section
 * "Overview". Nothing here knows what a packet means or where it comes from:
 * bytes go in, events come out.
 */
#include "lib/types.h"

/* The longest packet that is taken and made, in characters between $ and #. */
#define GDB_PACKET_MAX 4096u

enum gdb_packet_event {
	GDB_PACKET_NOTHING,   /* more bytes are needed */
	GDB_PACKET_COMPLETE,  /* the reader holds a sound packet */
	GDB_PACKET_DAMAGED,   /* a wrong checksum, or too long a packet */
	GDB_PACKET_INTERRUPT, /* Ctrl-C: a byte 3 between packets */
	GDB_PACKET_ACK,	      /* + */
	GDB_PACKET_NAK,	      /* - : send the last packet again */
};

struct gdb_packet_reader {
	char data[GDB_PACKET_MAX + 1]; /* NUL behind the last character */
	size_t length;
	enum {
		GDB_READER_BETWEEN,
		GDB_READER_DATA,
		GDB_READER_FIRST_DIGIT,
		GDB_READER_SECOND_DIGIT,
	} state;
	u8 sum;	  /* of the bytes as they came */
	u8 claim; /* the checksum's first digit, shifted to its place */
	bool escaped;
	bool spoilt; /* too long, or a checksum that is no number */
};

/*
 * Takes one byte. reader starts as zeros. After GDB_PACKET_COMPLETE data and
 * length are the packet with its escapes undone, until the next byte.
 */
enum gdb_packet_event gdb_packet_feed(struct gdb_packet_reader *reader,
				      u8 byte);

/* A packet to be sent. What does not fit is dropped, and full says so. */
struct gdb_packet {
	char data[GDB_PACKET_MAX]; /* with escapes, as it goes out */
	size_t length;
	bool full;
};

/* Empties the packet. */
void gdb_packet_begin(struct gdb_packet *packet);

/* Append a byte, escaped where the protocol demands it, or a text. */
void gdb_packet_byte(struct gdb_packet *packet, u8 byte);
void gdb_packet_text(struct gdb_packet *packet, const char *text);

/* Append a number in hexadecimal without leading zeros. */
void gdb_packet_number(struct gdb_packet *packet, u64 number);

/* Appends size bytes, each as two hexadecimal digits. */
void gdb_packet_hex(struct gdb_packet *packet, const void *bytes, size_t size);

/* The sum that follows the # of the packet. */
u8 gdb_packet_checksum(const struct gdb_packet *packet);

/* The value of a hexadecimal digit; -1 where it is none. */
int gdb_packet_digit(char digit);

/* The digit, 0 .. 15, as a character. */
char gdb_packet_character(unsigned int digit);
