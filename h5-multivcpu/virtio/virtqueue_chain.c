#include "virtio/virtqueue_chain.h"

enum descriptor_flags {
	DESC_F_NEXT = 1,
	DESC_F_WRITE = 2,
	DESC_F_INDIRECT = 4,
};

struct descriptor {
	u64 address;
	u32 length;
	u16 flags;
	u16 next;
};

/* "Drivers MUST NOT" have more in one chain. */
#define CHAIN_BYTES_MAX GIB(4)

/* A later part than the last so far, of a queue with size descriptors. */
static bool add_part(struct virtqueue_chain *chain, u32 size,
		     const struct descriptor *descriptor)
{
	bool writable = (descriptor->flags & DESC_F_WRITE) != 0;

	if (chain->part_count == size ||
	    (!writable && chain->readable_count != chain->part_count) ||
	    !guest_memory_contains(chain->memory, descriptor->address,
				   descriptor->length)) {
		return false;
	}
	chain->parts[chain->part_count++] = (struct virtqueue_part){
		.start = descriptor->address, .size = descriptor->length};
	if (writable) {
		chain->writable += descriptor->length;
	} else {
		chain->readable_count++;
		chain->readable += descriptor->length;
	}
	return chain->readable + chain->writable <= CHAIN_BYTES_MAX;
}

/*
 * The chain goes on in a table of its own. That has no room to be bounded by:
 * the parts are counted. Its descriptor is the last in the queue's table. An
 * empty one has no first descriptor.
 */
static bool enter_indirect(struct virtqueue_table *table,
			   const struct guest_memory *memory,
			   const struct descriptor *descriptor)
{
	if (!table->may_be_indirect || (descriptor->flags & DESC_F_NEXT) != 0 ||
	    descriptor->length % sizeof(*descriptor) != 0 ||
	    !guest_memory_contains(memory, descriptor->address,
				   descriptor->length)) {
		return false;
	}
	*table = (struct virtqueue_table){.start = descriptor->address,
					  .size = descriptor->length /
						  sizeof(*descriptor)};
	return true;
}

bool virtqueue_chain_load(struct virtqueue_chain *chain,
			  struct guest_memory *memory,
			  const struct virtqueue_table *queue, u16 head)
{
	struct virtqueue_table table = *queue;
	struct descriptor descriptor = {.next = head};

	chain->memory = memory;
	chain->head = head;
	chain->part_count = chain->readable_count = 0;
	chain->readable = chain->writable = 0;
	do {
		u16 index = descriptor.next;

		if (index >= table.size ||
		    !guest_memory_read(memory,
				       table.start + index * sizeof(descriptor),
				       &descriptor, sizeof(descriptor))) {
			return false;
		}
		if ((descriptor.flags & DESC_F_INDIRECT) != 0) {
			if (!enter_indirect(&table, memory, &descriptor)) {
				return false;
			}
			descriptor.next = 0;
			descriptor.flags = DESC_F_NEXT;
		} else if (!add_part(chain, queue->size, &descriptor)) {
			return false;
		}
	} while ((descriptor.flags & DESC_F_NEXT) != 0);
	return true;
}

/* One of a chain's two halves, from offset on. */
struct stretch {
	const struct virtqueue_part *part;
	u64 offset; /* in the part */
};

static struct stretch find(const struct virtqueue_part *part, u64 offset)
{
	while (offset >= part->size) {
		offset -= part->size;
		part++;
	}
	return (struct stretch){part, offset};
}

/* The next bytes that lie in one part, at most left. */
static u64 next_piece(struct stretch *at, u64 left, gpa_t *gpa)
{
	u64 size;

	while (at->offset == at->part->size) {
		at->part++;
		at->offset = 0;
	}
	size = min_u64(left, at->part->size - at->offset);
	*gpa = at->part->start + at->offset;
	at->offset += size;
	return size;
}

bool virtqueue_chain_read(const struct virtqueue_chain *chain, u64 offset,
			  void *to, u64 size)
{
	struct stretch at;
	gpa_t gpa;

	if (size == 0 || offset >= chain->readable ||
	    size > chain->readable - offset) {
		return size == 0 && offset <= chain->readable;
	}
	at = find(chain->parts, offset);
	for (u64 done = 0, piece; done < size; done += piece) {
		piece = next_piece(&at, size - done, &gpa);
		if (!guest_memory_read(chain->memory, gpa, (u8 *)to + done,
				       piece)) {
			return false;
		}
	}
	return true;
}

bool virtqueue_chain_write(const struct virtqueue_chain *chain, u64 offset,
			   const void *from, u64 size)
{
	struct stretch at;
	gpa_t gpa;

	if (size == 0 || offset >= chain->writable ||
	    size > chain->writable - offset) {
		return size == 0 && offset <= chain->writable;
	}
	at = find(chain->parts + chain->readable_count, offset);
	for (u64 done = 0, piece; done < size; done += piece) {
		piece = next_piece(&at, size - done, &gpa);
		if (!guest_memory_write(chain->memory, gpa,
					(const u8 *)from + done, piece)) {
			return false;
		}
	}
	return true;
}
