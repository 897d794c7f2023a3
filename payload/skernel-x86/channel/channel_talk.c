#include "channel/channel_talk.h"
#include "channel/guest_channel.h"
#include "channel/message_ring.h"
#include "cpu/instructions.h"
#include "cpu/pic.h"
#include "cpu/traps.h"
#include "cpu/tsc.h"
#include "lib/printk.h"
#include "memory/physical.h"
#include "pit.h"

#define TICKS_HZ      20
#define TIME_LIMIT_NS 60000000000ull
#define SALT_MESSAGE  0x5555555555555555
#define SALT_ANSWER   0xaaaaaaaaaaaaaaaa

/* What lies in the channel. */
struct talk {
	u64 messages; /* how many there will be */
	u64 unused[7];
	struct message_ring there;
	struct message_ring back;
};

#define TALK_SIZE ALIGN_UP(sizeof(struct talk), KIB(4))

static volatile u64 ticks;
static volatile u64 interrupts;

static void on_tick(struct trap_frame *frame)
{
	(void)frame;
	pic_eoi(PIT_IRQ);
	ticks++;
}

static void on_notify(struct trap_frame *frame)
{
	(void)frame;
	pic_eoi(CHANNEL_TALK_LINE);
	interrupts++;
}

/* The clock ends a wait that nobody else ends, so that its time is limited. */
static void start_interrupts(void)
{
	pic_init();
	traps_set_handler(PIC_VECTOR(PIT_IRQ), on_tick);
	traps_set_handler(PIC_VECTOR(CHANNEL_TALK_LINE), on_notify);
	pic_unmask(PIT_IRQ);
	pic_unmask(CHANNEL_TALK_LINE);
	pit_start(PIT_HZ / TICKS_HZ);
	sti();
}

static void stop_interrupts(void)
{
	cli();
	pit_stop();
}

static bool in_time(u64 start)
{
	return tsc_to_ns(rdtsc() - start) < TIME_LIMIT_NS;
}

/* Waits unless the other side has said something since seen. */
static void wait(u64 seen)
{
	cli();
	if (interrupts == seen) {
		sti_hlt();
	}
	sti();
}

/* The publisher may have left: it has had all answers then. */
static bool notify(u64 publisher)
{
	struct guest_channel_call call = {
		.rax = HYPERCALL_CHANNEL_NOTIFY,
		.rbx = publisher,
		.rcx = CHANNEL_TALK_KEY,
	};
	s64 code = guest_channel_call(&call);

	return code == CHANNEL_OK || code == CHANNEL_GONE;
}

static enum kernel_status report(u64 messages, u64 wanted, u64 damages,
				 bool others)
{
	bool good =
		messages == wanted && damages == 0 && interrupts > 0 && others;

	printk("channel: %lu interrupts\n", interrupts);
	printk("channel: %lu messages, %lu damages: %s\n", messages, damages,
	       good ? "good" : "bad");
	return good ? KERNEL_SUCCESS : KERNEL_FAILURE;
}

/* Sends what there is room for and takes what has come. */
static bool send(struct talk *talk, u64 number, u64 *sent, u64 *answered,
		 u64 *damages)
{
	u64 start = rdtsc();
	bool good = true;

	while (good && *answered < talk->messages && in_time(start)) {
		u64 seen = interrupts;
		u64 done = *sent + *answered;

		while (*sent < talk->messages &&
		       message_ring_write(&talk->there, *sent, SALT_MESSAGE)) {
			(*sent)++;
		}
		while (message_ring_read(&talk->back, *answered, SALT_ANSWER,
					 damages)) {
			(*answered)++;
		}
		if (*sent + *answered == done) {
			wait(seen);
		} else {
			good = notify(number);
		}
	}
	return good;
}

/* The channel is to be gone from here: nobody answers any more. */
static bool unpublish(struct talk *talk)
{
	struct guest_channel_call call = {
		.rax = HYPERCALL_CHANNEL_UNPUBLISH,
		.rbx = CHANNEL_TALK_KEY,
	};
	s64 code = guest_channel_call(&call);
	u64 word = *(volatile u64 *)&talk->messages;

	printk("channel: unpublished: %s, and its memory reads %#lx\n",
	       guest_channel_code(code), word);
	return code == CHANNEL_OK && word == UINT64_MAX;
}

