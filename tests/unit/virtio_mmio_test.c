/*
 * The registers of a virtio device, in front of a device of the test's own.
 *
 * modules: h5-multivcpu/virtio/virtio_mmio.c
 * modules: h5-multivcpu/virtio/virtio_device.c
 * modules: h5-multivcpu/virtio/virtqueue.c
 * modules: h5-multivcpu/virtio/virtqueue_chain.c
 * modules: h4-exits/devices/bus.c h4-exits/devices/device_clock.c
 * modules: h3-ept/guest_memory.c h3-ept/ept.c h3-ept/ept_check.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: tests/unit/fake_frames.c
 */
#include "random.h"
#include "virtio/virtio_mmio.h"
#include "virtio_registers.h"

#define FEATURES  (BIT(3) | BIT(50))
#define ALL_BASIC (BIT(28) | BIT(29) | BIT(32))

static struct virtio_mmio mmio;
static const u8 config_bytes[5] = {1, 2, 3, 4, 5};
static unsigned int notified_count[2], stopped_count[2];

static const void *config(const void *self)
{
	CHECK(self == &mmio);
	return config_bytes;
}

static void notified(void *self, unsigned int queue)
{
	CHECK(self == &mmio);
	notified_count[queue]++;
}

static void stopped(void *self, unsigned int queue)
{
	CHECK(self == &mmio);
	stopped_count[queue]++;
}

static const struct virtio_device_type type = {
	.name = "test",
	.id = 42,
	.features = FEATURES,
	.queue_count = 2,
	.config_size = sizeof(config_bytes),
	.config = config,
	.notified = notified,
	.stopped = stopped,
};

static struct ring rings[2];
static struct virtqueue_chain chain;

static void begin(void)
{
	ram_begin(false);
	memset(notified_count, 0, sizeof(notified_count));
	memset(stopped_count, 0, sizeof(stopped_count));
	CHECK(!failed(virtio_mmio_attach(&mmio, &type, &mmio, &memory, &ports,
					 BASE, wire_line)));
	rings[0] = ring_at(0, 4);
	rings[1] = ring_at(1, 8);
}

static void begin_live(u64 features)
{
	begin();
	CHECK(negotiate(features));
	CHECK(set_queue(0, &rings[0]));
	CHECK(set_queue(1, &rings[1]));
	set_driver_ok();
	CHECK_EQ(get_register(VIRTIO_STATUS), 0x0f);
	memset(notified_count, 0, sizeof(notified_count));
}

static bool is_broken(void)
{
	return (get_register(VIRTIO_STATUS) & NEEDS_RESET) != 0;
}

static void says_what_it_is(void)
{
	begin();
	CHECK_EQ(get_register(0x000), 0x74726976);
	CHECK_EQ(get_register(0x004), 2);
	CHECK_EQ(get_register(0x008), 42);
	CHECK_EQ(get_register(0x00c), 0x52554f54);
	CHECK_EQ(get_register(0x070), 0);
	CHECK_EQ(get_register(0x060), 0);
	CHECK_EQ(device_features(), FEATURES | ALL_BASIC);
	set_register(VIRTIO_DEVICE_FEATURES_SEL, 2);
	CHECK_EQ(get_register(VIRTIO_DEVICE_FEATURES), 0);
	set_register(VIRTIO_DEVICE_FEATURES_SEL, UINT32_MAX);
	CHECK_EQ(get_register(VIRTIO_DEVICE_FEATURES), 0);
	/* No shared memory, of whatever number. */
	set_register(0x0ac, 0);
	for (u64 offset = 0x0b0; offset <= 0x0bc; offset += 4) {
		CHECK_EQ(get_register(offset), UINT32_MAX);
	}
	ram_end();
}

static void fills_its_page(void)
{
	u64 value;

	begin();
	CHECK(bus_read(&ports, BASE + 0xfff, 1, &value));
	CHECK_EQ(value, 0);
	CHECK(!bus_read(&ports, BASE + 0x1000, 4, &value));
	CHECK(!bus_read(&ports, BASE - 4, 4, &value));
	ram_end();
}

/* "Control registers": 32 bits, aligned. */
static void registers_are_accessed_as_a_whole(void)
{
	begin();
	CHECK_EQ(in(BASE, 1), 0);
	CHECK_EQ(in(BASE, 2), 0);
	CHECK_EQ(in(BASE + 2, 4), 0);
	CHECK_EQ(in(BASE, 8), 0x274726976);
	bus_write(&ports, BASE + VIRTIO_STATUS, 1, 1);
	bus_write(&ports, BASE + VIRTIO_STATUS, 2, 1);
	bus_write(&ports, BASE + VIRTIO_STATUS - 2, 4, 0x10000);
	CHECK_EQ(get_register(VIRTIO_STATUS), 0);
	ram_end();
}

