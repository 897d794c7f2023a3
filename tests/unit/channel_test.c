/*
 * modules: h5-multivcpu/channel/channel.c h5-multivcpu/channel/channel_table.c
 * modules: h5-multivcpu/channel/channel_notify.c
 * modules: h5-multivcpu/channel/channel_call.c
 * modules: h3-ept/guest_memory.c h3-ept/ept.c h3-ept/ept_check.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: h3-ept/ept_walk.c tests/unit/fake_frames.c
 */
#include "channel/channel_call.h"
#include "channel_fixture.h"
#include "ept_walk.h"

#define KEY 0x1234567890abcdefull

static gpa_t publish(u32 guest, u64 key, u64 size, u64 flags)
{
	gpa_t gpa = 0;

	CHECK_EQ(channel_publish(&registry, guest, key, size, 16, flags, &gpa),
		 CHANNEL_OK);
	return gpa;
}

static struct channel_view subscribe(u32 guest, u32 publisher, u64 key)
{
	struct channel_view view = {0};

	CHECK_EQ(channel_subscribe(&registry, guest, publisher, key, 17, &view),
		 CHANNEL_OK);
	return view;
}

/* Has the guest the right by its EPT? */
static bool may(u32 guest, gpa_t gpa, u64 right)
{
	struct ept_translation found;

	return ept_walk(&epts[guest], gpa, right, &found) == EPT_WALK_ALLOWED;
}

static void memory_is_shared(void)
{
	u64 word = 1;

	begin();
	gpa_t gpa = publish(0, KEY, KIB(8), 0);
	struct channel_view view = subscribe(1, 0, KEY);

	CHECK_EQ(gpa, CHANNEL_WINDOW);
	CHECK_EQ(view.gpa, CHANNEL_WINDOW);
	CHECK_EQ(view.size, KIB(8));
	CHECK(!view.writable);
	CHECK(guest_memory_read(&memories[1], view.gpa + KIB(8) - 8, &word, 8));
	CHECK_EQ(word, 0);
	word = KEY;
	CHECK(guest_memory_write(&memories[0], gpa + KIB(8) - 8, &word, 8));
	word = 0;
	CHECK(guest_memory_read(&memories[1], view.gpa + KIB(8) - 8, &word, 8));
	CHECK_EQ(word, KEY);
	CHECK(!guest_memory_write(&memories[1], view.gpa, &word, 8));
	CHECK(!guest_memory_contains(&memories[1], view.gpa + KIB(8), 1));
	CHECK(may(0, gpa, EPT_WRITE) && !may(0, gpa, EPT_EXECUTE));
	CHECK(may(1, gpa, EPT_READ) && !may(1, gpa, EPT_WRITE));
	CHECK(!may(1, gpa + KIB(8), EPT_READ));
	CHECK_EQ(frames_of_channels(), 2);
	end();
}

static void subscribers_write_where_the_publisher_lets_them(void)
{
	u64 word = 7;

	begin();
	gpa_t gpa = publish(0, KEY, KIB(4), CHANNEL_SUBSCRIBERS_WRITE);
	struct channel_view view = subscribe(2, 0, KEY);

	CHECK(view.writable && may(2, view.gpa, EPT_WRITE));
	CHECK(guest_memory_write(&memories[2], view.gpa, &word, 8));
	word = 0;
	CHECK(guest_memory_read(&memories[0], gpa, &word, 8));
	CHECK_EQ(word, 7);
	end();
}

