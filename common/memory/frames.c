#include "memory/frames.h"
#include "cpu/panic.h"
#include "lib/spinlock.h"
#include "lib/string.h"
#include "memory/physical.h"

/*
 * The buddy system: a free block of order n is halved into two of order n-1
 * when a smaller one is wanted, and joined with its other half, its buddy, as
 * soon as both are free. Free blocks of one order form a list whose links lie
 * in the blocks themselves.
 */
struct free_block {
	struct free_block *next;
	struct free_block *previous;
};

/* What is known of a frame: one byte, about the block that it begins. */
enum {
	STATE_ORDER = 0x1f,  /* the block's order */
	STATE_FREE = 0x40,   /* it begins a free block */
	STATE_IN_USE = 0x80, /* it begins a block that was given out */
};

static struct {
	struct spinlock lock; /* for all that follows */
	struct free_block *free[FRAME_ORDERS];
	u8 *states; /* one for each frame below frames */
	u64 frames;
	u64 free_count;
} allocator;

static u64 frame_number(hpa_t address)
{
	return address / FRAME_SIZE;
}

static void list_push(hpa_t address, unsigned int order)
{
	struct free_block *block = phys_to_virt(address);

	block->previous = NULL;
	block->next = allocator.free[order];
	if (block->next != NULL) {
		block->next->previous = block;
	}
	allocator.free[order] = block;
	allocator.states[frame_number(address)] = (u8)(STATE_FREE | order);
}

static void list_remove(hpa_t address, unsigned int order)
{
	struct free_block *block = phys_to_virt(address);

	if (block->previous != NULL) {
		block->previous->next = block->next;
	} else {
		allocator.free[order] = block->next;
	}
	if (block->next != NULL) {
		block->next->previous = block->previous;
	}
	allocator.states[frame_number(address)] = 0;
}

/* Adds a block to the free ones, joined with its buddy as far as that goes. */
static void insert(hpa_t block, unsigned int order)
{
	for (; order + 1 < FRAME_ORDERS; order++) {
		hpa_t buddy = block ^ ((u64)FRAME_SIZE << order);

		if (frame_number(buddy) >= allocator.frames ||
		    allocator.states[frame_number(buddy)] !=
			    (STATE_FREE | order)) {
			break;
		}
		list_remove(buddy, order);
		block = block < buddy ? block : buddy;
	}
	list_push(block, order);
}

void frames_init(void *states, u64 frames)
{
	memset(&allocator, 0, sizeof(allocator));
	memset(states, 0, frames);
	allocator.states = states;
	allocator.frames = frames;
}

/* Frees the frames from start to end in the largest blocks there are. */
static void insert_range(hpa_t start, hpa_t end)
{
	while (start < end) {
		unsigned int order = 0;

		while (order + 1 < FRAME_ORDERS &&
		       IS_ALIGNED(start, (u64)FRAME_SIZE << (order + 1)) &&
		       end - start >= (u64)FRAME_SIZE << (order + 1)) {
			order++;
		}
		insert(start, order);
		start += (u64)FRAME_SIZE << order;
	}
}

void frames_add(hpa_t start, hpa_t end)
{
	if (start >= end) {
		return;
	}
	spin_lock(&allocator.lock);
	insert_range(start, end);
	allocator.free_count += (end - start) / FRAME_SIZE;
	spin_unlock(&allocator.lock);
}

/* The order of the free block that holds the frame; FRAME_ORDERS: none does. */
static unsigned int free_order(hpa_t frame)
{
	unsigned int order = 0;

	while (order < FRAME_ORDERS &&
	       allocator.states[frame_number(
		       ALIGN_DOWN(frame, (u64)FRAME_SIZE << order))] !=
		       (STATE_FREE | order)) {
		order++;
	}
	return order;
}

/* The end of the free block that holds the frame; its own address: none does.
 */
static hpa_t free_end(hpa_t frame)
{
	unsigned int order = free_order(frame);

	return order == FRAME_ORDERS
		       ? frame
		       : ALIGN_DOWN(frame, (u64)FRAME_SIZE << order) +
				 ((u64)FRAME_SIZE << order);
}

static bool are_free(hpa_t start, hpa_t end)
{
	hpa_t at = start;

	if (start > end || frame_number(end) > allocator.frames) {
		return false;
	}
	while (at < end) {
		hpa_t next = free_end(at);

		if (next == at) {
			return false;
		}
		at = next;
	}
	return true;
}

static bool take_range(hpa_t start, hpa_t end)
{
	if (!are_free(start, end)) {
		return false;
	}
	for (hpa_t at = start; at < end;) {
		unsigned int order = free_order(at);
		hpa_t block = ALIGN_DOWN(at, (u64)FRAME_SIZE << order);
		hpa_t block_end = block + ((u64)FRAME_SIZE << order);

		list_remove(block, order);
		insert_range(block, at);
		insert_range(min_u64(block_end, end), block_end);
		at = block_end;
	}
	allocator.free_count -= (end - start) / FRAME_SIZE;
	return true;
}

bool frames_take(hpa_t start, hpa_t end)
{
	bool taken;

	if (!IS_ALIGNED(start, FRAME_SIZE) || !IS_ALIGNED(end, FRAME_SIZE)) {
		return false;
	}
	spin_lock(&allocator.lock);
	taken = take_range(start, end);
	spin_unlock(&allocator.lock);
	return taken;
}

static hpa_t take_block(unsigned int order)
{
	unsigned int found = order;

	while (found < FRAME_ORDERS && allocator.free[found] == NULL) {
		found++;
	}
	if (found >= FRAME_ORDERS) {
		return FRAME_NONE;
	}
	hpa_t block = virt_to_phys(allocator.free[found]);

	list_remove(block, found);
	while (found > order) {
		found--;
		list_push(block + ((u64)FRAME_SIZE << found), found);
	}
	allocator.states[frame_number(block)] = (u8)(STATE_IN_USE | order);
	allocator.free_count -= 1ull << order;
	return block;
}

hpa_t frames_alloc(unsigned int order)
{
	hpa_t block;

	spin_lock(&allocator.lock);
	block = take_block(order);
	spin_unlock(&allocator.lock);
	return block;
}

hpa_t frames_alloc_zeroed(unsigned int order)
{
	hpa_t block = frames_alloc(order);

	if (block != FRAME_NONE) {
		memset(phys_to_virt(block), 0, (u64)FRAME_SIZE << order);
	}
	return block;
}

static bool give_block_back(hpa_t block, unsigned int order)
{
	u64 number = frame_number(block);

	if (!IS_ALIGNED(block, FRAME_SIZE) || number >= allocator.frames ||
	    allocator.states[number] != (STATE_IN_USE | order)) {
		return false;
	}
	insert(block, order);
	allocator.free_count += 1ull << order;
	return true;
}

void frames_free(hpa_t block, unsigned int order)
{
	bool good;

	spin_lock(&allocator.lock);
	good = give_block_back(block, order);
	spin_unlock(&allocator.lock);
	if (!good) {
		panic("frames_free: no block of order %u was given out at %#lx",
		      order, block);
	}
}

u64 frames_free_count(void)
{
	u64 count;

	spin_lock(&allocator.lock);
	count = allocator.free_count;
	spin_unlock(&allocator.lock);
	return count;
}
