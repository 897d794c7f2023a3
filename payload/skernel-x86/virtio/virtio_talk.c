#include "virtio/virtio_talk.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "virtio/virtio_driver.h"

/* Section "Console Device". */
#define DEVICE_ID_CONSOLE 3u
#define RECEIVEQ	  0u
#define TRANSMITQ	  1u

struct talk {
	struct virtio_driver driver;
	struct virtio_ring receiveq;
	struct virtio_ring transmitq;
};

static struct error begin(struct talk *talk)
{
	const struct virtio_driver *driver = &talk->driver;
	struct error error = virtio_driver_begin(
		&talk->driver, VIRTIO_TALK_BASE, DEVICE_ID_CONSOLE);

	if (!failed(error)) {
		error = virtio_driver_add_queue(driver, RECEIVEQ,
						&talk->receiveq);
	}
	if (!failed(error)) {
		error = virtio_driver_add_queue(driver, TRANSMITQ,
						&talk->transmitq);
	}
	if (!failed(error)) {
		error = virtio_driver_go(driver);
	}
	return error;
}

static struct error send(struct talk *talk, char *text, u32 size)
{
	virtio_ring_offer(&talk->transmitq, text, size, false);
	virtio_driver_notify(&talk->driver, TRANSMITQ);
	if (!virtio_driver_wait(&talk->driver, &talk->transmitq,
				VIRTIO_TALK_PATIENCE)) {
		return failure("not sent in time, bytes", size);
	}
	return SUCCESS;
}

/* size: the buffer's; becomes how many bytes came. */
static struct error receive(struct talk *talk, char *buffer, u32 *size)
{
	u32 room = *size;

	virtio_ring_offer(&talk->receiveq, buffer, room, true);
	virtio_driver_notify(&talk->driver, RECEIVEQ);
	if (!virtio_driver_wait(&talk->driver, &talk->receiveq,
				VIRTIO_TALK_INPUT_PATIENCE)) {
		return failure("no input in time, milliseconds",
			       VIRTIO_TALK_INPUT_PATIENCE);
	}
	*size = virtio_ring_written(&talk->receiveq);
	if (*size == 0 || *size > room) {
		return failure("received a wrong number of bytes", *size);
	}
	return SUCCESS;
}

static bool ends_line(const char *text, u32 size)
{
	for (u32 i = 0; i < size; i++) {
		if (text[i] == '\r' || text[i] == '\n') {
			return true;
		}
	}
	return false;
}

static struct error send_back(struct talk *talk)
{
	static char buffer[64];
	struct error error;
	u32 size;

	do {
		size = sizeof(buffer);
		error = receive(talk, buffer, &size);
		if (!failed(error)) {
			error = send(talk, buffer, size);
		}
	} while (!failed(error) && !ends_line(buffer, size));
	return error;
}

enum kernel_status virtio_talk_run(bool echo)
{
	static char greeting[] = "skernel-x86: hello over virtio\n";
	static struct talk talk;
	struct error error = begin(&talk);

	if (failed(error)) {
		printk("virtio-console: %s: %#lx\n", error.what, error.value);
		return KERNEL_FAILURE;
	}
	error = send(&talk, greeting, strlen(greeting));
	if (!failed(error)) {
		printk("virtio-console: sent %lu bytes\n", strlen(greeting));
	}
	if (!failed(error) && echo) {
		error = send_back(&talk);
	}
	virtio_driver_end(&talk.driver);
	if (failed(error)) {
		printk("virtio-console: %s: %#lx\n", error.what, error.value);
		return KERNEL_FAILURE;
	}
	printk("virtio-console: %s\n", echo ? "sent a line back" : "good");
	return KERNEL_SUCCESS;
}