static void subscribers_keep_what_the_publisher_leaves(void)
{
	struct channel_view view;
	u64 word = 5;

	begin();
	gpa_t gpa = publish(0, KEY, KIB(4), 0);

	view = subscribe(1, 0, KEY);
	CHECK(guest_memory_write(&memories[0], gpa, &word, 8));
	CHECK_EQ(channel_unpublish(&registry, 0, KEY), CHANNEL_OK);
	CHECK_EQ(flushes[0], 1);
	CHECK_EQ(flushes[1], 0);
	CHECK(!may(0, gpa, EPT_READ));
	CHECK(!guest_memory_contains(&memories[0], gpa, 1));
	CHECK_EQ(frames_of_channels(), 1);
	word = 0;
	CHECK(guest_memory_read(&memories[1], view.gpa, &word, 8));
	CHECK_EQ(word, 5);
	CHECK_EQ(channel_subscribe(&registry, 2, 0, KEY, 17, &view),
		 CHANNEL_NOT_FOUND);
	CHECK_EQ(channel_notify(&registry, 1, 0, KEY), CHANNEL_GONE);
	/* A channel of the same name is another one. */
	(void)publish(0, KEY, KIB(4), 0);
	CHECK_EQ(channel_notify(&registry, 1, 0, KEY), CHANNEL_GONE);
	CHECK_EQ(channel_subscribe(&registry, 1, 0, KEY, 17, &view),
		 CHANNEL_EXISTS);
	CHECK_EQ(frames_of_channels(), 2);
	CHECK_EQ(channel_unsubscribe(&registry, 1, 0, KEY), CHANNEL_OK);
	CHECK_EQ(flushes[1], 1);
	CHECK_EQ(frames_of_channels(), 1);
	(void)subscribe(1, 0, KEY);
	CHECK_EQ(channel_notify(&registry, 1, 0, KEY), CHANNEL_OK);
	end();
}

static void the_dead_leave_nothing_behind(void)
{
	begin();
	(void)publish(0, 1, MIB(4), 0);
	(void)publish(1, 1, KIB(4), 0);
	(void)subscribe(0, 1, 1);
	(void)subscribe(1, 0, 1);
	CHECK_EQ(frames_of_channels(), 1024 + 1);
	end_guest(0);
	CHECK_EQ(channel_notify(&registry, 1, 0, 1), CHANNEL_GONE);
	CHECK_EQ(channel_notify(&registry, 0, 0, 1), CHANNEL_DENIED);
	CHECK_EQ(channel_unsubscribe(&registry, 1, 0, 1), CHANNEL_OK);
	CHECK_EQ(frames_of_channels(), 1);
	/* A guest that follows under the number has none of it. */
	make_guest(0);
	CHECK_EQ(channel_unpublish(&registry, 0, 1), CHANNEL_NOT_FOUND);
	CHECK_EQ(channel_unsubscribe(&registry, 0, 1, 1), CHANNEL_NOT_FOUND);
	CHECK_EQ(channel_unpublish(&registry, 1, 1), CHANNEL_OK);
	CHECK_EQ(frames_of_channels(), 0);
	end();
}

static void a_reset_guest_may_begin_again(void)
{
	begin();
	(void)publish(0, 1, KIB(4), 0);
	(void)subscribe(1, 0, 1);
	channel_release(&registry, 0);
	channel_release(&registry, 1);
	channel_release(&registry, 77);
	CHECK_EQ(frames_of_channels(), 0);
	(void)publish(0, 1, KIB(4), 0);
	(void)subscribe(1, 0, 1);
	end();
}

static void notifications_go_to_the_other_side(void)
{
	struct channel_view view;

	begin();
	(void)publish(0, KEY, KIB(4), 0);
	(void)subscribe(1, 0, KEY);
	CHECK_EQ(
		channel_subscribe(&registry, 2, 0, KEY, CHANNEL_NO_LINE, &view),
		CHANNEL_OK);
	(void)subscribe(3, 0, KEY);
	CHECK_EQ(channel_notify(&registry, 0, 0, KEY), CHANNEL_OK);
	CHECK(notified[0] == 0 && notified[1] == 1 && notified[2] == 0 &&
	      notified[3] == 1);
	CHECK_EQ(last_line, 17);
	CHECK_EQ(channel_notify(&registry, 2, 0, KEY), CHANNEL_OK);
	CHECK(notified[0] == 1 && notified[1] == 1 && notified[3] == 1);
	CHECK_EQ(last_line, 16);
	CHECK_EQ(channel_unsubscribe(&registry, 1, 0, KEY), CHANNEL_OK);
	CHECK_EQ(channel_notify(&registry, 0, 0, KEY), CHANNEL_OK);
	CHECK(notified[1] == 1 && notified[3] == 2);
	end();
}

