#pragma once
/*
 * A split virtqueue, from the device's side.
 *
 * The driver puts the numbers of buffers into the available ring, the device
 * puts them into the used ring when it is done. Both lie in guest RAM, and
 * other CPUs of the guest go on writing there meanwhile.
 *
 * "Virtual I/O Device (VIRTIO) Version 1.2", section "Split Virtqueues".
 */
#include "virtio/virtqueue_chain.h"

/* Feature bits of every device, which a queue's layout and use depend on. */
#define VIRTIO_F_INDIRECT_DESC BIT(28)
#define VIRTIO_F_EVENT_IDX     BIT(29)

/* The first four are the driver's, and unchecked until virtqueue_start(). */
struct virtqueue {
	u32 size; /* descriptors, and elements of each ring */
	gpa_t descriptors;
	gpa_t available;
	gpa_t used;

	struct guest_memory *memory;
	bool ready;
	bool has_event_idx; /* VIRTIO_F_EVENT_IDX was negotiated */
	bool has_indirect;  /* VIRTIO_F_INDIRECT_DESC */
	u16 next_available; /* both count buffers, modulo 2^16 */
	u16 next_used;
	u16 decided; /* next_used when virtqueue_must_interrupt() was asked */
};

enum virtqueue_result {
	VIRTQUEUE_EMPTY,
	VIRTQUEUE_BUFFER,
	VIRTQUEUE_BROKEN, /* the driver did what it must not */
};

/*
 * Takes the queue into use. features: those negotiated. False, and it is not
 * ready: its size is not a power of two up to VIRTQUEUE_SIZE_MAX, or a ring or
 * table is misaligned or not guest RAM.
 */
bool virtqueue_start(struct virtqueue *queue, struct guest_memory *memory,
		     u64 features);

/*
 * Has a ready queue a buffer? When it is empty, the driver has been told to
 * notify of the next.
 */
enum virtqueue_result virtqueue_look(struct virtqueue *queue);

/*
 * Takes the next buffer of a ready queue out of it; chain is meaningful after
 * VIRTQUEUE_BUFFER alone.
 */
enum virtqueue_result virtqueue_take(struct virtqueue *queue,
				     struct virtqueue_chain *chain);

/*
 * Gives a buffer back that was taken since the queue became ready. written: of
 * its bytes that can be written, how many were, from the first on. False: the
 * used ring has no backing.
 */
bool virtqueue_give(struct virtqueue *queue,
		    const struct virtqueue_chain *chain, u32 written);

/* Does the driver want an interrupt for what was given since the last call? */
bool virtqueue_must_interrupt(struct virtqueue *queue);
