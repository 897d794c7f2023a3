#include "channel/message_ring.h"

static u64 word(u64 number, u64 salt, u32 i)
{
	return (number * MESSAGE_WORDS + i + 1) * 0x9e3779b97f4a7c15 ^ salt;
}

bool message_ring_write(struct message_ring *ring, u64 number, u64 salt)
{
	u64 written = ring->written;
	volatile struct message *slot = &ring->slots[written % MESSAGE_SLOTS];

	if (written - __atomic_load_n(&ring->read, __ATOMIC_ACQUIRE) >=
	    MESSAGE_SLOTS) {
		return false;
	}
	slot->number = number;
	for (u32 i = 0; i < MESSAGE_WORDS; i++) {
		slot->words[i] = word(number, salt, i);
	}
	__atomic_store_n(&ring->written, written + 1, __ATOMIC_RELEASE);
	return true;
}

bool message_ring_read(struct message_ring *ring, u64 number, u64 salt,
		       u64 *damages)
{
	u64 read = ring->read;
	volatile struct message *slot = &ring->slots[read % MESSAGE_SLOTS];
	bool good;

	if (__atomic_load_n(&ring->written, __ATOMIC_ACQUIRE) == read) {
		return false;
	}
	good = slot->number == number;
	for (u32 i = 0; i < MESSAGE_WORDS; i++) {
		good = good && slot->words[i] == word(number, salt, i);
	}
	*damages += good ? 0 : 1;
	__atomic_store_n(&ring->read, read + 1, __ATOMIC_RELEASE);
	return true;
}