static void every_misuse_has_its_code(void)
{
	static const u64 sizes[] = {0,
				    1,
				    KIB(4) - 1,
				    KIB(4) + 1,
				    CHANNEL_SIZE_MAX + KIB(4),
				    BIT(63),
				    ~0ull,
				    ~0ull - 4095};
	static const u64 lines[] = {0,	15, 20,		  31,
				    32, 64, BIT(32) + 16, ~0ull - 1};
	struct channel_view view = {.gpa = 1};
	gpa_t gpa = 1;

	begin();
	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		CHECK_EQ(channel_publish(&registry, 0, KEY, sizes[i], 16, 0,
					 &gpa),
			 CHANNEL_INVALID);
	}
	CHECK_EQ(channel_publish(&registry, 0, KEY, KIB(4), 16, 2, &gpa),
		 CHANNEL_INVALID);
	(void)publish(1, KEY, KIB(4), 0);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		CHECK_EQ(channel_publish(&registry, 0, KEY, KIB(4), lines[i], 0,
					 &gpa),
			 CHANNEL_INVALID);
		CHECK_EQ(channel_subscribe(&registry, 0, 1, KEY, lines[i],
					   &view),
			 CHANNEL_INVALID);
	}
	CHECK_EQ(channel_publish(&registry, 1, KEY, KIB(4), 16, 0, &gpa),
		 CHANNEL_EXISTS);
	CHECK_EQ(channel_subscribe(&registry, 1, 1, KEY, 16, &view),
		 CHANNEL_DENIED);
	CHECK_EQ(channel_subscribe(&registry, 0, 1, KEY + 1, 16, &view),
		 CHANNEL_NOT_FOUND);
	CHECK_EQ(channel_subscribe(&registry, 0, 9, KEY, 16, &view),
		 CHANNEL_NOT_FOUND);
	CHECK_EQ(channel_subscribe(&registry, 0, BIT(32) + 1, KEY, 16, &view),
		 CHANNEL_NOT_FOUND);
	CHECK_EQ(channel_subscribe(&registry, 9, 1, KEY, 16, &view),
		 CHANNEL_DENIED);
	CHECK_EQ(channel_publish(&registry, 9, KEY, KIB(4), 16, 0, &gpa),
		 CHANNEL_DENIED);
	CHECK_EQ(channel_unpublish(&registry, 9, KEY), CHANNEL_DENIED);
	CHECK_EQ(channel_unpublish(&registry, 0, KEY), CHANNEL_NOT_FOUND);
	CHECK_EQ(channel_unsubscribe(&registry, 9, 1, KEY), CHANNEL_DENIED);
	CHECK_EQ(channel_unsubscribe(&registry, 0, 1, KEY), CHANNEL_NOT_FOUND);
	CHECK_EQ(channel_unsubscribe(&registry, 1, 1, KEY), CHANNEL_NOT_FOUND);
	CHECK_EQ(channel_notify(&registry, 0, 1, KEY), CHANNEL_NOT_FOUND);
	CHECK_EQ(channel_notify(&registry, 0, 0, KEY), CHANNEL_NOT_FOUND);
	CHECK_EQ(channel_notify(&registry, 1, 1, KEY + 1), CHANNEL_NOT_FOUND);
	CHECK_EQ(gpa, 1);
	CHECK_EQ(view.gpa, 1);
	CHECK_EQ(frames_of_channels(), 1);
	end();
}

