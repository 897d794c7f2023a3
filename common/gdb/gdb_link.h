#pragma once
/*
 * The line to gdb: packets over the second serial port, with acknowledgements
 * until gdb does without.
 */
#include "gdb/gdb_packet.h"

/* Programs the port. No interrupts yet. */
void gdb_link_init(void);

/* Has a byte from gdb interrupt the CPU (vector GDB_LINK_VECTOR), or not. */
void gdb_link_interrupt(bool on);

/* Looks at what has come; NOTHING when there is nothing more. Never waits. */
enum gdb_packet_event gdb_link_poll(void);

/*
 * Waits for a sound packet and acknowledges it; damaged ones are asked for
 * again. NULL where the port has been read so often and nothing came; 0: waits
 * for ever. The text lasts until the next call of this or gdb_link_poll().
 */
const char *gdb_link_receive(size_t *length, u64 polls);

/* Sends a packet, again if it arrives damaged. */
void gdb_link_send(const struct gdb_packet *packet);

/* From the next packet on nothing is acknowledged any more, or all is. */
void gdb_link_acknowledge(bool on);

/* Waits until everything has been sent. */
void gdb_link_flush(void);
