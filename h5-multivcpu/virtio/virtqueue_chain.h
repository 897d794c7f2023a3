#pragma once
/*
 * A buffer that a driver has made available: a chain of descriptors, each of
 * which names a part of guest RAM. The parts that the device may read come
 * first, then those that it may write.
 *
 * The descriptors are read once and checked as a whole, whatever the guest
 * makes of them afterwards.
 *
 * "Virtual I/O Device (VIRTIO) Version 1.2", section "The Virtqueue Descriptor
 * Table".
 */
#include "guest_memory.h"

#define VIRTQUEUE_SIZE_MAX 128u

#define VIRTQUEUE_DESCRIPTOR_SIZE 16u /* bytes of guest RAM */

struct virtqueue_part {
	gpa_t start; /* all of it is guest RAM */
	u32 size;    /* bytes; may be 0 */
};

struct virtqueue_chain {
	struct guest_memory *memory;
	u16 head;		     /* the first descriptor's number */
	unsigned int part_count;     /* 0: there is no chain */
	unsigned int readable_count; /* the others may be written */
	u64 readable;		     /* bytes in sum */
	u64 writable;
	struct virtqueue_part parts[VIRTQUEUE_SIZE_MAX];
};

/* Where a chain's descriptors lie. */
struct virtqueue_table {
	gpa_t start;	      /* the table is guest RAM */
	u32 size;	      /* 1 .. VIRTQUEUE_SIZE_MAX descriptors */
	bool may_be_indirect; /* VIRTIO_F_INDIRECT_DESC was negotiated */
};

/*
 * Reads the chain that begins with descriptor head. False, and the chain is
 * not to be used: a descriptor outside its table; more of them than the queue
 * has, as in a loop; one that can be read behind one that can be written; an
 * indirect table where none may be; a part outside guest RAM; more than 2^32
 * bytes; no backing for the table.
 */
bool virtqueue_chain_load(struct virtqueue_chain *chain,
			  struct guest_memory *memory,
			  const struct virtqueue_table *table, u16 head);

/*
 * Copy size bytes, which begin offset bytes into what can be read, or into
 * what can be written. False: the chain has no such bytes, or guest RAM no
 * backing; then some may have been copied.
 */
bool virtqueue_chain_read(const struct virtqueue_chain *chain, u64 offset,
			  void *to, u64 size);
bool virtqueue_chain_write(const struct virtqueue_chain *chain, u64 offset,
			   const void *from, u64 size);
