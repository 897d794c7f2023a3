#pragma once
/*
 * Channels between guests: who has published which memory, who has subscribed
 * to it. What a guest asks for, and the codes it gets, are described in
 * abi/channel_abi.h.
 *
 * A channel is one block of frames. It belongs to the registry, and its users,
 * the publisher and the subscribers, have it mapped as a region of their
 * guest_memory, somewhere in CHANNEL_WINDOW. It is freed when the last of them
 * has left. A publisher that unpublishes leaves; its subscribers keep the
 * memory till they unsubscribe, but get CHANNEL_GONE when they notify, and the
 * key is free for another channel.
 *
 * Locks. channel_publish() to channel_notify() and channel_release() change
 * the memory of the calling guest alone, under the machine lock of that guest,
 * which the caller holds. They take the registry's own lock inside. No other
 * machine lock is ever taken here, and the ops must not take one either.
 */
#include "abi/channel_abi.h"
#include "guest_memory.h"
#include "lib/spinlock.h"
#include "lib/types.h"

#define CHANNEL_GUESTS_MAX 16u

/* Where in a guest's space channels are mapped. */
#define CHANNEL_WINDOW	   0xc0000000ull
#define CHANNEL_WINDOW_END 0xd0000000ull

/* Each unpublished channel has a subscriber: so there are never more. */
#define CHANNELS_MAX \
	(CHANNEL_GUESTS_MAX * (CHANNEL_PUBLISHED_MAX + CHANNEL_SUBSCRIBED_MAX))

struct channel_ops {
	/*
	 * A region of the guest's has been unmapped: returns when no CPU can
	 * have its translations cached any more, that is when each vCPU of the
	 * guest has been out of it since and will execute INVEPT (see
	 * ept.generation). Called with the guest's machine lock held, without
	 * the registry's.
	 */
	void (*flush)(void *context, u32 guest);
	/*
	 * Notes that the guest is to get an edge on the interrupt line, and
	 * sees to it that it comes about soon. Called with the machine lock of
	 * another guest and the registry's lock held: it only posts, and calls
	 * nothing here.
	 */
	void (*notify)(void *context, u32 guest, unsigned int line);
	void *context;
};

/* A block of frames that guests share. */
struct channel {
	unsigned int
		users; /* guests that have it mapped; 0: it is no channel */
	bool published;
	bool subscribers_write;
	u64 key;
	u64 size;
	hpa_t block;
	unsigned int order;
};

/* That one guest uses a channel. */
struct channel_use {
	struct channel *channel; /* NULL: it does not */
	u32 publisher;
	gpa_t gpa;
	u64 line; /* or CHANNEL_NO_LINE */
};

/* A guest that takes part. */
struct channel_guest {
	struct guest_memory *memory; /* NULL: nobody */
	u32 number;
	u32 lines; /* bit n: it may name interrupt line n */
	struct channel_use published[CHANNEL_PUBLISHED_MAX];
	struct channel_use subscribed[CHANNEL_SUBSCRIBED_MAX];
};

struct channel_registry {
	struct spinlock lock; /* over all that follows */
	struct channel_ops ops;
	struct channel_guest guests[CHANNEL_GUESTS_MAX];
	struct channel channels[CHANNELS_MAX];
};

/* What a subscriber is told. */
struct channel_view {
	gpa_t gpa;
	u64 size;
	bool writable;
};

/* An empty registry. */
void channel_init(struct channel_registry *registry,
		  const struct channel_ops *ops);

/*
 * Lets a guest take part. number: what others call it by, as no other guest
 * is called; memory: the guest's, outlives its part; lines: bit n is set where
 * it may name interrupt line n. False: there are CHANNEL_GUESTS_MAX, or one of
 * that number.
 */
bool channel_join(struct channel_registry *registry, u32 number,
		  struct guest_memory *memory, u32 lines);

/*
 * Unpublishes and unsubscribes all that the guest has, as for a guest that is
 * reset. No CPU is in the guest, nor enters it before INVEPT.
 */
void channel_release(struct channel_registry *registry, u32 number);

/* The same, and it takes part no more: before its memory is destroyed. */
void channel_leave(struct channel_registry *registry, u32 number);

/*
 * What the guest of that number asks for. Its arguments may have any value.
 * gpa, view: set where the code is CHANNEL_OK.
 */
enum channel_code channel_publish(struct channel_registry *registry, u32 number,
				  u64 key, u64 size, u64 line, u64 flags,
				  gpa_t *gpa);
enum channel_code channel_unpublish(struct channel_registry *registry,
				    u32 number, u64 key);
enum channel_code channel_subscribe(struct channel_registry *registry,
				    u32 number, u64 publisher, u64 key,
				    u64 line, struct channel_view *view);
enum channel_code channel_unsubscribe(struct channel_registry *registry,
				      u32 number, u64 publisher, u64 key);
enum channel_code channel_notify(struct channel_registry *registry, u32 number,
				 u64 publisher, u64 key);
