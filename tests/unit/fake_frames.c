#include "fake_frames.h"
#include "memory/physical.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define BLOCKS_MAX 65536u

/* What the real allocator would have: enough for every test. */
#define FRAMES_TOTAL (GIB(8) / FRAME_SIZE)

struct block {
	hpa_t address;
	unsigned int order;
};

static struct block blocks[BLOCKS_MAX];
static u64 block_count;
static u64 frame_count;
static u64 taken_frames;
static u64 allowed = UINT64_MAX;
static unsigned int highest_order = FRAME_ORDERS - 1;

static u64 block_size(unsigned int order)
{
	return (u64)FRAME_SIZE << order;
}

void fake_frames_reset(void)
{
	allowed = UINT64_MAX;
	highest_order = FRAME_ORDERS - 1;
}

void fake_frames_fail_after(u64 count)
{
	allowed = count;
}

void fake_frames_limit_order(unsigned int order)
{
	highest_order = order;
}

u64 fake_frames_outstanding(void)
{
	return block_count;
}

u64 fake_frames_outstanding_frames(void)
{
	return frame_count;
}

bool fake_frames_owns(hpa_t address, u64 size)
{
	for (u64 i = 0; i < block_count; i++) {
		u64 offset = address - blocks[i].address;
		u64 whole = block_size(blocks[i].order);

		if (offset < whole && size <= whole - offset) {
			return true;
		}
	}
	return false;
}

/* A gigabyte is mapped, so that only what is touched of it costs memory. */
static void *map_gigabyte(void)
{
	u64 size = GIB(1);
	u8 *mapping = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (mapping == MAP_FAILED) {
		return NULL;
	}
	u64 before = ALIGN_UP((uintptr_t)mapping, size) - (uintptr_t)mapping;

	if (before > 0) {
		munmap(mapping, before);
	}
	munmap(mapping + before + size, size - before);
	return mapping + before;
}

static void *take_memory(unsigned int order)
{
	if (order == FRAME_ORDER_1G) {
		return map_gigabyte();
	}
	return aligned_alloc(block_size(order), block_size(order));
}

hpa_t frames_alloc(unsigned int order)
{
	if (allowed == 0 || order > highest_order ||
	    block_count == BLOCKS_MAX) {
		return FRAME_NONE;
	}
	void *memory = take_memory(order);

	if (memory == NULL) {
		return FRAME_NONE;
	}
	if (allowed != UINT64_MAX) {
		allowed--;
	}
	hpa_t address = virt_to_phys(memory);

	blocks[block_count++] =
		(struct block){.address = address, .order = order};
	frame_count += 1ull << order;
	return address;
}

hpa_t frames_alloc_zeroed(unsigned int order)
{
	hpa_t block = frames_alloc(order);

	if (block != FRAME_NONE && order != FRAME_ORDER_1G) {
		memset(phys_to_virt(block), 0, block_size(order));
	}
	return block;
}

void frames_free(hpa_t block, unsigned int order)
{
	for (u64 i = block_count; i-- > 0;) {
		if (blocks[i].address != block || blocks[i].order != order) {
			continue;
		}
		if (order == FRAME_ORDER_1G) {
			munmap(phys_to_virt(block), block_size(order));
		} else {
			free(phys_to_virt(block));
		}
		blocks[i] = blocks[--block_count];
		frame_count -= 1ull << order;
		return;
	}
	fprintf(stderr, "frames_free: no block of order %u at %#lx\n", order,
		block);
	abort();
}

u64 frames_free_count(void)
{
	return FRAMES_TOTAL - frame_count;
}

/* Nothing lies there yet, and the sanitizers have their own elsewhere. */
bool frames_take(hpa_t start, hpa_t end)
{
	void *wanted = phys_to_virt(start);
	void *mapping = mmap(wanted, end - start, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
				     MAP_FIXED_NOREPLACE,
			     -1, 0);

	if (mapping != wanted) {
		return false;
	}
	memset(wanted, 0xa5, FRAME_SIZE);
	taken_frames += (end - start) / FRAME_SIZE;
	return true;
}

void frames_add(hpa_t start, hpa_t end)
{
	munmap(phys_to_virt(start), end - start);
	taken_frames -= (end - start) / FRAME_SIZE;
}

u64 fake_frames_taken(void)
{
	return taken_frames;
}