/* Those that only tell keep what they tell; those that are told read as 0. */
static void directions_are_kept(void)
{
	static const u64 told[] = {0x014, 0x020, 0x024, 0x030,	   0x038, 0x050,
				   0x064, 0x080, 0x084, 0x090,	   0x094, 0x0a0,
				   0x0a4, 0x0ac, 0x0c0, 0x010 + 8, 0x0f8};

	begin();
	for (u64 offset = 0; offset <= 0x0c; offset += 4) {
		u32 value = get_register(offset);

		set_register(offset, ~value);
		CHECK_EQ(get_register(offset), value);
	}
	set_register(VIRTIO_QUEUE_NUM_MAX, 7);
	CHECK_EQ(get_register(VIRTIO_QUEUE_NUM_MAX), 128);
	set_register(VIRTIO_INTERRUPT_STATUS, 3);
	CHECK_EQ(get_register(VIRTIO_INTERRUPT_STATUS), 0);
	set_register(VIRTIO_CONFIG_GENERATION, 3);
	CHECK_EQ(get_register(VIRTIO_CONFIG_GENERATION), 0);
	for (size_t i = 0; i < ARRAY_SIZE(told); i++) {
		set_register(told[i], 1);
		CHECK_EQ(get_register(told[i]), 0);
	}
	CHECK(!is_broken());
	ram_end();
}

static void configuration_is_read_in_every_size(void)
{
	begin();
	CHECK_EQ(in(BASE + 0x100, 4), 0x04030201);
	CHECK_EQ(in(BASE + 0x103, 1), 4);
	CHECK_EQ(in(BASE + 0x101, 2), 0x0302);
	CHECK_EQ(in(BASE + 0x103, 4), 0x0504);
	CHECK_EQ(in(BASE + 0x100, 8), 0x0504030201);
	CHECK_EQ(in(BASE + 0x105, 4), 0);
	CHECK_EQ(in(BASE + 0xffc, 4), 0);
	bus_write(&ports, BASE + 0x100, 4, 0);
	CHECK_EQ(in(BASE + 0x100, 4), 0x04030201);
	ram_end();
}

static void features_are_negotiated(void)
{
	begin();
	CHECK(negotiate(BIT(32)));
	CHECK(negotiate(FEATURES | ALL_BASIC));
	CHECK(negotiate(BIT(32) | BIT(50)));
	CHECK(!negotiate(0));
	CHECK(!negotiate(FEATURES));
	CHECK(!negotiate(BIT(32) | BIT(2)));
	CHECK(!negotiate(BIT(32) | BIT(34)));
	/* Another try, without a reset. */
	set_register(VIRTIO_DRIVER_FEATURES_SEL, 1);
	set_register(VIRTIO_DRIVER_FEATURES, 1);
	set_register(VIRTIO_STATUS, 0x0b);
	CHECK_EQ(get_register(VIRTIO_STATUS), 0x0b);
	/* Too late. */
	set_register(VIRTIO_DRIVER_FEATURES, 0);
	CHECK_EQ(mmio.device.driver_features, BIT(32));
	ram_end();
}

static void features_beyond_64_are_lost(void)
{
	begin();
	set_register(VIRTIO_DRIVER_FEATURES_SEL, 2);
	set_register(VIRTIO_DRIVER_FEATURES, UINT32_MAX);
	CHECK_EQ(mmio.device.driver_features, 0);
	ram_end();
}

static void status_bits_stay_until_a_reset(void)
{
	begin();
	set_register(VIRTIO_STATUS, 1);
	set_register(VIRTIO_STATUS, 2);
	CHECK_EQ(get_register(VIRTIO_STATUS), 3);
	set_register(VIRTIO_STATUS, 0xffffff30); /* there are no such bits */
	CHECK_EQ(get_register(VIRTIO_STATUS), 3);
	set_register(VIRTIO_STATUS, NEEDS_RESET); /* the device's own */
	CHECK_EQ(get_register(VIRTIO_STATUS), 3);
	set_register(VIRTIO_STATUS, FAILED);
	CHECK_EQ(get_register(VIRTIO_STATUS), 0x83);
	set_register(VIRTIO_STATUS, 0);
	CHECK_EQ(get_register(VIRTIO_STATUS), 0);
	ram_end();
}

