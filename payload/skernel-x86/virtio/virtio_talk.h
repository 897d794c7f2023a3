#pragma once
/*
 * A conversation over a virtio console.
 */
#include "boot/kernel.h"

/*
 * Sends a line through the console at VIRTIO_TALK_BASE; with echo, it then
 * sends back what it receives, until a line ends. Fails where there is no such
 * device, it refuses, or it does not do what it should in VIRTIO_TALK_PATIENCE
 * milliseconds; input is waited for VIRTIO_TALK_INPUT_PATIENCE.
 */
#define VIRTIO_TALK_BASE	   0xd0000000u
#define VIRTIO_TALK_PATIENCE	   2000u
#define VIRTIO_TALK_INPUT_PATIENCE 20000u
enum kernel_status virtio_talk_run(bool echo);
