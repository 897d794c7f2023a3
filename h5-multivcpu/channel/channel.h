#pragma once
/*
 * Channels between guests: who has published which memory, who has subscribed
 * to it. What a guest asks for, and the codes it gets, are described in
 * abi/channel_abi.h.
 *
 * A channel is one block of frames. It belongs to the registry, and its users,
 * the publisher and the subscribers, have it mapped as a region of their
 * guest_memory, somewhere in the guest's window. It is freed when the last of
 * them has left. A publisher that unpublishes leaves; its subscribers keep the
 * memory till they unsubscribe, but get CHANNEL_GONE when they notify, and the
 * key is free for another channel.
 *
 * Locks. channel_publish() to channel_unsubscribe() and channel_release()
 * change the memory of the calling guest alone, under the machine lock of that
 * guest, which the caller holds. They take the registry's own lock inside. No
 * other machine lock is ever taken here, and the ops must not take one either.
 */
#include "channel/channel_table.h"

/* Where in a guest's space channels are mapped, unless somebody says else. */
#define CHANNEL_WINDOW	   0xc0000000ull
#define CHANNEL_WINDOW_END 0xd0000000ull

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
 * is called; memory: the guest's, outlives its part; window: where there are
 * neither main RAM nor devices; lines: bit n is set where it may name interrupt
 * line n. False: there are CHANNEL_GUESTS_MAX, or one of
 * that number.
 */
bool channel_join(struct channel_registry *registry, u32 number,
		  struct guest_memory *memory,
		  const struct channel_window *window, u32 lines);

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