static void driver_ok_needs_features_ok(void)
{
	begin();
	set_register(VIRTIO_STATUS, 0x07);
	CHECK(is_broken());
	CHECK_EQ(get_register(VIRTIO_INTERRUPT_STATUS), 2);
	CHECK(wire.level);
	set_register(VIRTIO_STATUS, 0);
	CHECK_EQ(get_register(VIRTIO_STATUS), 0);
	CHECK(!wire.level);
	ram_end();
}

static void queues_are_selected(void)
{
	begin();
	for (u32 queue = 0; queue < 5; queue++) {
		set_register(VIRTIO_QUEUE_SEL, queue);
		CHECK_EQ(get_register(VIRTIO_QUEUE_NUM_MAX),
			 queue < 2 ? 128 : 0);
		CHECK_EQ(get_register(VIRTIO_QUEUE_READY), 0);
	}
	CHECK(negotiate(BIT(32)));
	CHECK(set_queue(1, &rings[1]));
	CHECK(!set_queue(2, &rings[0]));
	CHECK(!set_queue(UINT32_MAX, &rings[0]));
	set_register(VIRTIO_QUEUE_READY, 0);
	set_register(VIRTIO_QUEUE_SEL, 0);
	CHECK_EQ(get_register(VIRTIO_QUEUE_READY), 0);
	set_register(VIRTIO_QUEUE_SEL, 1);
	CHECK_EQ(get_register(VIRTIO_QUEUE_READY), 1);
	CHECK(!is_broken());
	ram_end();
}

/* "MUST NOT" be written while the queue is ready. */
static void a_ready_queue_keeps_its_place(void)
{
	begin_live(BIT(32));
	struct virtqueue before = mmio.device.queues[1];

	set_register(VIRTIO_QUEUE_SEL, 1);
	set_register(VIRTIO_QUEUE_NUM, 2);
	set_address(VIRTIO_QUEUE_DESC_LOW, 0x123456789);
	set_address(VIRTIO_QUEUE_DRIVER_LOW, 0x123456789);
	set_address(VIRTIO_QUEUE_DEVICE_LOW, 0x123456789);
	set_register(VIRTIO_QUEUE_READY, 1);
	CHECK(memcmp((const u8 *)&before, (const u8 *)&mmio.device.queues[1],
		     sizeof(before)) == 0);
	CHECK(!is_broken());

	set_register(VIRTIO_QUEUE_READY, 0);
	CHECK_EQ(get_register(VIRTIO_QUEUE_READY), 0);
	CHECK_EQ(stopped_count[1], 1);
	CHECK_EQ(stopped_count[0], 0);
	set_register(VIRTIO_QUEUE_READY, 0);
	CHECK_EQ(stopped_count[1], 1);
	set_register(VIRTIO_QUEUE_DESC_HIGH, 5);
	CHECK_EQ(mmio.device.queues[1].descriptors >> 32, 5);
	CHECK_EQ((u32)mmio.device.queues[1].descriptors, rings[1].descriptors);
	CHECK(set_queue(1, &rings[1]));
	ram_end();
}

static void a_queue_that_cannot_be_needs_a_reset(void)
{
	begin();
	CHECK(!set_queue(0, &rings[0])); /* before FEATURES_OK */
	CHECK(is_broken());
	CHECK(!wire.level);

	CHECK(negotiate(BIT(32)));
	CHECK(!is_broken());
	rings[0].used = RAM;
	CHECK(!set_queue(0, &rings[0]));
	CHECK(is_broken());
	ram_end();
}

static void notifies_of_live_queues_alone(void)
{
	begin();
	CHECK(negotiate(BIT(32)));
	CHECK(set_queue(0, &rings[0]));
	set_register(VIRTIO_QUEUE_NOTIFY, 0);
	CHECK_EQ(notified_count[0], 0);
	/* What came before is not forgotten. */
	set_driver_ok();
	CHECK_EQ(notified_count[0], 1);
	CHECK_EQ(notified_count[1], 0);
	set_register(VIRTIO_QUEUE_NOTIFY, 0);
	CHECK_EQ(notified_count[0], 2);
	set_register(VIRTIO_QUEUE_NOTIFY, 1);
	set_register(VIRTIO_QUEUE_NOTIFY, 2);
	set_register(VIRTIO_QUEUE_NOTIFY, UINT32_MAX);
	CHECK_EQ(notified_count[1], 0);
	/* Once only. */
	set_driver_ok();
	CHECK_EQ(notified_count[0], 2);
	set_register(VIRTIO_STATUS, FAILED);
	set_register(VIRTIO_QUEUE_NOTIFY, 0);
	CHECK_EQ(notified_count[0], 2);
	ram_end();
}

