#include "smp/crew.h"
#include "cpu/instructions.h"
#include "cpu/lapic.h"
#include "cpu/pic.h"
#include "cpu/traps.h"
#include "cpu/tsc.h"
#include "cpu/vectors.h"
#include "smp/apic.h"

#define PATIENCE_NS    10000000000ull
#define SPINS_ERE_HALT 1000

/* What a CPU is to do; written by CPU 0 but for done and error. */
struct post {
	crew_job job;
	u32 orders;
	u32 done;
	struct error error;
};

static struct post posts[CPUS_MAX];
static u32 culprit;
static bool lost;
static u32 meeting; /* how often anybody has come to one */

static u64 deadline(void)
{
	return rdtsc() + tsc_from_ns(PATIENCE_NS);
}

static u32 peek(const u32 *counter)
{
	return __atomic_load_n(counter, __ATOMIC_ACQUIRE);
}

bool crew_wait(const u32 *counter, u32 least)
{
	u64 end = deadline();

	while (peek(counter) < least) {
		if (rdtsc() > end) {
			return false;
		}
		cpu_pause();
	}
	return true;
}

void crew_pause_us(u32 us)
{
	u64 end = rdtsc() + tsc_from_ns(us * 1000ull);

	while (rdtsc() < end) {
		cpu_pause();
	}
}

bool crew_meet(void)
{
	u32 mine = __atomic_add_fetch(&meeting, 1, __ATOMIC_ACQ_REL);
	u32 all = smp_count();

	return crew_wait(&meeting, (mine + all - 1) / all * all);
}

/* STI lets the interrupt in that says so only when HLT is under way. */
static void wait_for_order(const struct post *post, u32 done)
{
	for (int i = 0; i < SPINS_ERE_HALT; i++) {
		if (peek(&post->orders) != done) {
			return;
		}
		cpu_pause();
	}
	cli();
	while (peek(&post->orders) == done) {
		sti_hlt();
		cli();
	}
	sti();
}

static void do_one(struct post *post)
{
	post->error = post->job();
	__atomic_store_n(&post->done, post->done + 1, __ATOMIC_RELEASE);
}

static void serve(void *context)
{
	struct post *post = &posts[cpu_number()];

	(void)context;
	sti();
	for (;;) {
		wait_for_order(post, post->done);
		do_one(post);
	}
}

static void on_order(struct trap_frame *frame)
{
	(void)frame;
	lapic_eoi();
}

struct error crew_start(const struct boot_info *boot)
{
	static bool started;
	struct error error;

	if (started) {
		sti();
		return SUCCESS;
	}
	error = lapic_enable(SPURIOUS_VECTOR);
	if (failed(error)) {
		return error;
	}
	started = true;
	pic_init();
	traps_set_handler(CREW_VECTOR_ORDER, on_order);
	error = smp_start(boot, CPUS_MAX, serve, NULL);
	sti();
	return error;
}

static void order(u32 cpu, crew_job job)
{
	struct post *post = &posts[cpu];

	if (lost) {
		return;
	}
	post->job = job;
	__atomic_store_n(&post->orders, post->orders + 1, __ATOMIC_RELEASE);
	if (cpu == cpu_number()) {
		do_one(post);
	} else {
		(void)apic_send(cpu_at(cpu)->apic_id,
				APIC_FIXED | CREW_VECTOR_ORDER);
	}
}

static struct error result_of(u32 cpu)
{
	const struct post *post = &posts[cpu];

	if (lost || !crew_wait(&post->done, post->orders)) {
		culprit = lost ? culprit : cpu;
		lost = true;
		return failure("it does not come to an end, done", post->done);
	}
	if (failed(post->error)) {
		culprit = cpu;
	}
	return post->error;
}

/* CPU 0 works itself, so it is the last one to be told. */
struct error crew_run(crew_job job)
{
	struct error first = SUCCESS;
	u32 count = smp_count();

	culprit = lost ? culprit : 0;
	for (u32 i = count; i-- > 0;) {
		order(i, job);
	}
	for (u32 i = count; i-- > 0;) {
		struct error error = result_of(i);

		first = failed(error) ? error : first;
	}
	return first;
}

struct error crew_run_on(u32 cpu, crew_job job)
{
	culprit = lost ? culprit : 0;
	order(cpu, job);
	return result_of(cpu);
}

struct error crew_run_or_alone(const struct boot_info *boot, crew_job job)
{
	return failed(crew_start(boot)) ? job() : crew_run(job);
}

bool crew_is_lost(void)
{
	return lost;
}

u32 crew_culprit(void)
{
	return culprit;
}
