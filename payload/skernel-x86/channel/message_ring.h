#pragma once
/*
 * A ring of messages in memory that two guests share: one writes, one reads.
 *
 * A message's words all follow from its number, so that the reader knows what
 * each has to be.
 */
#include "lib/types.h"

#define MESSAGE_SLOTS 32u
#define MESSAGE_WORDS 7u

struct message {
	u64 number;
	u64 words[MESSAGE_WORDS];
};

/* Begins as zeros. Each counter is written by one side alone. */
struct message_ring {
	u64 written; /* messages, ever */
	u64 unused[7];
	u64 read;
	u64 unused_too[7];
	struct message slots[MESSAGE_SLOTS];
};

/*
 * Writes message number; salt tells those of one ring from those of another.
 * False: there is no room.
 */
bool message_ring_write(struct message_ring *ring, u64 number, u64 salt);

/*
 * Reads the message that is to be number. False: there is none yet. damages
 * becomes one more where it is not what was written.
 */
bool message_ring_read(struct message_ring *ring, u64 number, u64 salt,
		       u64 *damages);
