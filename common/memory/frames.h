#pragma once
/*
 * The frame allocator: hands out naturally aligned blocks of 2^order frames
 * of 4 KiB from all RAM that the memory map gives (a binary buddy system).
 * All but the two that set it up may be called on any CPU at any time.
 */
#include "lib/types.h"

#define FRAME_SIZE     4096u
#define FRAME_ORDER_4K 0u
#define FRAME_ORDER_2M 9u
#define FRAME_ORDER_1G 18u
#define FRAME_ORDERS   19u

/* No block has this address; returned when memory is exhausted. */
#define FRAME_NONE (~(hpa_t)0)

/* The order of the least block that holds so many bytes, at most 2^63. */
static inline unsigned int frames_order(u64 size)
{
	unsigned int order = 0;

	while (((u64)FRAME_SIZE << order) < size) {
		order++;
	}
	return order;
}

/*
 * Empties the allocator. states: one byte for each frame below the highest
 * address that will ever be added, owned by the allocator from now on.
 */
void frames_init(void *states, u64 frames);

/*
 * Hands over the RAM from start to end, in whole frames, below the bound that
 * frames_init() was told, mapped and not in use.
 */
void frames_add(hpa_t start, hpa_t end);

/*
 * Gives a block of 2^order frames, aligned to its size, contents undefined.
 * order: 0 .. FRAME_ORDERS-1. Returns FRAME_NONE if no such block is free.
 * The caller owns the block until frames_free() with the same order.
 */
hpa_t frames_alloc(unsigned int order);

/* The same, for one block whose bytes are all zero. */
hpa_t frames_alloc_zeroed(unsigned int order);

/* Takes a block back. One that was not given out that way is a panic. */
void frames_free(hpa_t block, unsigned int order);

/*
 * Takes exactly the frames from start to end, both multiples of FRAME_SIZE, out
 * of the allocator. False, and nothing has changed, unless all of them are
 * free. frames_add() hands them back.
 */
bool frames_take(hpa_t start, hpa_t end);

/* How many frames of 4 KiB are free at this moment. */
u64 frames_free_count(void);
