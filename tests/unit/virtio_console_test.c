/*
 * The virtio console, between a driver and a terminal.
 *
 * modules: h5-multivcpu/virtio/virtio_console.c
 * modules: h5-multivcpu/virtio/virtio_mmio.c
 * modules: h5-multivcpu/virtio/virtio_device.c
 * modules: h5-multivcpu/virtio/virtqueue.c
 * modules: h5-multivcpu/virtio/virtqueue_chain.c
 * modules: h4-exits/devices/bus.c h4-exits/devices/device_clock.c
 * modules: h3-ept/guest_memory.c h3-ept/ept.c h3-ept/ept_check.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: tests/unit/fake_frames.c
 */
#include "virtio/virtio_console.h"
#include "virtio_registers.h"

#define RECEIVEQ  0
#define TRANSMITQ 1

#define F_SIZE BIT(0)
#define V1     BIT(32)

static struct virtio_console console;
static struct ring in_ring, out_ring;

static u8 said[MIB(1)];
static size_t said_count;

static void transmit(void *terminal, u8 byte)
{
	CHECK(terminal == said);
	if (CHECK(said_count < sizeof(said))) {
		said[said_count++] = byte;
	}
}

static void begin(bool lazy)
{
	ram_begin(lazy);
	said_count = 0;
	CHECK(!failed(virtio_console_attach(
		&console, &memory, &ports, BASE, wire_line, &device_clock,
		(struct virtio_console_config){80, 25}, transmit, said)));
}

static void begin_queues(void)
{
	in_ring = ring_at(0, 8);
	out_ring = ring_at(1, 128);
	CHECK(set_queue(RECEIVEQ, &in_ring));
	CHECK(set_queue(TRANSMITQ, &out_ring));
	set_driver_ok();
	CHECK_EQ(get_register(VIRTIO_STATUS), 0x0f);
}

static void begin_live(u64 features)
{
	begin(false);
	CHECK(negotiate(features));
	begin_queues();
}

static bool is_broken(void)
{
	return (get_register(VIRTIO_STATUS) & NEEDS_RESET) != 0;
}

static void send(u16 head)
{
	offer(&out_ring, head);
	set_register(VIRTIO_QUEUE_NOTIFY, TRANSMITQ);
}

static bool has_said(const char *text)
{
	return said_count == strlen(text) &&
	       memcmp(said, text, said_count) == 0;
}

static u32 receive(const char *text)
{
	return virtio_console_receive(&console, (const u8 *)text,
				      (u32)strlen(text));
}

static void is_a_console(void)
{
	begin(false);
	CHECK_EQ(get_register(VIRTIO_DEVICE_ID), 3);
	CHECK_EQ(device_features() & 0xffffff, F_SIZE);
	set_register(VIRTIO_QUEUE_SEL, 1);
	CHECK_EQ(get_register(VIRTIO_QUEUE_NUM_MAX), 128);
	set_register(VIRTIO_QUEUE_SEL, 2);
	CHECK_EQ(get_register(VIRTIO_QUEUE_NUM_MAX), 0);
	ram_end();
}

static void tells_the_terminals_size(void)
{
	begin_live(V1 | F_SIZE);
	CHECK_EQ(in(BASE + 0x100, 2), 80);
	CHECK_EQ(in(BASE + 0x102, 2), 25);
	CHECK_EQ(in(BASE + 0x104, 8), 0);
	virtio_console_resize(&console,
			      (struct virtio_console_config){132, 43});
	CHECK_EQ(in(BASE + 0x100, 4), 43 << 16 | 132);
	CHECK_EQ(get_register(VIRTIO_CONFIG_GENERATION), 1);
	CHECK_EQ(get_register(VIRTIO_INTERRUPT_STATUS), 2);
	ram_end();
}

static void sends(void)
{
	begin_live(V1 | F_SIZE);
	CHECK(guest_memory_write(&memory, 0x1000, "hello, world\n", 13));
	describe(&out_ring, 5, 0x1000, 7, DESC_NEXT, 6);
	describe(&out_ring, 6, 0x1007, 6, 0, 0);
	send(5);
	CHECK(has_said("hello, world\n"));
	CHECK_EQ(used_count(&out_ring), 1);
	CHECK_EQ(used_id(&out_ring, 0), 5);
	CHECK_EQ(used_length(&out_ring, 0), 0);
	CHECK(wire.level);
	ram_end();
}

