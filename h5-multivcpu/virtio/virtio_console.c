#include "virtio/virtio_console.h"

#define DEVICE_ID_CONSOLE 3u

#define VIRTIO_CONSOLE_F_SIZE BIT(0)

/* Section "Console Device / Virtqueues". */
enum console_queue {
	RECEIVEQ = 0,
	TRANSMITQ = 1,
	CONSOLE_QUEUES,
};

/*
 * What is sent at once: so many bytes of guest RAM are looked at, descriptors
 * included. Then the VM goes on for a while, in nanoseconds.
 */
#define BURST	    4096u
#define BURST_PAUSE 50000u
#define PIECE	    128u

static bool is_sending(const struct virtio_console *console)
{
	return console->outgoing.part_count != 0;
}

static void send_bytes(struct virtio_console *console, u32 size)
{
	u8 bytes[PIECE];

	if (!virtqueue_chain_read(&console->outgoing, console->sent, bytes,
				  size)) {
		virtio_device_break(&console->mmio.device);
		console->outgoing.part_count = 0;
		return;
	}
	for (u32 i = 0; i < size; i++) {
		console->transmit(console->terminal, bytes[i]);
	}
	console->sent += size;
}

/* The next piece of the outgoing buffer, whose end gives it back. */
static u64 send_piece(struct virtio_console *console)
{
	u64 left = console->outgoing.readable - console->sent;
	u32 size = (u32)min_u64(PIECE, left);

	if (left > 0) {
		send_bytes(console, size);
	} else {
		virtio_device_give(&console->mmio.device, TRANSMITQ,
				   &console->outgoing, 0);
		console->outgoing.part_count = 0;
	}
	return size;
}

/* The next buffer. Each costs something, even without a byte in it. */
static u64 begin_buffer(struct virtio_console *console)
{
	console->sent = 0;
	return virtio_device_take(&console->mmio.device, TRANSMITQ,
				  &console->outgoing)
		       ? (u64)console->outgoing.part_count *
				 VIRTQUEUE_DESCRIPTOR_SIZE
		       : 0;
}

static void send_burst(struct virtio_console *console)
{
	u64 looked_at = 0;

	while (looked_at < BURST) {
		if (is_sending(console)) {
			looked_at += send_piece(console);
			continue;
		}
		looked_at += begin_buffer(console);
		if (!is_sending(console)) {
			return;
		}
	}
	device_timer_set(console->clock, &console->go_on,
			 device_clock_now(console->clock) + BURST_PAUSE);
}

static void go_on(struct device_timer *timer, u64 now)
{
	struct virtio_console *console =
		(struct virtio_console *)((u8 *)timer -
					  offsetof(struct virtio_console,
						   go_on));

	(void)now;
	send_burst(console);
}

bool virtio_console_is_open(const struct virtio_console *console)
{
	return virtio_device_is_live(&console->mmio.device, RECEIVEQ);
}

bool virtio_console_can_receive(struct virtio_console *console)
{
	return virtio_device_has_buffer(&console->mmio.device, RECEIVEQ);
}

u32 virtio_console_receive(struct virtio_console *console, const u8 *bytes,
			   u32 size)
{
	struct virtio_device *device = &console->mmio.device;
	struct virtqueue_chain *buffer = &console->incoming;

	if (!virtio_device_take(device, RECEIVEQ, buffer)) {
		return 0;
	}
	size = (u32)min_u64(size, buffer->writable);
	if (!virtqueue_chain_write(buffer, 0, bytes, size)) {
		virtio_device_break(device);
		return 0;
	}
	virtio_device_give(device, RECEIVEQ, buffer, size);
	return size;
}

static void notified(void *self, unsigned int queue)
{
	struct virtio_console *console = self;

	if (queue == TRANSMITQ) {
		send_burst(console);
	} else if (queue == RECEIVEQ && console->ask != NULL) {
		console->ask(console->terminal);
	}
}

static void stopped(void *self, unsigned int queue)
{
	struct virtio_console *console = self;

	if (queue == TRANSMITQ) {
		console->outgoing.part_count = 0;
		device_timer_set(console->clock, &console->go_on,
				 DEVICE_CLOCK_NEVER);
	}
}

static const void *config(const void *self)
{
	return &((const struct virtio_console *)self)->config;
}

static const struct virtio_device_type type = {
	.name = "virtio console",
	.id = DEVICE_ID_CONSOLE,
	.features = VIRTIO_CONSOLE_F_SIZE,
	.queue_count = CONSOLE_QUEUES,
	.config_size = sizeof(struct virtio_console_config),
	.config = config,
	.notified = notified,
	.stopped = stopped,
};

void virtio_console_resize(struct virtio_console *console,
			   struct virtio_console_config size)
{
	console->config = size;
	virtio_device_config_changed(&console->mmio.device);
}

struct error virtio_console_attach(struct virtio_console *console,
				   struct guest_memory *memory, struct bus *bus,
				   u64 base, struct irq_line line,
				   struct device_clock *clock,
				   struct virtio_console_config size,
				   void (*transmit)(void *terminal, u8 byte),
				   void *terminal)
{
	*console = (struct virtio_console){
		.config = size,
		.transmit = transmit,
		.terminal = terminal,
		.clock = clock,
		.go_on = {.deadline = DEVICE_CLOCK_NEVER, .expire = go_on},
	};
	return virtio_mmio_attach(&console->mmio, &type, console, memory, bus,
				  base, line);
}