static void a_buffer_goes_and_comes(void)
{
	begin_live(BIT(32));
	CHECK(!virtio_device_has_buffer(&mmio.device, 1));
	CHECK(!virtio_device_take(&mmio.device, 1, &chain));
	CHECK_EQ(chain.part_count, 0);
	describe(&rings[1], 3, 0x1000, 10, DESC_WRITE, 0);
	offer(&rings[1], 3);
	CHECK(virtio_device_has_buffer(&mmio.device, 1));
	CHECK(!virtio_device_has_buffer(&mmio.device, 0));
	CHECK(virtio_device_take(&mmio.device, 1, &chain));
	CHECK(!wire.level);
	virtio_device_give(&mmio.device, 1, &chain, 7);
	CHECK(wire.level);
	CHECK_EQ(get_register(VIRTIO_INTERRUPT_STATUS), 1);
	CHECK_EQ(used_count(&rings[1]), 1);
	CHECK_EQ(used_id(&rings[1], 0), 3);
	CHECK_EQ(used_length(&rings[1], 0), 7);
	set_register(VIRTIO_INTERRUPT_ACK, 2);
	CHECK(wire.level);
	set_register(VIRTIO_INTERRUPT_ACK, 1);
	CHECK(!wire.level);
	CHECK_EQ(get_register(VIRTIO_INTERRUPT_STATUS), 0);
	ram_end();
}

static void is_silent_where_nobody_wants_to_know(void)
{
	begin_live(BIT(32));
	put(rings[1].available, 1, 2);
	offer(&rings[1], 0);
	CHECK(virtio_device_take(&mmio.device, 1, &chain));
	virtio_device_give(&mmio.device, 1, &chain, 0);
	CHECK_EQ(used_count(&rings[1]), 1);
	CHECK(!wire.level);
	ram_end();
}

static void negotiated_features_reach_the_queue(void)
{
	begin_live(BIT(32) | BIT(29));
	put(used_event(&rings[1]), 1, 2);
	for (unsigned int i = 0; i < 2; i++) {
		offer(&rings[1], 0);
		CHECK(virtio_device_take(&mmio.device, 1, &chain));
		virtio_device_give(&mmio.device, 1, &chain, 0);
		CHECK_EQ(wire.level, i == 1);
	}
	ram_end();

	for (unsigned int i = 0; i < 2; i++) {
		begin_live(BIT(32) | (i == 0 ? BIT(28) : 0));
		describe(&rings[0], 0, 0x1000, 16, DESC_INDIRECT, 0);
		offer(&rings[0], 0);
		CHECK_EQ(virtio_device_take(&mmio.device, 0, &chain), i == 0);
		CHECK_EQ(is_broken(), i == 1);
		ram_end();
	}
}

static void a_driver_that_breaks_the_rules_is_left_alone(void)
{
	begin_live(BIT(32));
	offer(&rings[0], 1);
	CHECK(virtio_device_take(&mmio.device, 0, &chain));
	offer(&rings[1], 8); /* no such descriptor */
	CHECK(virtio_device_has_buffer(&mmio.device, 1));
	struct virtqueue_chain other;

	CHECK(!virtio_device_take(&mmio.device, 1, &other));
	CHECK_EQ(other.part_count, 0);
	CHECK(is_broken());
	CHECK_EQ(get_register(VIRTIO_INTERRUPT_STATUS), 2);
	CHECK_EQ(get_register(VIRTIO_CONFIG_GENERATION), 1);
	CHECK(wire.level);

	virtio_device_give(&mmio.device, 0, &chain, 0);
	CHECK_EQ(used_count(&rings[0]), 0);
	CHECK(!virtio_device_has_buffer(&mmio.device, 0));
	set_register(VIRTIO_QUEUE_NOTIFY, 0);
	CHECK_EQ(notified_count[0], 0);
	set_register(VIRTIO_INTERRUPT_ACK, 3);
	virtio_device_break(&mmio.device); /* says so once */
	CHECK(!wire.level);

	CHECK(negotiate(BIT(32)));
	CHECK(!is_broken());
	ram_end();
}

