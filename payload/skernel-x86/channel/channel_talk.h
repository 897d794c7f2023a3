#pragma once
/*
 * Two guests that talk over a channel: one publishes it and sends messages,
 * the other subscribes, checks each and answers it; the first checks the
 * answers. Who has nothing to do waits by HLT for the other's interrupt.
 */
#include "boot/kernel.h"

#define CHANNEL_TALK_KEY  0x736b65726e656cull /* "skernel" */
#define CHANNEL_TALK_LINE 5u		      /* of the first 8259 */

/*
 * Publishes, and sends so many messages, at least 1. Prints how many were
 * answered, and the damages. Failure: any; a code that should not be; nothing
 * for too long.
 */
enum kernel_status channel_talk_publish(u64 messages);

/*
 * Subscribes to the guest of number publisher as soon as it has published, and
 * answers till all has been said.
 */
enum kernel_status channel_talk_subscribe(u64 publisher);
