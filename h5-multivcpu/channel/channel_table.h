#pragma once
/*
 * Who uses which channel: the tables behind channel.h.
 *
 * Every function here is called with the registry's lock held.
 */
#include "abi/channel_abi.h"
#include "guest_memory.h"
#include "lib/spinlock.h"
#include "lib/types.h"

#define CHANNEL_GUESTS_MAX 16u

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

/* Where in a guest's space its channels are mapped. */
struct channel_window {
	gpa_t start;
	gpa_t end; /* the byte after the last */
};

/* A guest that takes part. */
struct channel_guest {
	struct guest_memory *memory; /* NULL: nobody */
	struct channel_window window;
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

/* The guest of a number; NULL: it takes no part. */
struct channel_guest *channel_table_guest(struct channel_registry *registry,
					  u64 number);

/* Where a guest that takes part has its place; NULL: there is no more. */
struct channel_guest *channel_table_place(struct channel_registry *registry);

/* The guest's use of a channel by name; NULL: it has none. */
struct channel_use *channel_table_published(struct channel_guest *guest,
					    u64 key);
struct channel_use *channel_table_subscribed(struct channel_guest *guest,
					     u64 publisher, u64 key);

/*
 * Begins the publisher's use of a new channel like wanted, whose users is 1.
 * Nobody can subscribe yet. guest may be NULL. Codes: DENIED, INVALID, EXISTS,
 * LIMIT, with which nothing has changed.
 */
enum channel_code channel_table_publish(struct channel_registry *registry,
					struct channel_guest *guest, u64 line,
					const struct channel *wanted,
					struct channel_use **use);

/*
 * Begins a subscriber's use of a channel of the guest of that number, in the
 * same way. NOT_FOUND as well.
 */
enum channel_code channel_table_subscribe(struct channel_registry *registry,
					  struct channel_guest *guest,
					  u64 number, u64 key, u64 line,
					  struct channel_use **use);

/*
 * Ends a use. The block to be freed, and its order, as nobody uses it any
 * more; or FRAME_NONE.
 */
hpa_t channel_table_end(struct channel_use *use, unsigned int *order);
