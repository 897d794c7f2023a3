/*
 * Channels at random, against a model that is told in lists: every code, whose
 * memory is the same, and how many frames there are.
 *
 * modules: h5-multivcpu/channel/channel.c h5-multivcpu/channel/channel_table.c
 * modules: h5-multivcpu/channel/channel_notify.c
 * modules: h3-ept/guest_memory.c h3-ept/ept.c h3-ept/ept_check.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept_walk.c tests/unit/fake_frames.c
 */
#include "channel_fixture.h"
#include "random.h"

#define STEPS 60000
#define KEYS  12u

/* A use that there should be, its channel named by a number of its own. */
static struct {
	bool there;
	u64 channel;
	gpa_t gpa;
	bool writable;
} uses[GUESTS][GUESTS][KEYS]; /* of a guest: a publisher's, by its key */

static struct {
	unsigned int users;
	bool published;
	u64 size;
} channels[STEPS + 1];
static u64 channel_count;

static u64 frames_expected(void)
{
	u64 frames = 0;

	for (u64 i = 0; i < channel_count; i++) {
		u64 block = FRAME_SIZE;

		while (block < channels[i].size) {
			block *= 2;
		}
		frames += channels[i].users > 0 ? block / FRAME_SIZE : 0;
	}
	return frames;
}

static unsigned int count(u32 guest, bool published)
{
	unsigned int found = 0;

	for (u32 from = 0; from < GUESTS; from++) {
		for (u32 key = 0; key < KEYS; key++) {
			found += (from == guest) == published &&
				 uses[guest][from][key].there;
		}
	}
	return found;
}

static void begin_use(u32 guest, u32 from, u32 key, u64 channel, gpa_t gpa,
		      bool writable)
{
	uses[guest][from][key].there = true;
	uses[guest][from][key].channel = channel;
	uses[guest][from][key].gpa = gpa;
	uses[guest][from][key].writable = writable;
	channels[channel].users++;
}

static void end_use(u32 guest, u32 from, u32 key)
{
	uses[guest][from][key].there = false;
	channels[uses[guest][from][key].channel].users--;
	if (guest == from) {
		channels[uses[guest][from][key].channel].published = false;
	}
}

/* Its number, in its first word, is what every user reads there. */
static void mark(u32 guest, gpa_t gpa, u64 channel)
{
	CHECK(guest_memory_write(&memories[guest], gpa, &channel, 8));
}

static void try_publish(u32 guest, u32 key)
{
	u64 size = KIB(4) * (1 + random_below(9));
	bool writable = random_below(2) == 0;
	gpa_t gpa = 0;
	enum channel_code code = channel_publish(&registry, guest, key, size,
						 16, writable ? 1 : 0, &gpa);
	enum channel_code expected =
		uses[guest][guest][key].there		      ? CHANNEL_EXISTS
		: count(guest, true) == CHANNEL_PUBLISHED_MAX ? CHANNEL_LIMIT
							      : CHANNEL_OK;

	CHECK_EQ(code, expected);
	if (code == CHANNEL_OK) {
		channels[channel_count].published = true;
		channels[channel_count].size = size;
		begin_use(guest, guest, key, channel_count, gpa, writable);
		mark(guest, gpa, channel_count++);
	}
}

static void try_subscribe(u32 guest, u32 from, u32 key)
{
	struct channel_view view = {0};
	enum channel_code code =
		channel_subscribe(&registry, guest, from, key, 17, &view);
	enum channel_code expected =
		guest == from		       ? CHANNEL_DENIED
		: uses[guest][from][key].there ? CHANNEL_EXISTS
		: !uses[from][from][key].there ? CHANNEL_NOT_FOUND
		: count(guest, false) == CHANNEL_SUBSCRIBED_MAX ? CHANNEL_LIMIT
								: CHANNEL_OK;

	CHECK_EQ(code, expected);
	if (code == CHANNEL_OK) {
		begin_use(guest, from, key, uses[from][from][key].channel,
			  view.gpa, uses[from][from][key].writable);
		CHECK_EQ(view.writable, uses[from][from][key].writable);
		CHECK_EQ(view.size,
			 channels[uses[from][from][key].channel].size);
	}
}

static void try_leave(u32 guest, u32 from, u32 key)
{
	bool there = uses[guest][from][key].there;
	enum channel_code code =
		guest == from
			? channel_unpublish(&registry, guest, key)
			: channel_unsubscribe(&registry, guest, from, key);

	CHECK_EQ(code, there ? CHANNEL_OK : CHANNEL_NOT_FOUND);
	if (there) {
		end_use(guest, from, key);
	}
}

static void try_notify(u32 guest, u32 from, u32 key)
{
	unsigned int expected[GUESTS];
	enum channel_code code = CHANNEL_OK;
	u64 channel = uses[guest][from][key].channel;

	memcpy(expected, notified, sizeof(expected));
	if (!uses[guest][from][key].there) {
		code = CHANNEL_NOT_FOUND;
	} else if (guest != from && !channels[channel].published) {
		code = CHANNEL_GONE;
	} else if (guest != from) {
		expected[from]++;
	} else {
		for (u32 i = 0; i < GUESTS; i++) {
			expected[i] += i != from && uses[i][from][key].there &&
				       uses[i][from][key].channel == channel;
		}
	}
	CHECK_EQ(channel_notify(&registry, guest, from, key), code);
	CHECK(memcmp(expected, notified, sizeof(expected)) == 0);
}

static void die(u32 guest)
{
	for (u32 from = 0; from < GUESTS; from++) {
		for (u32 key = 0; key < KEYS; key++) {
			if (uses[guest][from][key].there) {
				end_use(guest, from, key);
			}
		}
	}
	end_guest(guest);
	make_guest(guest);
}

/* What a guest has mapped, by the model, it sees, and nothing else. */
static bool sees_what_it_should(u32 guest)
{
	unsigned int regions = 0;

	for (u32 from = 0; from < GUESTS; from++) {
		for (u32 key = 0; key < KEYS; key++) {
			gpa_t gpa = uses[guest][from][key].gpa;
			u64 word = ~0ull;

			if (!uses[guest][from][key].there) {
				continue;
			}
			regions++;
			CHECK(guest_memory_read(&memories[guest], gpa, &word,
						8));
			CHECK_EQ(word, uses[guest][from][key].channel);
			CHECK_EQ(guest_memory_may_write(&memories[guest], gpa,
							8),
				 guest == from ||
					 uses[guest][from][key].writable);
		}
	}
	return CHECK_EQ(memories[guest].others.count, regions);
}

static void does_as_the_model_does(void)
{
	begin();
	for (int step = 0; step < STEPS && unit_failed_checks == 0; step++) {
		u32 guest = (u32)random_below(GUESTS);
		u32 from = (u32)random_below(GUESTS);
		u32 key = (u32)random_below(KEYS);
		u64 what = random_below(1000);

		if (what < 300) {
			try_publish(guest, key);
		} else if (what < 600) {
			try_subscribe(guest, from, key);
		} else if (what < 800) {
			try_leave(guest, from, key);
		} else if (what < 998) {
			try_notify(guest, from, key);
		} else {
			die(guest);
		}
		if (step % 64 == 0) {
			CHECK_EQ(frames_of_channels(), frames_expected());
			sees_what_it_should(guest);
		}
	}
	CHECK(channel_count > 1000);
	end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(does_as_the_model_does),
};

int main(void)
{
	return UNIT_RUN(tests);
}