static void a_reset_forgets_everything(void)
{
	begin_live(BIT(32) | BIT(29));
	offer(&rings[0], 0);
	offer(&rings[0], 0);
	CHECK(virtio_device_take(&mmio.device, 0, &chain));
	virtio_device_config_changed(&mmio.device);
	CHECK(wire.level);
	set_register(VIRTIO_STATUS, 0);
	CHECK(!wire.level);
	CHECK_EQ(stopped_count[0], 1);
	CHECK_EQ(stopped_count[1], 1);
	CHECK_EQ(get_register(VIRTIO_STATUS), 0);
	CHECK_EQ(get_register(VIRTIO_INTERRUPT_STATUS), 0);
	CHECK_EQ(get_register(VIRTIO_CONFIG_GENERATION), 1);
	CHECK_EQ(mmio.queue_sel, 0);
	CHECK_EQ(mmio.driver_features_sel, 0);
	CHECK_EQ(mmio.device_features_sel, 0);
	CHECK_EQ(mmio.device.driver_features, 0);
	for (u32 i = 0; i < 2; i++) {
		CHECK_EQ(mmio.device.queues[i].size, 0);
		CHECK_EQ(mmio.device.queues[i].descriptors, 0);
		set_register(VIRTIO_QUEUE_SEL, i);
		CHECK_EQ(get_register(VIRTIO_QUEUE_READY), 0);
	}
	virtio_device_give(&mmio.device, 0, &chain, 0);
	CHECK(!virtio_device_take(&mmio.device, 0, &chain));
	CHECK_EQ(used_count(&rings[0]), 0);
	set_register(VIRTIO_STATUS, 0);
	CHECK_EQ(stopped_count[0], 1);
	ram_end();
}

static void a_change_of_configuration_is_told(void)
{
	begin();
	virtio_device_config_changed(&mmio.device);
	CHECK(!wire.level);
	CHECK_EQ(get_register(VIRTIO_CONFIG_GENERATION), 1);
	ram_end();

	begin_live(BIT(32));
	virtio_device_config_changed(&mmio.device);
	CHECK(wire.level);
	CHECK_EQ(get_register(VIRTIO_INTERRUPT_STATUS), 2);
	ram_end();
}

static void ran_out_of_backing(void)
{
	ram_begin(true);
	CHECK(!failed(virtio_mmio_attach(&mmio, &type, &mmio, &memory, &ports,
					 BASE, wire_line)));
	CHECK(negotiate(BIT(32)));
	rings[0] = ring_at(0, 4);
	rings[0].used = MIB(2) + KIB(4);
	CHECK(set_queue(0, &rings[0]));
	set_driver_ok();
	offer(&rings[0], 0);
	CHECK(virtio_device_take(&mmio.device, 0, &chain));
	fake_frames_fail_after(0);
	virtio_device_give(&mmio.device, 0, &chain, 0);
	CHECK(is_broken());
	ram_end();
}

/* The line says whether there is something to say, and nothing else does. */
static void random_writes_harm_nobody(void)
{
	begin();
	for (unsigned int i = 0; i < 300000; i++) {
		u64 offset = random_below(4) == 0 ? random_below(0x1000)
						  : random_below(0x40) * 4;
		u64 value = random_u64() >> random_below(64);

		if (random_below(8) == 0) {
			negotiate(BIT(32) | (random_u64() & ALL_BASIC));
			set_queue((u32)random_below(2),
				  &rings[random_below(2)]);
			set_driver_ok();
		}
		bus_write(&ports, BASE + offset, 1u << random_below(4), value);
		(void)in(BASE + random_below(0x1000), 1u << random_below(4));
		if (!CHECK_EQ(wire.level,
			      get_register(VIRTIO_INTERRUPT_STATUS) != 0)) {
			break;
		}
	}
	CHECK(notified_count[0] > 100);
	CHECK(stopped_count[1] > 100);
	ram_end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(says_what_it_is),
	UNIT_TEST(fills_its_page),
	UNIT_TEST(registers_are_accessed_as_a_whole),
	UNIT_TEST(directions_are_kept),
	UNIT_TEST(configuration_is_read_in_every_size),
	UNIT_TEST(features_are_negotiated),
	UNIT_TEST(features_beyond_64_are_lost),
	UNIT_TEST(status_bits_stay_until_a_reset),
	UNIT_TEST(driver_ok_needs_features_ok),
	UNIT_TEST(queues_are_selected),
	UNIT_TEST(a_ready_queue_keeps_its_place),
	UNIT_TEST(a_queue_that_cannot_be_needs_a_reset),
	UNIT_TEST(notifies_of_live_queues_alone),
	UNIT_TEST(a_buffer_goes_and_comes),
	UNIT_TEST(is_silent_where_nobody_wants_to_know),
	UNIT_TEST(negotiated_features_reach_the_queue),
	UNIT_TEST(a_driver_that_breaks_the_rules_is_left_alone),
	UNIT_TEST(a_reset_forgets_everything),
	UNIT_TEST(a_change_of_configuration_is_told),
	UNIT_TEST(ran_out_of_backing),
	UNIT_TEST(random_writes_harm_nobody),
};

int main(void)
{
	return UNIT_RUN(tests);
}
