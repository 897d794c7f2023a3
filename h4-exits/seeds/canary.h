#pragma once
/*
 * A canary in every free frame of the host: who writes where nothing is, by a
 * mistake of the hypervisor's or of its EPT, is found out.
 *
 * All free blocks of 2 MiB are taken, and filled with a pattern that differs
 * from word to word. Only those that a guest's RAM needs are given back: they
 * lie one after the other, and a block with a canary lies on either side. What
 * is smaller than 2 MiB stays free for everything else, such as tables.
 */
#include "lib/error.h"
#include "lib/types.h"

/* One byte for each block of 2 MiB below 16 GiB; what is above stays free. */
#define CANARY_BLOCKS_MAX 8192u

struct canary {
	u64 first; /* of the blocks that are left for guest RAM: its number */
	u64 count;
	bool taken[CANARY_BLOCKS_MAX];
};

/*
 * Takes the blocks; guest RAM of size bytes is left. Errors, after which
 * nothing is taken: a size that is no multiple of 2 MiB; no such run of
 * blocks.
 */
struct error canary_init(struct canary *canary, u64 size);

/* Gives the blocks back. */
void canary_destroy(struct canary *canary);

/*
 * Looks at the guards, the 64 KiB on either side of guest RAM, or at every
 * block. False: a word has changed, and address says where the first one is.
 */
bool canary_guards_are_whole(const struct canary *canary, hpa_t *address);
bool canary_is_whole(const struct canary *canary, hpa_t *address);