/* One notification is enough for all that is there. */
static void sends_whatever_is_there(void)
{
	begin_live(V1);
	for (u16 i = 0; i < 100; i++) {
		put(0x1000 + i, 'a' + i % 26, 1);
		describe(&out_ring, i, 0x1000 + i, 1, 0, 0);
		offer(&out_ring, i);
	}
	CHECK_EQ(said_count, 0);
	set_register(VIRTIO_QUEUE_NOTIFY, TRANSMITQ);
	CHECK_EQ(said_count, 100);
	CHECK_EQ(said[99], 'a' + 99 % 26);
	CHECK_EQ(used_count(&out_ring), 100);
	ram_end();
}

static void sends_what_was_there_before_it_was_live(void)
{
	begin(false);
	CHECK(negotiate(V1));
	out_ring = ring_at(1, 128);
	CHECK(set_queue(TRANSMITQ, &out_ring));
	put(0x1000, 'x', 1);
	describe(&out_ring, 0, 0x1000, 1, 0, 0);
	send(0);
	CHECK_EQ(said_count, 0);
	set_driver_ok();
	CHECK(has_said("x"));
	ram_end();
}

/* What the guest should only have given to be read is not sent. */
static void writable_parts_are_not_sent(void)
{
	begin_live(V1);
	put(0x1000, 0x7978, 2);
	describe(&out_ring, 0, 0x1000, 1, DESC_NEXT, 1);
	describe(&out_ring, 1, 0x1001, 1, DESC_WRITE, 0);
	send(0);
	CHECK(has_said("x"));
	CHECK_EQ(used_count(&out_ring), 1);
	ram_end();
}

/*
 * A long buffer does not keep the VM from running; nothing is lost, and nobody
 * needs to ask for the rest.
 */
static void long_buffers_are_sent_in_pieces(void)
{
	const u32 size = 100000;
	size_t most = 0;

	begin_live(V1);
	for (u32 i = 0; i < size; i += 4) {
		put(0x1000 + i, i * 0x9e3779b9, 4);
	}
	describe(&out_ring, 0, 0x1000, size, 0, 0);
	send(0);
	while (used_count(&out_ring) == 0) {
		size_t before = said_count;

		if (!CHECK(device_clock_next(&device_clock) > time_now) ||
		    !CHECK(device_clock_next(&device_clock) <
			   time_now + MILLISECOND)) {
			break;
		}
		run_until(device_clock_next(&device_clock));
		most = max_u64(most, said_count - before);
	}
	CHECK_EQ(said_count, size);
	CHECK(most <= 5000);
	CHECK(wire.level);
	for (u32 i = 0; i < size; i += 4) {
		CHECK(memcmp(said + i, &(u32){i * 0x9e3779b9}, 4) == 0);
	}
	CHECK_EQ(device_clock_next(&device_clock), DEVICE_CLOCK_NEVER);
	ram_end();
}

/* Buffers without a byte in them cost time as well. */
static void empty_buffers_are_bounded(void)
{
	begin_live(V1);
	for (u16 i = 0; i < 128; i++) {
		describe(&out_ring, i, 0, 0, i < 127 ? DESC_NEXT : 0, i + 1);
	}
	for (unsigned int i = 0; i < 128; i++) {
		offer(&out_ring, 0);
	}
	set_register(VIRTIO_QUEUE_NOTIFY, TRANSMITQ);
	CHECK(used_count(&out_ring) < 4);
	run_for(SECOND);
	CHECK_EQ(used_count(&out_ring), 128);
	CHECK_EQ(said_count, 0);
	CHECK(!is_broken());
	ram_end();
}

static void send_long(void)
{
	describe(&out_ring, 0, 0, 100000, 0, 0);
	send(0);
	CHECK(said_count > 0 && said_count < 100000);
}

static void a_reset_ends_what_is_being_sent(void)
{
	size_t before;

	begin_live(V1);
	send_long();
	before = said_count;
	set_register(VIRTIO_STATUS, 0);
	CHECK_EQ(device_clock_next(&device_clock), DEVICE_CLOCK_NEVER);
	run_for(SECOND);
	CHECK_EQ(said_count, before);
	CHECK_EQ(used_count(&out_ring), 0);

	/* And it begins anew. */
	put(out_ring.available + 2, 0, 2);
	CHECK(negotiate(V1));
	begin_queues();
	said_count = 0;
	put(0x1000, 'y', 1);
	describe(&out_ring, 0, 0x1000, 1, 0, 0);
	send(0);
	CHECK(has_said("y"));
	ram_end();
}

