#pragma once
/*
 * Guests with memory of their own, and a registry of channels between them.
 */
#include "channel/channel.h"
#include "channel/channel_notify.h"
#include "fake_frames.h"
#include "unit.h"

#define GUESTS 4u
#define LINES  0x0f0000u /* that a guest may name */

static const struct channel_window window = {CHANNEL_WINDOW,
					     CHANNEL_WINDOW_END};

static struct channel_registry registry;
static struct ept epts[GUESTS];
static struct guest_memory memories[GUESTS];

static unsigned int flushes[GUESTS];
static unsigned int notified[GUESTS];
static unsigned int last_line;

static void flush(void *context, u32 guest)
{
	/* Neither the registry's lock is held, nor is anything freed yet. */
	CHECK_EQ(registry.lock.locked, 0);
	CHECK(context == &registry);
	flushes[guest]++;
}

static void notify(void *context, u32 guest, unsigned int line)
{
	CHECK(context == &registry);
	notified[guest]++;
	last_line = line;
}

static inline void make_guest(u32 number)
{
	const u64 caps = EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_WB |
			 EPT_CAP_2M_PAGES | EPT_CAP_INVEPT |
			 EPT_CAP_INVEPT_SINGLE;

	CHECK(!failed(ept_init(&epts[number], caps, 48)));
	CHECK(!failed(guest_memory_init(&memories[number], &epts[number],
					MIB(4), true)));
	CHECK(channel_join(&registry, number, &memories[number], &window,
			   LINES));
}

static inline void end_guest(u32 number)
{
	channel_leave(&registry, number);
	guest_memory_destroy(&memories[number]);
	CHECK_EQ(epts[number].leaves[0] + epts[number].leaves[1], 0);
	ept_destroy(&epts[number]);
}

static inline void begin(void)
{
	const struct channel_ops ops = {flush, notify, &registry};

	fake_frames_reset();
	channel_init(&registry, &ops);
	memset(flushes, 0, sizeof(flushes));
	memset(notified, 0, sizeof(notified));
	for (u32 i = 0; i < GUESTS; i++) {
		make_guest(i);
	}
}

static inline void end(void)
{
	for (u32 i = 0; i < GUESTS; i++) {
		end_guest(i);
	}
	CHECK_EQ(fake_frames_outstanding(), 0);
}

/* Frames that are neither tables of an EPT nor of a guest's main RAM. */
static inline u64 frames_of_channels(void)
{
	u64 frames = fake_frames_outstanding_frames();

	for (u32 i = 0; i < GUESTS; i++) {
		frames -= memories[i].ept == NULL ? 0 : epts[i].tables + 1;
	}
	return frames;
}
