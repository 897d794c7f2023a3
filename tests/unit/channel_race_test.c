/*
 * Guests that use channels at the same time, each on a thread of its own, as
 * each has a machine lock of its own. What the threads share is the registry.
 *
 * modules: h5-multivcpu/channel/channel.c h5-multivcpu/channel/channel_table.c
 * modules: h5-multivcpu/channel/channel_notify.c
 * modules: h3-ept/guest_memory.c h3-ept/ept.c h3-ept/ept_check.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 */
#include "channel/channel.h"
#include "channel/channel_notify.h"
#include "memory/frames.h"
#include "unit.h"
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#define GUESTS 4u
#define STEPS  10000u
#define KEYS   3u

static const struct channel_window window = {CHANNEL_WINDOW,
					     CHANNEL_WINDOW_END};

static struct channel_registry registry;
static u64 frames_out;

hpa_t frames_alloc_zeroed(unsigned int order)
{
	size_t size = (size_t)FRAME_SIZE << order;
	void *block = aligned_alloc(size, size);

	memset(block, 0, size);
	__atomic_fetch_add(&frames_out, 1ull << order, __ATOMIC_RELAXED);
	return virt_to_phys(block);
}

void frames_free(hpa_t block, unsigned int order)
{
	memset(phys_to_virt(block), 0xdd, (size_t)FRAME_SIZE << order);
	__atomic_fetch_sub(&frames_out, 1ull << order, __ATOMIC_RELAXED);
	free(phys_to_virt(block));
}

static void flush(void *context, u32 guest)
{
	(void)context;
	(void)guest;
}

static u64 notifications;
static u64 overlaps;
static unsigned int inside;

/* Under the lock, nobody else is here. */
static void notify(void *context, u32 guest, unsigned int line)
{
	(void)context;
	(void)line;
	if (__atomic_fetch_add(&inside, 1, __ATOMIC_RELAXED) != 0) {
		__atomic_fetch_add(&overlaps, 1, __ATOMIC_RELAXED);
	}
	sched_yield();
	notifications += guest < GUESTS ? 1 : 0;
	__atomic_fetch_sub(&inside, 1, __ATOMIC_RELAXED);
}

struct player {
	pthread_t thread;
	u32 number;
	u64 state;
	struct ept ept;
	struct guest_memory memory;
	u64 shared; /* subscriptions that came about */
	u64 damages;
};

static u64 draw(struct player *player, u64 limit)
{
	player->state =
		player->state * 6364136223846793005u + 1442695040888963407u;
	return (player->state >> 33) % limit;
}

static void publish(struct player *player, u64 key)
{
	u64 word = key;
	gpa_t gpa;

	if (channel_publish(&registry, player->number, key, FRAME_SIZE, 0, 0,
			    &gpa) == CHANNEL_OK &&
	    !guest_memory_write(&player->memory, gpa, &word, sizeof(word))) {
		player->damages++;
	}
}

/* A subscriber sees 0, or the key when the publisher has written it. */
static void subscribe(struct player *player, u32 publisher, u64 key)
{
	struct channel_view view;
	u64 word;

	if (channel_subscribe(&registry, player->number, publisher, key, 0,
			      &view) != CHANNEL_OK) {
		return;
	}
	player->shared++;
	if (!guest_memory_read(&player->memory, view.gpa, &word,
			       sizeof(word)) ||
	    (word != 0 && word != key)) {
		player->damages++;
	}
}

static void *play(void *context)
{
	struct player *player = context;

	for (unsigned int step = 0; step < STEPS; step++) {
		u32 other = (u32)draw(player, GUESTS);
		u64 key = 1 + draw(player, KEYS);

		switch (draw(player, 64)) {
		case 0:
			channel_release(&registry, player->number);
			break;
		case 1 ... 15:
			publish(player, key);
			break;
		case 16 ... 23:
			(void)channel_unpublish(&registry, player->number, key);
			break;
		case 24 ... 43:
			subscribe(player, other, key);
			break;
		case 44 ... 53:
			(void)channel_unsubscribe(&registry, player->number,
						  other, key);
			break;
		default:
			(void)channel_notify(&registry, player->number, other,
					     key);
		}
	}
	return NULL;
}

static void guests_use_channels_at_once(void)
{
	static struct player players[GUESTS];
	const struct channel_ops ops = {flush, notify, NULL};
	u64 shared = 0;

	channel_init(&registry, &ops);
	for (u32 i = 0; i < GUESTS; i++) {
		struct player *player = &players[i];

		player->number = i;
		player->state = i + 1;
		CHECK(!failed(
			ept_init(&player->ept,
				 EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_WB |
					 EPT_CAP_INVEPT | EPT_CAP_INVEPT_SINGLE,
				 48)));
		CHECK(!failed(guest_memory_init(&player->memory, &player->ept,
						MIB(1), true)));
		CHECK(channel_join(&registry, i, &player->memory, &window, 1));
	}
	for (u32 i = 0; i < GUESTS; i++) {
		CHECK_EQ(pthread_create(&players[i].thread, NULL, play,
					&players[i]),
			 0);
	}
	for (u32 i = 0; i < GUESTS; i++) {
		CHECK_EQ(pthread_join(players[i].thread, NULL), 0);
	}
	for (u32 i = 0; i < GUESTS; i++) {
		CHECK_EQ(players[i].damages, 0);
		shared += players[i].shared;
		channel_leave(&registry, i);
		guest_memory_destroy(&players[i].memory);
		ept_destroy(&players[i].ept);
	}
	CHECK(shared > 200 && notifications > 200);
	CHECK_EQ(overlaps, 0);
	CHECK_EQ(frames_out, 0);
	for (unsigned int i = 0; i < CHANNELS_MAX; i++) {
		CHECK_EQ(registry.channels[i].users, 0);
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(guests_use_channels_at_once),
};

int main(void)
{
	return UNIT_RUN(tests);
}
