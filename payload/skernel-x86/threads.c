#include "threads.h"
#include "cpu/gdt.h"
#include "cpu/instructions.h"
#include "cpu/pic.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "cpu/tsc.h"
#include "lib/printk.h"
#include "pit.h"
#include "thread_registers.h"

#define TICKS_HZ      1000
#define TIME_LIMIT_NS 5000000000ull
#define LINES	      2 /* of progress, from each thread */
#define LOOPS	      10000
#define STACK_SIZE    8192
#define FLAGS_ALL_SET                                                   \
	(RFLAGS_FIXED | RFLAGS_IF | RFLAGS_DF | RFLAGS_CF | RFLAGS_PF | \
	 RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF)
#define FLAGS_ALL_CLEAR (RFLAGS_FIXED | RFLAGS_IF)

struct thread {
	const char *name;
	u64 pattern; /* of its registers */
	u64 flags;
	struct trap_frame frame; /* where it goes on */
	volatile u64 count;
	volatile u64 slices; /* those in which it has counted */
	volatile u64 damages;
	volatile unsigned int lines; /* that it has printed */
	u64 last_count;		     /* at the end of the slice before */
};

/* The first is the one that has called threads_run(), and waits. */
static struct thread threads[] = {
	{.name = "the caller"},
	{.name = "A", .pattern = 0xa1a2a3a4a5a6a7a8, .flags = FLAGS_ALL_SET},
	{.name = "B", .pattern = 0x0b1b2b3b4b5b6b7b, .flags = FLAGS_ALL_CLEAR},
};

static u8 stacks[ARRAY_SIZE(threads)][STACK_SIZE] __attribute__((aligned(16)));
static size_t current;

/*
 * The switch: the frame on the stack of one thread becomes that of another,
 * and the way out of the interrupt leads there.
 */
static void on_tick(struct trap_frame *frame)
{
	struct thread *thread = &threads[current];

	pic_eoi(PIT_IRQ);
	thread->frame = *frame;
	if (thread->count != thread->last_count) {
		thread->last_count = thread->count;
		thread->slices++;
	}
	current = (current + 1) % ARRAY_SIZE(threads);
	*frame = threads[current].frame;
}

/* With interrupts off, so that the lines of two threads do not mix. */
static void print_progress(struct thread *thread)
{
	cli();
	thread->lines++;
	printk("threads: %s has counted to %lu in %lu slices\n", thread->name,
	       thread->count, thread->slices);
	sti();
}

static _Noreturn void work(struct thread *thread)
{
	for (;;) {
		if (!thread_registers_hold(thread->pattern, LOOPS,
					   thread->flags)) {
			thread->damages++;
		}
		thread->count++;
		if (thread->lines < LINES &&
		    thread->slices >=
			    THREADS_SLICES / LINES * (thread->lines + 1)) {
			print_progress(thread);
		}
	}
}

/* As if it had been interrupted on the way into work(). */
static void prepare(struct thread *thread, u8 stack[STACK_SIZE])
{
	thread->frame = (struct trap_frame){
		.rdi = (u64)(uintptr_t)thread,
		.rip = (u64)(uintptr_t)work,
		.cs = GDT_KERNEL_CODE,
		.rflags = RFLAGS_FIXED | RFLAGS_IF,
		/* As behind a CALL: the ABI wants RSP 8 off 16 bytes. */
		.rsp = (u64)(uintptr_t)stack + STACK_SIZE - sizeof(u64),
		.ss = GDT_KERNEL_DATA,
	};
	thread->count = 0;
	thread->last_count = 0;
	thread->slices = 0;
	thread->damages = 0;
	thread->lines = 0;
}

static bool all_have_had_their_time(void)
{
	for (size_t i = 1; i < ARRAY_SIZE(threads); i++) {
		if (threads[i].slices < THREADS_SLICES ||
		    threads[i].lines < LINES) {
			return false;
		}
	}
	return true;
}

static void let_them_run(void)
{
	u64 start = rdtsc();

	pic_init();
	traps_set_handler(PIC_VECTOR(PIT_IRQ), on_tick);
	pic_unmask(PIT_IRQ);
	pit_start(PIT_HZ / TICKS_HZ);
	sti();
	while (!all_have_had_their_time() &&
	       tsc_to_ns(rdtsc() - start) < TIME_LIMIT_NS) {
		cpu_pause();
	}
	pit_stop();
	cli();
}

enum kernel_status threads_run(void)
{
	enum kernel_status status = KERNEL_SUCCESS;

	current = 0;
	for (size_t i = 1; i < ARRAY_SIZE(threads); i++) {
		prepare(&threads[i], stacks[i]);
	}
	/* This measures with the PIT itself, if CPUID does not tell. */
	(void)tsc_frequency_hz();
	let_them_run();
	for (size_t i = 1; i < ARRAY_SIZE(threads); i++) {
		const struct thread *thread = &threads[i];
		bool good = thread->slices >= THREADS_SLICES &&
			    thread->damages == 0;

		printk("threads: %s had %lu slices of %u, %lu damages: %s\n",
		       thread->name, thread->slices, THREADS_SLICES,
		       thread->damages, good ? "good" : "bad");
		status = good ? status : KERNEL_FAILURE;
	}
	return status;
}