enum kernel_status channel_talk_publish(u64 messages)
{
	struct guest_channel_call who = {.rax = HYPERCALL_CHANNEL_WHO_AM_I};
	struct guest_channel_call call = {
		.rax = HYPERCALL_CHANNEL_PUBLISH,
		.rbx = CHANNEL_TALK_KEY,
		.rcx = TALK_SIZE,
		.rdx = CHANNEL_TALK_LINE,
		.rsi = CHANNEL_SUBSCRIBERS_WRITE,
	};
	u64 sent = 0, answered = 0, damages = 0;
	s64 code = guest_channel_call(&who);
	struct talk *talk;
	bool good;

	start_interrupts();
	code = code == CHANNEL_OK ? guest_channel_call(&call) : code;
	if (code != CHANNEL_OK) {
		stop_interrupts();
		printk("channel: not published: %s\n",
		       guest_channel_code(code));
		return KERNEL_FAILURE;
	}
	printk("channel: published by guest %lu at %#lx\n", who.rbx, call.rbx);
	talk = phys_to_virt(call.rbx);
	/* A subscriber waits for the number to be there. */
	__atomic_store_n(&talk->messages, messages, __ATOMIC_RELEASE);
	good = send(talk, who.rbx, &sent, &answered, &damages);
	good = unpublish(talk) && good;
	stop_interrupts();
	return report(answered, messages, damages, good);
}

/* Waits till the publisher has published. */
static s64 subscribe(u64 publisher, struct guest_channel_call *call)
{
	u64 start = rdtsc();
	s64 code;

	for (;;) {
		*call = (struct guest_channel_call){
			.rax = HYPERCALL_CHANNEL_SUBSCRIBE,
			.rbx = publisher,
			.rcx = CHANNEL_TALK_KEY,
			.rdx = CHANNEL_TALK_LINE,
		};
		code = guest_channel_call(call);
		if (code != CHANNEL_NOT_FOUND || !in_time(start)) {
			return code;
		}
		wait(interrupts);
	}
}

/* Answers each message. True: no code that should not be. */
static bool answer(struct talk *talk, u64 publisher, u64 *messages,
		   u64 *damages)
{
	u64 start = rdtsc();
	bool good = true;
	u64 total = 0;

	while (good && in_time(start) && (total == 0 || *messages < total)) {
		u64 seen = interrupts;
		u64 before = *messages;

		total = __atomic_load_n(&talk->messages, __ATOMIC_ACQUIRE);
		/* No more are taken than there is room to answer. */
		while (*messages - __atomic_load_n(&talk->back.read,
						   __ATOMIC_ACQUIRE) <
			       MESSAGE_SLOTS &&
		       message_ring_read(&talk->there, *messages, SALT_MESSAGE,
					 damages)) {
			(void)message_ring_write(&talk->back, *messages,
						 SALT_ANSWER);
			(*messages)++;
		}
		if (*messages == before) {
			wait(seen);
		} else {
			good = notify(publisher);
		}
	}
	return good && *messages == total;
}

enum kernel_status channel_talk_subscribe(u64 publisher)
{
	struct guest_channel_call call;
	u64 messages = 0, damages = 0, wanted;
	s64 code;
	bool good;

	start_interrupts();
	code = subscribe(publisher, &call);
	if (code != CHANNEL_OK) {
		stop_interrupts();
		printk("channel: not subscribed: %s\n",
		       guest_channel_code(code));
		return KERNEL_FAILURE;
	}
	printk("channel: subscribed to guest %lu at %#lx\n", publisher,
	       call.rbx);
	struct talk *talk = phys_to_virt(call.rbx);

	good = call.rcx == TALK_SIZE && call.rdx == 1 &&
	       answer(talk, publisher, &messages, &damages);
	wanted = talk->messages;
	call = (struct guest_channel_call){
		.rax = HYPERCALL_CHANNEL_UNSUBSCRIBE,
		.rbx = publisher,
		.rcx = CHANNEL_TALK_KEY,
	};
	good = guest_channel_call(&call) == CHANNEL_OK && good;
	stop_interrupts();
	return report(messages, wanted, damages, good);
}
