#include "channel/bench_switch.h"
#include "channel/guest_channel.h"
#include "cpu/instructions.h"
#include "cpu/tsc.h"
#include "lib/printk.h"
#include "memory/physical.h"

#define KEY	      0x737769746368ull /* "switch" */
#define BATCH	      8u
#define BATCHES	      8u
#define PAUSE_BETWEEN 100000u /* ticks between two attempts to subscribe */
#define TIME_LIMIT_NS 60000000000ull

/* The ways to one of the guests, by its own clock and the other one's. */
struct ways {
	s64 shortest; /* sum of a batch */
	s64 sum;      /* of the batch that is under way */
	u32 count;    /* in it */
	u32 batches;
};

/* What lies in the channel. One CPU runs both guests, one at a time. */
struct switches {
	u64 last; /* when somebody wrote last, by his clock */
	u32 who;  /* that was: 0 nobody, 1 the publisher, 2 the subscriber */
	struct ways to[3];
};

static void note(struct ways *ways, s64 ticks)
{
	ways->sum += ticks;
	if (++ways->count < BATCH) {
		return;
	}
	if (ways->batches == 0 || ways->sum < ways->shortest) {
		ways->shortest = ways->sum;
	}
	ways->batches++;
	ways->count = 0;
	ways->sum = 0;
}

static bool are_over(volatile struct switches *both)
{
	return both->to[1].batches >= BATCHES && both->to[2].batches >= BATCHES;
}

/* False: the other one was not there in time. */
static bool take_turns(volatile struct switches *both, u32 me)
{
	u64 end = rdtsc() + tsc_from_ns(TIME_LIMIT_NS);
	u64 now = 0;

	while (!are_over(both) && now < end) {
		u32 who = both->who;

		now = rdtsc();
		if (who != 0 && who != me) {
			note((struct ways *)&both->to[me],
			     (s64)(now - both->last));
			now = rdtsc();
		}
		both->last = now;
		both->who = me;
	}
	return now < end;
}

static enum kernel_status fail(s64 code)
{
	printk("bench: vm-switch skipped: %s\n", guest_channel_code(code));
	return KERNEL_FAILURE;
}

/* Ticks, of both ways together, for two batches. */
static void print_ticks(const struct switches *both)
{
	s64 ticks = both->to[1].shortest + both->to[2].shortest;

	printk("bench: vm-switch %lu ticks\n",
	       ((u64)ticks + BATCH) / (u64)(2 * BATCH));
}

enum kernel_status bench_switch_publish(void)
{
	struct guest_channel_call call = {
		.rax = HYPERCALL_CHANNEL_PUBLISH,
		.rbx = KEY,
		.rcx = KIB(4),
		.rdx = CHANNEL_NO_LINE,
		.rsi = CHANNEL_SUBSCRIBERS_WRITE,
	};
	s64 code = guest_channel_call(&call);
	struct switches *both;

	if (code != CHANNEL_OK) {
		return fail(code);
	}
	both = phys_to_virt(call.rbx);
	if (!take_turns(both, 1)) {
		printk("bench: vm-switch skipped: no other guest\n");
		return KERNEL_FAILURE;
	}
	print_ticks(both);
	return KERNEL_SUCCESS;
}

enum kernel_status bench_switch_subscribe(u64 publisher)
{
	u64 end = rdtsc() + tsc_from_ns(TIME_LIMIT_NS);
	struct guest_channel_call call;
	s64 code;

	do {
		u64 again = rdtsc() + PAUSE_BETWEEN;

		call = (struct guest_channel_call){
			.rax = HYPERCALL_CHANNEL_SUBSCRIBE,
			.rbx = publisher,
			.rcx = KEY,
			.rdx = CHANNEL_NO_LINE,
		};
		code = guest_channel_call(&call);
		while (code == CHANNEL_NOT_FOUND && rdtsc() < again) {
			cpu_pause();
		}
	} while (code == CHANNEL_NOT_FOUND && rdtsc() < end);
	if (code != CHANNEL_OK) {
		return fail(code);
	}
	return take_turns(phys_to_virt(call.rbx), 2) ? KERNEL_SUCCESS
						     : KERNEL_FAILURE;
}
