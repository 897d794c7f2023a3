#include "channel/channel_misuse.h"
#include "channel/guest_channel.h"
#include "lib/printk.h"
#include "memory/physical.h"

#define KEY	   0xfeedull
#define SELF	   (~0ull - 1) /* stands for the guest's own number */
#define NOBODY	   (BIT(32) + 7)
#define NO_SUCH_GO (HYPERCALL_CHANNEL_LAST + 1)

struct attempt {
	const char *what;
	struct guest_channel_call call;
	s64 expected;
};

#define PUBLISH(key, size, line, flags)                           \
	{                                                         \
		HYPERCALL_CHANNEL_PUBLISH, key, size, line, flags \
	}
#define UNPUBLISH(key)                                    \
	{                                                 \
		HYPERCALL_CHANNEL_UNPUBLISH, key, 0, 0, 0 \
	}
#define SUBSCRIBE(guest, key, line)                              \
	{                                                        \
		HYPERCALL_CHANNEL_SUBSCRIBE, guest, key, line, 0 \
	}
#define UNSUBSCRIBE(guest, key)                                 \
	{                                                       \
		HYPERCALL_CHANNEL_UNSUBSCRIBE, guest, key, 0, 0 \
	}
#define NOTIFY(guest, key)                                 \
	{                                                  \
		HYPERCALL_CHANNEL_NOTIFY, guest, key, 0, 0 \
	}
#define NONE CHANNEL_NO_LINE

static const struct attempt attempts[] = {
	{"no size", PUBLISH(KEY, 0, NONE, 0), CHANNEL_INVALID},
	{"one byte", PUBLISH(KEY, 1, NONE, 0), CHANNEL_INVALID},
	{"a page and a half", PUBLISH(KEY, 6144, NONE, 0), CHANNEL_INVALID},
	{"a size too large", PUBLISH(KEY, CHANNEL_SIZE_MAX + KIB(4), NONE, 0),
	 CHANNEL_INVALID},
	{"all pages", PUBLISH(KEY, ~0xfffull, NONE, 0), CHANNEL_INVALID},
	{"a wrong line", PUBLISH(KEY, KIB(4), 1000, 0), CHANNEL_INVALID},
	{"a line beyond 32 bits", PUBLISH(KEY, KIB(4), BIT(32) + 5, 0),
	 CHANNEL_INVALID},
	{"a wrong flag", PUBLISH(KEY, KIB(4), NONE, 2), CHANNEL_INVALID},
	{"nothing to unpublish", UNPUBLISH(KEY), CHANNEL_NOT_FOUND},
	{"a channel", PUBLISH(KEY, KIB(4), NONE, 0), CHANNEL_OK},
	{"the same channel", PUBLISH(KEY, KIB(4), NONE, 0), CHANNEL_EXISTS},
	{"a subscriber to itself", SUBSCRIBE(SELF, KEY, NONE), CHANNEL_DENIED},
	{"nobody's channel", SUBSCRIBE(NOBODY, KEY, NONE), CHANNEL_NOT_FOUND},
	{"a wrong line to it", SUBSCRIBE(NOBODY, KEY, 999), CHANNEL_INVALID},
	{"not subscribed", UNSUBSCRIBE(NOBODY, KEY), CHANNEL_NOT_FOUND},
	{"its own publisher", UNSUBSCRIBE(SELF, KEY), CHANNEL_NOT_FOUND},
	{"to interrupt nobody", NOTIFY(NOBODY, KEY), CHANNEL_NOT_FOUND},
	{"another key", NOTIFY(SELF, KEY + 1), CHANNEL_NOT_FOUND},
	{"no subscribers", NOTIFY(SELF, KEY), CHANNEL_OK},
	{"the channel's end", UNPUBLISH(KEY), CHANNEL_OK},
	{"its end again", UNPUBLISH(KEY), CHANNEL_NOT_FOUND},
	{"a call that is none", {NO_SUCH_GO, 0, 0, 0, 0}, CHANNEL_UNKNOWN},
};

/* Compares one call's code with what is expected: 1 where it differs. */
static u32 attempt(const char *what, struct guest_channel_call *call,
		   s64 expected)
{
	s64 code = guest_channel_call(call);

	printk("channel-misuse: %s: %s\n", what, guest_channel_code(code));
	if (code == expected) {
		return 0;
	}
	printk("channel-misuse: that should have been %s\n",
	       guest_channel_code(expected));
	return 1;
}

/* As many channels as there may be, one more, and the way back. */
static u32 go_to_the_limit(void)
{
	u32 wrong = 0;

	for (u64 key = 0; key <= CHANNEL_PUBLISHED_MAX; key++) {
		struct guest_channel_call call = PUBLISH(key, KIB(4), NONE, 0);

		wrong += attempt("one more channel", &call,
				 key < CHANNEL_PUBLISHED_MAX ? CHANNEL_OK
							     : CHANNEL_LIMIT);
	}
	for (u64 key = 0; key < CHANNEL_PUBLISHED_MAX; key++) {
		struct guest_channel_call call = UNPUBLISH(key);

		wrong += attempt("one less", &call, CHANNEL_OK);
	}
	return wrong;
}

enum kernel_status channel_misuse_run(void)
{
	struct guest_channel_call who = {.rax = HYPERCALL_CHANNEL_WHO_AM_I};
	u32 wrong = attempt("who am I", &who, CHANNEL_OK);
	u32 count = 1 + 2 * CHANNEL_PUBLISHED_MAX + 1;

	for (size_t i = 0; i < ARRAY_SIZE(attempts); i++, count++) {
		struct guest_channel_call call = attempts[i].call;

		call.rbx = call.rbx == SELF ? who.rbx : call.rbx;
		wrong += attempt(attempts[i].what, &call, attempts[i].expected);
	}
	wrong += go_to_the_limit();
	printk("channel-misuse: %u calls, %u unexpected: %s\n", count, wrong,
	       wrong == 0 ? "good" : "bad");
	return wrong == 0 ? KERNEL_SUCCESS : KERNEL_FAILURE;
}