static void a_guest_has_its_limits(void)
{
	struct channel_view view;
	gpa_t gpa;

	begin();
	for (u64 key = 0; key < CHANNEL_PUBLISHED_MAX; key++) {
		(void)publish(0, key, CHANNEL_SIZE_MAX, 0);
		(void)publish(1, key, KIB(4), 0);
		(void)subscribe(1, 0, key);
	}
	CHECK_EQ(channel_publish(&registry, 0, KEY, KIB(4), 16, 0, &gpa),
		 CHANNEL_LIMIT);
	(void)publish(2, KEY, KIB(4), 0);
	CHECK_EQ(channel_subscribe(&registry, 1, 2, KEY, 16, &view),
		 CHANNEL_LIMIT);
	CHECK_EQ(frames_of_channels(), CHANNEL_PUBLISHED_MAX * (1024 + 1) + 1);
	/* What others keep alive does not count. */
	for (u64 key = 0; key < CHANNEL_PUBLISHED_MAX; key++) {
		CHECK_EQ(channel_unpublish(&registry, 0, key), CHANNEL_OK);
	}
	(void)publish(0, KEY, KIB(4), 0);
	end();
}

static void addresses_run_out(void)
{
	struct guest_region_wish wish = {
		.kind = GUEST_REGION_RAM,
		.gpa = CHANNEL_WINDOW + KIB(4),
		.size = CHANNEL_WINDOW_END - CHANNEL_WINDOW - KIB(8),
		.rights = EPT_READ,
		.lazy = true,
	};
	gpa_t gpa;

	begin();
	CHECK(!failed(guest_memory_add_region(&memories[0], &wish)));
	CHECK_EQ(publish(0, 1, KIB(4), 0), CHANNEL_WINDOW);
	CHECK_EQ(channel_publish(&registry, 0, 2, KIB(8), 16, 0, &gpa),
		 CHANNEL_NO_ADDRESS);
	CHECK_EQ(publish(0, 2, KIB(4), 0), CHANNEL_WINDOW_END - KIB(4));
	CHECK_EQ(channel_publish(&registry, 0, 3, KIB(4), 16, 0, &gpa),
		 CHANNEL_NO_ADDRESS);
	CHECK(!failed(guest_memory_remove_region(&memories[0], wish.gpa)));
	/* Large ones lie so that large pages map them. */
	CHECK_EQ(publish(0, 3, MIB(4), 0), CHANNEL_WINDOW + MIB(2));
	CHECK_EQ(epts[0].leaves[1], 2);
	end();
}

static void a_guest_has_its_own_window(void)
{
	const struct channel_window other = {MIB(512), MIB(512) + KIB(8)};
	struct channel_view view;
	gpa_t gpa;

	begin();
	channel_leave(&registry, 1);
	CHECK(channel_join(&registry, 1, &memories[1], &other, LINES));
	CHECK_EQ(publish(0, 1, KIB(4), 0), CHANNEL_WINDOW);
	CHECK_EQ(channel_subscribe(&registry, 1, 0, 1, 16, &view), CHANNEL_OK);
	CHECK_EQ(view.gpa, other.start);
	CHECK_EQ(publish(1, 2, KIB(4), 0), other.start + KIB(4));
	CHECK_EQ(channel_publish(&registry, 1, 3, KIB(4), 16, 0, &gpa),
		 CHANNEL_NO_ADDRESS);
	end();
}

/* Whatever number of frames there is, failing changes nothing. */
static void memory_runs_out(void)
{
	enum channel_code code = CHANNEL_NO_MEMORY;
	struct channel_view view;
	gpa_t gpa;
	u64 frames;

	begin();
	for (frames = 0; code == CHANNEL_NO_MEMORY && frames < 9; frames++) {
		fake_frames_fail_after(frames);
		code = channel_publish(&registry, 0, KEY, KIB(4), 16, 0, &gpa);
		CHECK_EQ(frames_of_channels(), code == CHANNEL_OK ? 1 : 0);
	}
	CHECK_EQ(code, CHANNEL_OK);
	CHECK(frames > 2);
	fake_frames_fail_after(0);
	CHECK_EQ(channel_subscribe(&registry, 1, 0, KEY, 16, &view),
		 CHANNEL_NO_MEMORY);
	CHECK_EQ(channel_unsubscribe(&registry, 1, 0, KEY), CHANNEL_NOT_FOUND);
	fake_frames_reset();
	(void)subscribe(1, 0, KEY);
	end();
}