static void a_stopped_queue_ends_what_is_being_sent(void)
{
	size_t before;

	begin_live(V1);
	send_long();
	before = said_count;
	set_register(VIRTIO_QUEUE_SEL, RECEIVEQ);
	set_register(VIRTIO_QUEUE_READY, 0);
	run_for(60 * MICROSECOND);
	CHECK(said_count > before);
	before = said_count;
	set_register(VIRTIO_QUEUE_SEL, TRANSMITQ);
	set_register(VIRTIO_QUEUE_READY, 0);
	run_for(SECOND);
	CHECK_EQ(said_count, before);
	ram_end();
}

static void a_driver_that_fails_ends_what_is_being_sent(void)
{
	size_t before;

	begin_live(V1);
	send_long();
	before = said_count;
	set_register(VIRTIO_STATUS, FAILED);
	run_for(SECOND);
	CHECK_EQ(said_count, before);
	set_queue(TRANSMITQ, &out_ring);
	set_register(VIRTIO_QUEUE_NOTIFY, TRANSMITQ);
	CHECK_EQ(said_count, before);
	ram_end();
}

static void a_broken_driver_ends_what_is_being_sent(void)
{
	begin_live(V1);
	send_long();
	offer(&in_ring, 8);
	CHECK_EQ(receive("x"), 0);
	CHECK(is_broken());
	run_for(SECOND);
	CHECK(said_count < 100000);
	CHECK_EQ(used_count(&out_ring), 0);
	ram_end();
}

static void receives(void)
{
	begin_live(V1);
	CHECK(!virtio_console_can_receive(&console));
	CHECK_EQ(receive("lost"), 0);
	describe(&in_ring, 2, 0x1000, 3, DESC_WRITE | DESC_NEXT, 3);
	describe(&in_ring, 3, 0x2000, 10, DESC_WRITE, 0);
	offer(&in_ring, 2);
	CHECK(virtio_console_can_receive(&console));
	CHECK_EQ(receive("hello"), 5);
	CHECK_EQ(get(0x1000, 4), 0x6c6568);
	CHECK_EQ(get(0x2000, 3), 0x6f6c);
	CHECK_EQ(used_count(&in_ring), 1);
	CHECK_EQ(used_id(&in_ring, 0), 2);
	CHECK_EQ(used_length(&in_ring, 0), 5);
	CHECK(wire.level);
	CHECK(!virtio_console_can_receive(&console));
	ram_end();
}

/* What does not fit is the terminal's still. */
static void receives_as_much_as_there_is_room_for(void)
{
	begin_live(V1);
	describe(&in_ring, 0, 0x1000, 3, DESC_WRITE, 0);
	describe(&in_ring, 1, 0x2000, 3, DESC_WRITE, 0);
	offer(&in_ring, 0);
	offer(&in_ring, 1);
	CHECK_EQ(receive("hello"), 3);
	CHECK(virtio_console_can_receive(&console));
	CHECK_EQ(receive("lo"), 2);
	CHECK_EQ(used_length(&in_ring, 0), 3);
	CHECK_EQ(used_length(&in_ring, 1), 2);
	CHECK_EQ(get(0x2000, 3), 0x6f6c);
	ram_end();
}

/* Readable parts are none of the device's business there. */
static void receives_into_writable_parts_alone(void)
{
	begin_live(V1);
	describe(&in_ring, 0, 0x1000, 3, DESC_NEXT, 1);
	describe(&in_ring, 1, 0x2000, 3, DESC_WRITE, 0);
	describe(&in_ring, 2, 0x3000, 3, 0, 0);
	offer(&in_ring, 0);
	offer(&in_ring, 2);
	CHECK_EQ(receive("abc"), 3);
	CHECK_EQ(get(0x1000, 3), 0);
	CHECK_EQ(get(0x2000, 3), 0x636261);
	CHECK_EQ(receive("abc"), 0);
	CHECK_EQ(get(0x3000, 3), 0);
	CHECK_EQ(used_count(&in_ring), 2);
	CHECK(!is_broken());
	ram_end();
}

/* The driver has been asked to say when there is room. */
static void waits_for_room(void)
{
	begin_live(V1 | VIRTIO_F_EVENT_IDX);
	describe(&in_ring, 0, 0x1000, 1, DESC_WRITE, 0);
	offer(&in_ring, 0);
	CHECK_EQ(receive("x"), 1);
	put(avail_event(&in_ring), 0x1234, 2);
	CHECK(!virtio_console_can_receive(&console));
	CHECK_EQ(get(avail_event(&in_ring), 2), 1);
	ram_end();
}

