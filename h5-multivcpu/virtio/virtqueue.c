#include "virtio/virtqueue.h"

/* Section "The Virtqueue Available Ring": flags, idx, ring[], used_event. */
#define AVAIL_FLAGS	       0u
#define AVAIL_IDX	       2u
#define AVAIL_RING(i)	       (4 + 2 * (u64)(i))
#define AVAIL_SIZE(size)       (AVAIL_RING(size) + 2)
#define AVAIL_F_NO_INTERRUPT   1u
#define AVAIL_USED_EVENT(size) AVAIL_RING(size)

/* Section "The Virtqueue Used Ring": flags, idx, ring[], avail_event. */
#define USED_IDX	       2u
#define USED_RING(i)	       (4 + sizeof(struct used_element) * (u64)(i))
#define USED_SIZE(size)	       (USED_RING(size) + 2)
#define USED_AVAIL_EVENT(size) USED_RING(size)

struct used_element {
	u32 id;
	u32 length;
};

#define DESCRIPTOR_ALIGN 16u
#define AVAIL_ALIGN	 2u
#define USED_ALIGN	 4u

/* A table or a ring as it should be? */
static bool is_sound(const struct guest_memory *memory, gpa_t start, u64 size,
		     u64 align)
{
	return IS_ALIGNED(start, align) &&
	       guest_memory_contains(memory, start, size);
}

bool virtqueue_start(struct virtqueue *queue, struct guest_memory *memory,
		     u64 features)
{
	u32 size = queue->size;

	if (size == 0 || size > VIRTQUEUE_SIZE_MAX ||
	    (size & (size - 1)) != 0 ||
	    !is_sound(memory, queue->descriptors,
		      VIRTQUEUE_DESCRIPTOR_SIZE * (u64)size,
		      DESCRIPTOR_ALIGN) ||
	    !is_sound(memory, queue->available, AVAIL_SIZE(size),
		      AVAIL_ALIGN) ||
	    !is_sound(memory, queue->used, USED_SIZE(size), USED_ALIGN)) {
		return false;
	}
	queue->memory = memory;
	queue->has_event_idx = (features & VIRTIO_F_EVENT_IDX) != 0;
	queue->has_indirect = (features & VIRTIO_F_INDIRECT_DESC) != 0;
	queue->next_available = 0;
	queue->next_used = 0;
	queue->decided = 0;
	queue->ready = true;
	return true;
}

/*
 * 16 bits of a ring, in one access: the guest writes and reads them at the
 * same time. What the guest wrote before it wrote these is seen after a load;
 * what was written before a store, the guest sees when it sees this.
 */
static bool load(const struct virtqueue *queue, gpa_t gpa, u16 *value)
{
	const u16 *at = guest_memory_at(queue->memory, gpa);

	if (at == NULL) {
		return false;
	}
	*value = __atomic_load_n(at, __ATOMIC_ACQUIRE);
	return true;
}

static bool store(const struct virtqueue *queue, gpa_t gpa, u16 value)
{
	u16 *at = guest_memory_at(queue->memory, gpa);

	if (at == NULL) {
		return false;
	}
	__atomic_store_n(at, value, __ATOMIC_RELEASE);
	return true;
}

/* Loads below are not made before the stores above are seen by all CPUs. */
static void fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* The driver is never more than a whole ring ahead. */
static enum virtqueue_result count_available(const struct virtqueue *queue)
{
	u16 index, count;

	if (!load(queue, queue->available + AVAIL_IDX, &index)) {
		return VIRTQUEUE_BROKEN;
	}
	count = (u16)(index - queue->next_available);
	if (count > queue->size) {
		return VIRTQUEUE_BROKEN;
	}
	return count == 0 ? VIRTQUEUE_EMPTY : VIRTQUEUE_BUFFER;
}

/*
 * The driver notifies when it makes the buffer available whose number is
 * avail_event. It may have done so just before that number was written: hence
 * the second look. Without VIRTIO_F_EVENT_IDX it notifies always, since the
 * used ring's flags stay 0 as the driver made them.
 */
enum virtqueue_result virtqueue_look(struct virtqueue *queue)
{
	enum virtqueue_result result = count_available(queue);

	if (result != VIRTQUEUE_EMPTY || !queue->has_event_idx) {
		return result;
	}
	if (!store(queue, queue->used + USED_AVAIL_EVENT(queue->size),
		   queue->next_available)) {
		return VIRTQUEUE_BROKEN;
	}
	fence();
	return count_available(queue);
}

enum virtqueue_result virtqueue_take(struct virtqueue *queue,
				     struct virtqueue_chain *chain)
{
	const struct virtqueue_table table = {queue->descriptors, queue->size,
					      queue->has_indirect};
	enum virtqueue_result result = virtqueue_look(queue);
	u32 slot = queue->next_available % queue->size;
	u16 head;

	if (result != VIRTQUEUE_BUFFER) {
		return result;
	}
	if (!load(queue, queue->available + AVAIL_RING(slot), &head) ||
	    !virtqueue_chain_load(chain, queue->memory, &table, head)) {
		return VIRTQUEUE_BROKEN;
	}
	queue->next_available++;
	return VIRTQUEUE_BUFFER;
}

bool virtqueue_give(struct virtqueue *queue,
		    const struct virtqueue_chain *chain, u32 written)
{
	const struct used_element element = {chain->head, written};
	u32 slot = queue->next_used % queue->size;

	if (!guest_memory_write(queue->memory, queue->used + USED_RING(slot),
				&element, sizeof(element))) {
		return false;
	}
	queue->next_used++;
	return store(queue, queue->used + USED_IDX, queue->next_used);
}

/*
 * The driver asks for an interrupt when the buffer whose number is used_event
 * has been given back: is it among the last ones?
 */
static bool has_passed(u16 event, u16 before, u16 now)
{
	return (u16)(now - event - 1) < (u16)(now - before);
}

bool virtqueue_must_interrupt(struct virtqueue *queue)
{
	u16 before = queue->decided;
	u16 wish;

	queue->decided = queue->next_used;
	fence();
	if (queue->has_event_idx) {
		return load(queue,
			    queue->available + AVAIL_USED_EVENT(queue->size),
			    &wish) &&
		       has_passed(wish, before, queue->next_used);
	}
	return load(queue, queue->available + AVAIL_FLAGS, &wish) &&
	       (wish & AVAIL_F_NO_INTERRUPT) == 0;
}
