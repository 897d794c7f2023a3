#pragma once
/*
 * A virtio console with one port: bytes to a terminal and bytes from it.
 *
 * "Virtual I/O Device (VIRTIO) Version 1.2", section "Console Device".
 */
#include "devices/device_clock.h"
#include "virtio/virtio_mmio.h"

/* The configuration space, as far as its features go. */
struct virtio_console_config {
	u16 cols; /* characters */
	u16 rows;
};

struct virtio_console {
	struct virtio_mmio mmio;
	struct virtio_console_config config;
	void (*transmit)(void *terminal, u8 byte);
	/*
	 * The driver has offered buffers, and what could not be received before
	 * can be now. NULL, as after virtio_console_attach(): nobody cares.
	 */
	void (*ask)(void *terminal);
	void *terminal;

	struct device_clock *clock;
	struct device_timer go_on;	 /* with what is to be transmitted */
	struct virtqueue_chain outgoing; /* without parts: none at the time */
	u64 sent;			 /* bytes of it */
	struct virtqueue_chain incoming; /* while a buffer is filled */
};

/*
 * Attaches a console, as virtio_mmio_attach() does, with the size of its
 * terminal in characters. transmit gets each byte that the guest sends, with
 * terminal. A long buffer is sent in pieces, between which clock runs.
 */
struct error virtio_console_attach(struct virtio_console *console,
				   struct guest_memory *memory, struct bus *bus,
				   u64 base, struct irq_line line,
				   struct device_clock *clock,
				   struct virtio_console_config size,
				   void (*transmit)(void *terminal, u8 byte),
				   void *terminal);

/* Does a driver take input, be it that it has no buffer for it now? */
bool virtio_console_is_open(const struct virtio_console *console);

/* Has the driver a buffer for input? It notifies of the next, if not. */
bool virtio_console_can_receive(struct virtio_console *console);

/*
 * Bytes from the terminal, at least one, into one of the driver's buffers.
 * Gives how many found room; the others are for the next buffer, if there is
 * one.
 */
u32 virtio_console_receive(struct virtio_console *console, const u8 *bytes,
			   u32 size);

/* The terminal has another size now. */
void virtio_console_resize(struct virtio_console *console,
			   struct virtio_console_config size);