static u32 asked;

static void ask(void *terminal)
{
	CHECK(terminal == said);
	asked++;
}

/* The terminal hears of buffers, so that it need not try all the time. */
static void asks_for_input(void)
{
	begin(false);
	console.ask = ask;
	asked = 0;
	CHECK(!virtio_console_is_open(&console));
	CHECK(negotiate(V1));
	begin_queues();
	CHECK(virtio_console_is_open(&console));
	CHECK_EQ(asked, 1);
	describe(&in_ring, 0, 0x1000, 1, DESC_WRITE, 0);
	offer(&in_ring, 0);
	set_register(VIRTIO_QUEUE_NOTIFY, RECEIVEQ);
	CHECK_EQ(asked, 2);
	CHECK_EQ(receive("x"), 1);
	CHECK(!virtio_console_can_receive(&console));
	CHECK(virtio_console_is_open(&console));
	set_register(VIRTIO_STATUS, 0);
	CHECK(!virtio_console_is_open(&console));
	ram_end();
}

static void receives_nothing_before_it_is_live(void)
{
	begin(false);
	CHECK(!virtio_console_can_receive(&console));
	CHECK_EQ(receive("x"), 0);
	CHECK(negotiate(V1));
	in_ring = ring_at(0, 8);
	CHECK(set_queue(RECEIVEQ, &in_ring));
	describe(&in_ring, 0, 0x1000, 1, DESC_WRITE, 0);
	offer(&in_ring, 0);
	CHECK(!virtio_console_can_receive(&console));
	CHECK_EQ(receive("x"), 0);
	set_driver_ok();
	CHECK(virtio_console_can_receive(&console));
	ram_end();
}

static void hostile_buffers_need_a_reset(void)
{
	begin_live(V1);
	describe(&out_ring, 0, RAM - 1, 2, 0, 0);
	send(0);
	CHECK(is_broken());
	CHECK_EQ(said_count, 0);
	CHECK_EQ(used_count(&out_ring), 0);
	ram_end();

	begin_live(V1);
	describe(&in_ring, 0, 0xd0000000, 2, DESC_WRITE, 0);
	offer(&in_ring, 0);
	CHECK_EQ(receive("x"), 0);
	CHECK(is_broken());
	CHECK(!virtio_console_can_receive(&console));
	ram_end();

	begin_live(V1);
	put(in_ring.available + 2, 9, 2);
	CHECK(!virtio_console_can_receive(&console));
	CHECK(is_broken());
	ram_end();
}

/* Guest RAM without backing, between the buffer's being seen and used. */
static void missing_backing_needs_a_reset(void)
{
	for (unsigned int queue = 0; queue < 2; queue++) {
		begin(true);
		CHECK(negotiate(V1));
		begin_queues();
		describe(&out_ring, 0, MIB(2), 2, 0, 0);
		describe(&in_ring, 0, MIB(2), 2, DESC_WRITE, 0);
		offer(&in_ring, 0);
		fake_frames_fail_after(0);
		if (queue == TRANSMITQ) {
			send(0);
		} else {
			CHECK_EQ(receive("x"), 0);
		}
		CHECK(is_broken());
		CHECK_EQ(said_count, 0);
		ram_end();
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(is_a_console),
	UNIT_TEST(tells_the_terminals_size),
	UNIT_TEST(sends),
	UNIT_TEST(sends_whatever_is_there),
	UNIT_TEST(sends_what_was_there_before_it_was_live),
	UNIT_TEST(writable_parts_are_not_sent),
	UNIT_TEST(long_buffers_are_sent_in_pieces),
	UNIT_TEST(empty_buffers_are_bounded),
	UNIT_TEST(a_reset_ends_what_is_being_sent),
	UNIT_TEST(a_stopped_queue_ends_what_is_being_sent),
	UNIT_TEST(a_driver_that_fails_ends_what_is_being_sent),
	UNIT_TEST(a_broken_driver_ends_what_is_being_sent),
	UNIT_TEST(receives),
	UNIT_TEST(receives_as_much_as_there_is_room_for),
	UNIT_TEST(receives_into_writable_parts_alone),
	UNIT_TEST(waits_for_room),
	UNIT_TEST(asks_for_input),
	UNIT_TEST(receives_nothing_before_it_is_live),
	UNIT_TEST(hostile_buffers_need_a_reset),
	UNIT_TEST(missing_backing_needs_a_reset),
};

int main(void)
{
	return UNIT_RUN(tests);
}
