/*
 * modules: h5-multivcpu/virtio/virtio_console.c
 * modules: h5-multivcpu/virtio/virtio_mmio.c
 * modules: h5-multivcpu/virtio/virtio_device.c
 * modules: h5-multivcpu/virtio/virtqueue.c
 * modules: h5-multivcpu/virtio/virtqueue_chain.c
 * modules: h4-exits/devices/bus.c h4-exits/devices/device_clock.c
 * modules: h3-ept/guest_memory.c h3-ept/ept.c h3-ept/ept_check.c
 * modules: h3-ept/guest_region.c h3-ept/guest_region_list.c
 * modules: tests/unit/fake_frames.c
 *
 * A hostile driver of the virtio console.
 *
 * The first byte of the input says what the driver does to begin with: bit 0:
 * it sets the device up as it should, with the features of bits 1 and 2. Then
 * come steps, each a byte that says which and what belongs to it: see step().
 *
 * Besides what the sanitizers see, these must hold after each step. The
 * interrupt line is high when the interrupt status is not 0. No step sends more
 * than a burst. What is being sent lies in guest RAM, and goes on by itself. A
 * device that needs a reset sends nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "ept.h"
#include "fake_frames.h"
#include "virtio/virtio_console.h"
#include "virtio/virtio_mmio_registers.h"

/* One small frame after the other, so that nothing lies behind one by luck. */
#define RAM	  KIB(64)
#define BASE	  VIRTIO_MMIO_BASE(0)
#define BURST_MAX (4096 + 16 * VIRTQUEUE_SIZE_MAX)

/* Where a driver that does as it should has its rings. */
#define RING_SIZE	8u
#define RING_AT(number) (KIB(4) * (1 + (number)))

#define MUST(condition)             \
	do {                        \
		if (!(condition)) { \
			abort();    \
		}                   \
	} while (0)

struct input {
	const u8 *bytes;
	size_t left;
};

static struct ept ept;
static struct guest_memory memory;
static struct bus bus;
static struct virtio_console console;
static u64 time_now;
static bool line_level;
static u64 said;

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

static u64 now(const struct device_clock *clock)
{
	(void)clock;
	return time_now;
}

static struct device_clock device_clock = {.now = now};

static void set_line(void *controller, unsigned int number, bool level)
{
	(void)controller;
	(void)number;
	line_level = level;
}

static void transmit(void *terminal, u8 byte)
{
	(void)terminal;
	(void)byte;
	said++;
}

/* The next size bytes as a number; zeros behind the input's end. */
static u64 next(struct input *input, size_t size)
{
	u64 value = 0;
	size_t there = min_u64(size, input->left);

	memcpy(&value, input->bytes, there);
	input->bytes += there;
	input->left -= there;
	return value;
}

static void set_register(u64 offset, u32 value)
{
	bus_write(&bus, BASE + offset, 4, value);
}

static u32 get_register(u64 offset)
{
	u64 value;

	MUST(bus_read(&bus, BASE + offset, 4, &value));
	return (u32)value;
}

static void set_up(u64 features)
{
	set_register(VIRTIO_STATUS, 3);
	for (u32 word = 0; word < 2; word++) {
		set_register(VIRTIO_DRIVER_FEATURES_SEL, word);
		set_register(VIRTIO_DRIVER_FEATURES,
			     (u32)(features >> (32 * word)));
	}
	set_register(VIRTIO_STATUS, 0xb);
	for (u32 queue = 0; queue < 2; queue++) {
		set_register(VIRTIO_QUEUE_SEL, queue);
		set_register(VIRTIO_QUEUE_NUM, RING_SIZE);
		set_register(VIRTIO_QUEUE_DESC_LOW, RING_AT(queue));
		set_register(VIRTIO_QUEUE_DRIVER_LOW, RING_AT(queue) + 0x100);
		set_register(VIRTIO_QUEUE_DEVICE_LOW, RING_AT(queue) + 0x200);
		set_register(VIRTIO_QUEUE_READY, 1);
	}
	set_register(VIRTIO_STATUS, 0xf);
	MUST(get_register(VIRTIO_STATUS) == 0xf);
}

static void write_ram(struct input *input, gpa_t gpa, size_t size)
{
	u8 bytes[64] = {0};

	size = min_u64(size % (sizeof(bytes) + 1), input->left);
	memcpy(bytes, input->bytes, size);
	input->bytes += size;
	input->left -= size;
	(void)guest_memory_write(&memory, gpa, bytes, size);
}

