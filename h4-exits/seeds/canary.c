#include "seeds/canary.h"
#include "memory/frames.h"
#include "memory/physical.h"

#define BLOCK_SIZE  MIB(2)
#define BLOCK_WORDS (BLOCK_SIZE / sizeof(u64))
#define GUARD_SIZE  KIB(64)

static hpa_t block_address(u64 block)
{
	return block * BLOCK_SIZE;
}

static u64 pattern(hpa_t address)
{
	return ~address;
}

static void fill(u64 block)
{
	hpa_t address = block_address(block);
	u64 *words = phys_to_virt(address);

	for (u64 i = 0; i < BLOCK_WORDS; i++) {
		words[i] = pattern(address + i * sizeof(u64));
	}
}

static bool is_whole(hpa_t start, u64 size, hpa_t *address)
{
	const u64 *words = phys_to_virt(start);

	for (u64 i = 0; i < size / sizeof(u64); i++) {
		if (words[i] != pattern(start + i * sizeof(u64))) {
			*address = start + i * sizeof(u64);
			return false;
		}
	}
	return true;
}

static void give_back(struct canary *canary, u64 block)
{
	canary->taken[block] = false;
	frames_free(block_address(block), FRAME_ORDER_2M);
}

static void take_all(struct canary *canary)
{
	hpa_t address;

	while ((address = frames_alloc(FRAME_ORDER_2M)) != FRAME_NONE) {
		u64 block = address / BLOCK_SIZE;

		if (block >= CANARY_BLOCKS_MAX) {
			frames_free(address, FRAME_ORDER_2M);
			return;
		}
		canary->taken[block] = true;
	}
}

/* The first of count blocks in a row that have been taken; 0: there is none. */
static u64 find_run(const struct canary *canary, u64 count)
{
	u64 length = 0;

	for (u64 block = 1; block < CANARY_BLOCKS_MAX; block++) {
		length = canary->taken[block] ? length + 1 : 0;
		if (length == count) {
			return block + 1 - count;
		}
	}
	return 0;
}

struct error canary_init(struct canary *canary, u64 size)
{
	u64 run;

	*canary = (struct canary){.count = size / BLOCK_SIZE};
	if (size == 0 || size % BLOCK_SIZE != 0) {
		return failure("guest RAM between canaries is a multiple of "
			       "2 MiB, not",
			       size);
	}
	take_all(canary);
	run = find_run(canary, canary->count + 2);
	if (run == 0) {
		canary_destroy(canary);
		return failure("no room for canaries around guest RAM of size",
			       size);
	}
	canary->first = run + 1;
	for (u64 i = 0; i < canary->count; i++) {
		give_back(canary, canary->first + i);
	}
	for (u64 block = 0; block < CANARY_BLOCKS_MAX; block++) {
		if (canary->taken[block]) {
			fill(block);
		}
	}
	return SUCCESS;
}

void canary_destroy(struct canary *canary)
{
	for (u64 block = 0; block < CANARY_BLOCKS_MAX; block++) {
		if (canary->taken[block]) {
			give_back(canary, block);
		}
	}
}

bool canary_guards_are_whole(const struct canary *canary, hpa_t *address)
{
	hpa_t start = block_address(canary->first);
	hpa_t end = block_address(canary->first + canary->count);

	return is_whole(start - GUARD_SIZE, GUARD_SIZE, address) &&
	       is_whole(end, GUARD_SIZE, address);
}

bool canary_is_whole(const struct canary *canary, hpa_t *address)
{
	for (u64 block = 0; block < CANARY_BLOCKS_MAX; block++) {
		if (canary->taken[block] &&
		    !is_whole(block_address(block), BLOCK_SIZE, address)) {
			return false;
		}
	}
	return true;
}