static void a_number_is_a_guests_own(void)
{
	begin();
	CHECK(!channel_join(&registry, 2, &memories[0], &window, LINES));
	for (u32 i = GUESTS; i < CHANNEL_GUESTS_MAX; i++) {
		CHECK(channel_join(&registry, 100 + i, &memories[0], &window,
				   LINES));
	}
	CHECK(!channel_join(&registry, 99, &memories[0], &window, LINES));
	for (u32 i = GUESTS; i < CHANNEL_GUESTS_MAX; i++) {
		channel_leave(&registry, 100 + i);
	}
	end();
}

static void calls_are_registers(void)
{
	union vcpu_registers r = {
		.rax = HYPERCALL_CHANNEL_PUBLISH,
		.rbx = KEY,
		.rcx = KIB(8),
		.rdx = CHANNEL_NO_LINE,
		.rsi = CHANNEL_SUBSCRIBERS_WRITE,
	};

	begin();
	CHECK(!channel_call_is(0xff) && channel_call_is(r.rax) &&
	      channel_call_is(HYPERCALL_CHANNEL_WHO_AM_I) &&
	      !channel_call_is(HYPERCALL_CHANNEL_WHO_AM_I + 1));
	channel_call(&registry, 0, &r);
	CHECK(r.rax == 0 && r.rbx == CHANNEL_WINDOW);
	r = (union vcpu_registers){
		.rax = HYPERCALL_CHANNEL_SUBSCRIBE, .rcx = KEY, .rdx = 17};
	channel_call(&registry, 1, &r);
	CHECK(r.rax == 0 && r.rbx == CHANNEL_WINDOW && r.rcx == KIB(8) &&
	      r.rdx == 1);
	r = (union vcpu_registers){.rax = HYPERCALL_CHANNEL_NOTIFY, .rcx = KEY};
	channel_call(&registry, 0, &r);
	CHECK(r.rax == 0 && notified[1] == 1);
	r = (union vcpu_registers){.rax = HYPERCALL_CHANNEL_UNSUBSCRIBE,
				   .rcx = KEY};
	channel_call(&registry, 1, &r);
	CHECK_EQ(r.rax, 0);
	r.rax = HYPERCALL_CHANNEL_UNSUBSCRIBE;
	channel_call(&registry, 1, &r);
	CHECK_EQ(r.rax, (u64)CHANNEL_NOT_FOUND);
	r = (union vcpu_registers){.rax = HYPERCALL_CHANNEL_UNPUBLISH,
				   .rbx = KEY};
	channel_call(&registry, 0, &r);
	CHECK_EQ(r.rax, 0);
	r.rax = HYPERCALL_CHANNEL_WHO_AM_I;
	channel_call(&registry, 3, &r);
	CHECK(r.rax == 0 && r.rbx == 3);
	CHECK_EQ(frames_of_channels(), 0);
	end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(memory_is_shared),
	UNIT_TEST(subscribers_write_where_the_publisher_lets_them),
	UNIT_TEST(subscribers_keep_what_the_publisher_leaves),
	UNIT_TEST(the_dead_leave_nothing_behind),
	UNIT_TEST(a_reset_guest_may_begin_again),
	UNIT_TEST(notifications_go_to_the_other_side),
	UNIT_TEST(every_misuse_has_its_code),
	UNIT_TEST(a_guest_has_its_limits),
	UNIT_TEST(addresses_run_out),
	UNIT_TEST(a_guest_has_its_own_window),
	UNIT_TEST(memory_runs_out),
	UNIT_TEST(a_number_is_a_guests_own),
	UNIT_TEST(calls_are_registers),
};

int main(void)
{
	return UNIT_RUN(tests);
}
