#pragma once
/*
 * Bytes that were typed and not yet read: by a virtual machine or the monitor.
 * All zeros, it is empty. One CPU may put while another one takes.
 */
#include "lib/types.h"

#define INPUT_RING_SIZE 1024u

struct input_ring {
	u32 put;   /* bytes ever put, modulo 2^32 */
	u32 taken; /* bytes ever taken */
	u8 bytes[INPUT_RING_SIZE];
};

/* So many bytes still fit. */
u32 input_ring_room(const struct input_ring *ring);

/* False, and nothing has happened: the ring is full. */
bool input_ring_put(struct input_ring *ring, u8 byte);

/* The oldest byte. False: there is none. */
bool input_ring_take(struct input_ring *ring, u8 *byte);

/* Whoever takes drops all that is there. */
void input_ring_clear(struct input_ring *ring);
