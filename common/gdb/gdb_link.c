#include "gdb/gdb_link.h"
#include "console/uart.h"
#include "cpu/instructions.h"

/* How often a packet is sent that gdb does not get whole. */
#define TRIES_MAX 3

/* Reads of the port while one acknowledgement is waited for. */
#define ACK_POLLS 50000000

static struct gdb_packet_reader reader;
static bool acknowledging = true;

void gdb_link_init(void)
{
	uart_init(UART_COM2, UART_WITH_FIFOS);
}

void gdb_link_interrupt(bool on)
{
	uart_receive_interrupt(UART_COM2, on);
}

void gdb_link_acknowledge(bool on)
{
	acknowledging = on;
}

void gdb_link_flush(void)
{
	uart_flush(UART_COM2);
}

/*
 * A + comes without need only when a debugger connects: it does so before it
 * knows what was agreed with the one before.
 */
static enum gdb_packet_event feed(u8 byte)
{
	enum gdb_packet_event event = gdb_packet_feed(&reader, byte);

	if (event == GDB_PACKET_ACK) {
		acknowledging = true;
	}
	return event;
}

enum gdb_packet_event gdb_link_poll(void)
{
	enum gdb_packet_event event = GDB_PACKET_NOTHING;
	u8 byte;

	while (event == GDB_PACKET_NOTHING && uart_receive(UART_COM2, &byte)) {
		event = feed(byte);
	}
	return event;
}

const char *gdb_link_receive(size_t *length)
{
	for (;;) {
		enum gdb_packet_event event = gdb_link_poll();

		if (event == GDB_PACKET_COMPLETE) {
			break;
		}
		if (event == GDB_PACKET_DAMAGED && acknowledging) {
			uart_send(UART_COM2, '-');
		}
		cpu_pause();
	}
	if (acknowledging) {
		uart_send(UART_COM2, '+');
	}
	*length = reader.length;
	return reader.data;
}

static bool acknowledged(void)
{
	u8 byte;

	for (u32 i = 0; i < ACK_POLLS; i++) {
		if (uart_receive(UART_COM2, &byte) &&
		    (byte == '+' || byte == '-')) {
			return byte == '+';
		}
	}
	return false;
}

static void send_once(const struct gdb_packet *packet)
{
	u8 sum = gdb_packet_checksum(packet);

	uart_send(UART_COM2, '$');
	for (size_t i = 0; i < packet->length; i++) {
		uart_send(UART_COM2, (u8)packet->data[i]);
	}
	uart_send(UART_COM2, '#');
	uart_send(UART_COM2, (u8)gdb_packet_character(sum >> 4));
	uart_send(UART_COM2, (u8)gdb_packet_character(sum));
}

void gdb_link_send(const struct gdb_packet *packet)
{
	for (int i = 0; i < TRIES_MAX; i++) {
		send_once(packet);
		if (!acknowledging || acknowledged()) {
			return;
		}
	}
}