static void write_descriptor(struct input *input)
{
	u8 where = (u8)next(input, 1);
	u8 flags = (u8)next(input, 1);
	struct {
		u64 address;
		u32 length;
		u16 flags;
		u16 next;
	} descriptor = {.address = next(input, 2),
			.length = (u32)next(input, 2),
			.flags = flags & 7,
			.next = flags >> 3};

	MUST(guest_memory_write(&memory,
				RING_AT(where & 1) + 16 * (where >> 1 & 15),
				&descriptor, sizeof(descriptor)));
}

/* Makes a buffer available as a driver should. */
static void offer(u8 what)
{
	gpa_t ring = RING_AT(what & 1) + 0x100;
	u16 head = what >> 1 & 7;
	u16 index;

	MUST(guest_memory_read(&memory, ring + 2, &index, 2));
	MUST(guest_memory_write(&memory, ring + 4 + 2 * (index % RING_SIZE),
				&head, 2));
	index++;
	MUST(guest_memory_write(&memory, ring + 2, &index, 2));
	if ((what & 0x80) != 0) {
		set_register(VIRTIO_QUEUE_NOTIFY, what & 1);
	}
}

static void receive(u32 size)
{
	static const u8 bytes[256];
	bool could = virtio_console_can_receive(&console);
	u32 taken = virtio_console_receive(&console, bytes, size);

	MUST(taken <= size && (could || taken == 0));
}

static void step(struct input *input)
{
	u64 value;
	u64 at;

	switch (next(input, 1) % 9) {
	case 0:
		at = next(input, 1) * 4;
		set_register(at, (u32)next(input, 4));
		break;
	case 1:
		at = next(input, 1) * 4;
		set_register(at, (u32)next(input, 1));
		break;
	case 2:
		at = next(input, 2);
		write_ram(input, at, next(input, 1));
		break;
	case 3:
		write_descriptor(input);
		break;
	case 4:
		offer((u8)next(input, 1));
		break;
	case 5:
		receive((u32)next(input, 1) + 1);
		break;
	case 6:
		time_now += next(input, 1) * 1000;
		device_clock_run(&device_clock);
		break;
	case 7:
		at = BASE + next(input, 2) % VIRTIO_MMIO_SIZE;
		bus_write(&bus, at, 1u << next(input, 1) % 4, next(input, 8));
		(void)bus_read(&bus, at, 8, &value);
		break;
	default:
		virtio_console_resize(&console,
				      (struct virtio_console_config){
					      (u16)next(input, 1), 25});
		break;
	}
}

static void check(u64 said_before)
{
	const struct virtqueue_chain *chain = &console.outgoing;
	bool is_sending = chain->part_count != 0;
	bool stands_still =
		(get_register(VIRTIO_STATUS) &
		 (VIRTIO_STATUS_DEVICE_NEEDS_RESET | VIRTIO_STATUS_FAILED)) !=
		0;

	MUST(line_level == (get_register(VIRTIO_INTERRUPT_STATUS) != 0));
	MUST(said - said_before <= BURST_MAX);
	MUST(!is_sending ||
	     device_clock_next(&device_clock) != DEVICE_CLOCK_NEVER);
	MUST(!is_sending || !stands_still);
	MUST(chain->part_count <= VIRTQUEUE_SIZE_MAX);
	MUST(!is_sending || console.sent <= chain->readable);
	for (unsigned int i = 0; i < chain->part_count; i++) {
		MUST(guest_memory_contains(&memory, chain->parts[i].start,
					   chain->parts[i].size));
	}
}

static void make_memory(void)
{
	const u64 capabilities = EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_WB |
				 EPT_CAP_2M_PAGES | EPT_CAP_INVEPT |
				 EPT_CAP_INVEPT_SINGLE;

	MUST(!failed(ept_init(&ept, capabilities, 48)));
	MUST(!failed(guest_memory_init(&memory, &ept, RAM, false)));
}

static void switch_on(void)
{
	const struct irq_line line = {.set = set_line};

	if (memory.size == 0) {
		make_memory();
	}
	MUST(guest_memory_zero(&memory, 0, RAM));
	memset(&bus, 0, sizeof(bus));
	device_clock.first = NULL;
	time_now = 0;
	line_level = false;
	MUST(!failed(virtio_console_attach(
		&console, &memory, &bus, BASE, line, &device_clock,
		(struct virtio_console_config){80, 25}, transmit, NULL)));
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
	struct input input = {data, size};
	u8 beginning = (u8)next(&input, 1);

	switch_on();
	if ((beginning & 1) != 0) {
		set_up(VIRTIO_F_VERSION_1 | (u64)(beginning >> 1 & 3) << 28);
	}
	while (input.left > 0) {
		u64 before = said;

		step(&input);
		check(before);
	}
	return 0;
}
