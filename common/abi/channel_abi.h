#pragma once
/*
 * Channels between guests: what one asks of the hypervisor by VMCALL.
 *
 * A channel is memory that several guests see, made by one of them, its
 * publisher, under a key of its choice; others subscribe to it by the
 * publisher's number and the key. Each is told where in its own guest-physical
 * space the memory lies, and each can have the others interrupted.
 *
 * RAX holds the number and gets one of the codes below; RBX, RCX, RDX and RSI
 * hold arguments, and get results where the code is CHANNEL_OK. A call that
 * gets another code has changed nothing.
 */

/*
 * RBX: key; RCX: size in bytes, whole pages of 4 KiB; RDX: interrupt line or
 * CHANNEL_NO_LINE; RSI: CHANNEL_SUBSCRIBERS_WRITE or 0. Results: RBX: the
 * guest-physical address of the memory, which is zero.
 */
#define HYPERCALL_CHANNEL_PUBLISH 0x100

/*
 * RBX: key. Nobody can subscribe any more. The publisher's mapping ends here,
 * that of a subscriber when it unsubscribes.
 */
#define HYPERCALL_CHANNEL_UNPUBLISH 0x101

/*
 * RBX: publisher; RCX: key; RDX: interrupt line or CHANNEL_NO_LINE. Results:
 * RBX: the address; RCX: the size; RDX: 1 if the memory may be written to.
 */
#define HYPERCALL_CHANNEL_SUBSCRIBE 0x102

/* RBX: publisher; RCX: key. The mapping ends. */
#define HYPERCALL_CHANNEL_UNSUBSCRIBE 0x103

/*
 * RBX: publisher; RCX: key. The publisher interrupts its subscribers, a
 * subscriber the publisher: those that have named an interrupt line.
 */
#define HYPERCALL_CHANNEL_NOTIFY 0x104

/* The number of the calling guest. Results: RBX. */
#define HYPERCALL_CHANNEL_WHO_AM_I 0x105

#define HYPERCALL_CHANNEL_FIRST HYPERCALL_CHANNEL_PUBLISH
#define HYPERCALL_CHANNEL_LAST	HYPERCALL_CHANNEL_WHO_AM_I

#define CHANNEL_NO_LINE		  (~0ull)
#define CHANNEL_SUBSCRIBERS_WRITE 1ull

#define CHANNEL_SIZE_MAX       0x400000ull /* bytes of one channel */
#define CHANNEL_PUBLISHED_MAX  8u	   /* channels of one guest */
#define CHANNEL_SUBSCRIBED_MAX 8u	   /* that it subscribes to */

/* clang-format off */
#define CHANNEL_CODES(CODE)                                                    \
	CODE(OK, 0, "done")                                                    \
	CODE(UNKNOWN, -1, "the hypervisor knows nothing of channels")          \
	CODE(INVALID, -2, "no such size, line or flag")                        \
	CODE(EXISTS, -3, "the guest has that channel already")                 \
	CODE(NOT_FOUND, -4, "no such channel")                                 \
	CODE(DENIED, -5, "it may not do that with its own channel, or it takes no part in channels") \
	CODE(NO_MEMORY, -6, "the host has no memory left for it")              \
	CODE(NO_ADDRESS, -7, "the guest has no addresses left for it")         \
	CODE(LIMIT, -8, "the guest has as many channels as it may have")       \
	CODE(GONE, -9, "the publisher has unpublished it")
/* clang-format on */

enum channel_code {
#define CHANNEL_CODE_NAME(NAME, value, text) CHANNEL_##NAME = (value),
	CHANNEL_CODES(CHANNEL_CODE_NAME)
#undef CHANNEL_CODE_NAME
};
