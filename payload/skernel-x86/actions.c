#include "actions.h"
#include "await.h"
#include "bench.h"
#include "boot/cmdline.h"
#include "calibrate.h"
#include "cdrom.h"
#include "channel/bench_switch.h"
#include "channel/channel_misuse.h"
#include "channel/channel_talk.h"
#include "cpu/instructions.h"
#include "cpu/panic.h"
#include "cpu/ports.h"
#include "cpu/traps.h"
#include "echo.h"
#include "endings.h"
#include "fuzz/fuzz.h"
#include "lib/printk.h"
#include "lib/types.h"
#include "memory/frames.h"
#include "memory/physical.h"
#include "smp/bench_interrupts.h"
#include "smp/smp_run.h"
#include "smp/spin.h"
#include "smp/stress.h"
#include "threads.h"
#include "virtio/virtio_talk.h"

/* If the command line does not say: */
#define FUZZ_COUNT    100  /* attempts */
#define MESSAGE_COUNT 1000 /* to another guest */
#define TIMED_MS      100  /* milliseconds */
#define TIMED_MAX     1000000u

const char *const actions_words[] = {
	"touch=",    /* write N MiB of RAM, then read them back */
	"read=",     /* read the byte at a physical address */
	"write=",    /* write it */
	"jump=",     /* go on there */
	"in=",	     /* read a port */
	"rdmsr=",    /* read an MSR */
	"cr8=",	     /* write CR8 */
	"threads",   /* two threads and the clock interrupt */
	"calibrate", /* one clock by three others */
	/* Send a line through it; with "echo", send back another. */
	"virtio-console",
	"cdrom",	      /* read the CD in the second ATA channel */
	"echo",		      /* send back what the console receives */
	"await=",	      /* wait for an interrupt from outside */
	"bench",	      /* what an exit costs */
	"bench-switch",	      /* and the way to another guest, */
	"bench-switch-with=", /* which is that of this number */
	"smp",		      /* several CPUs, */
	"rounds=",	      /* each check so often, */
	"without-x2apic",     /* their APICs left in xAPIC mode, */
	"mp-table",	      /* and the table of the time before ACPI */
	"stress-registers",   /* does every CPU keep its own? */
	"spin",		      /* how far each CPU counts */
	"ms=",		      /* both: in so long */
	"fuzz",		      /* attempts at random, */
	"seed=",	      /* which ones, */
	"count=",	      /* and how many */
	"channel-publish",    /* send messages to another guest */
	"messages=",	      /* so many */
	"channel-subscribe=", /* answer those of the guest of that number */
	"channel-misuse",     /* each wrong call of channels */
	"exit=",	      /* write a number to the debug-exit port */
	"poweroff",	      /* by ACPI, without a status line */
	"shutdown",	      /* by port 0x8900 */
	"reset",	      /* by port 0xcf9 */
	"panic",	      /* fail, and say so */
	"triple-fault",	      /* an exception without an IDT */
	"loop",		      /* never end */
	NULL,
};

/* A value that differs from word to word. */
static u64 pattern(hpa_t address)
{
	return address * 0x9e3779b97f4a7c15 + 1;
}

static bool holds_pattern(hpa_t frame)
{
	const u64 *words = phys_to_virt(frame);

	for (u32 i = 0; i < FRAME_SIZE / sizeof(u64); i++) {
		if (words[i] != pattern(frame + i * sizeof(u64))) {
			return false;
		}
	}
	return true;
}

/*
 * Frames are chained by their first word, so that all of them can be looked
 * at again after all have been written.
 */
static enum kernel_status touch(u64 mib)
{
	hpa_t last = 0;
	u64 wanted = MIB(mib) / FRAME_SIZE;
	u64 written = 0;
	u64 good = 0;

	for (; written < wanted; written++) {
		hpa_t frame = frames_alloc(FRAME_ORDER_4K);

		if (frame == FRAME_NONE) {
			break;
		}
		u64 *words = phys_to_virt(frame);

		for (u32 i = 0; i < FRAME_SIZE / sizeof(u64); i++) {
			words[i] = pattern(frame + i * sizeof(u64));
		}
		words[0] ^= last;
		last = frame;
	}
	while (last != 0) {
		u64 *words = phys_to_virt(last);
		hpa_t next = words[0] ^ pattern(last);

		words[0] = pattern(last);
		good += holds_pattern(last) ? 1 : 0;
		frames_free(last, FRAME_ORDER_4K);
		last = IS_ALIGNED(next, FRAME_SIZE) ? next : 0;
	}
	printk("skernel-x86: touched %lu KiB of %lu, %lu read back well\n",
	       written * FRAME_SIZE / 1024, wanted * FRAME_SIZE / 1024,
	       good * FRAME_SIZE / 1024);
	return good == wanted ? KERNEL_SUCCESS : KERNEL_FAILURE;
}

static void access_memory(const char *cmdline)
{
	u64 address;

	if (cmdline_number(cmdline, "read", &address)) {
		printk("skernel-x86: reading %#lx\n", address);
		printk("skernel-x86: read %#x\n",
		       *(volatile u8 *)phys_to_virt(address));
	}
	if (cmdline_number(cmdline, "write", &address)) {
		printk("skernel-x86: writing %#lx\n", address);
		*(volatile u8 *)phys_to_virt(address) = 0x5a;
		printk("skernel-x86: written\n");
	}
	if (cmdline_number(cmdline, "jump", &address)) {
		printk("skernel-x86: jumping to %#lx\n", address);
		((void (*)(void))(uintptr_t)address)();
	}
}

static void access_registers(const char *cmdline)
{
	u64 number;

	if (cmdline_number(cmdline, "in", &number)) {
		printk("skernel-x86: reading port %#lx\n", number);
		printk("skernel-x86: read %#x\n", in8((u16)number));
	}
	if (cmdline_number(cmdline, "rdmsr", &number)) {
		printk("skernel-x86: reading MSR %#lx\n", number);
		printk("skernel-x86: read %#lx\n", rdmsr((u32)number));
	}
	if (cmdline_number(cmdline, "cr8", &number)) {
		printk("skernel-x86: writing CR8\n");
		write_cr8(number);
	}
}

static enum kernel_status worse(enum kernel_status a, enum kernel_status b)
{
	return a == KERNEL_SUCCESS ? b : a;
}

static enum kernel_status fuzz(const char *cmdline)
{
	u64 seed = 0, count = FUZZ_COUNT;

	(void)cmdline_number(cmdline, "seed", &seed);
	(void)cmdline_number(cmdline, "count", &count);
	return fuzz_run(seed, count);
}

static enum kernel_status use_channels(const char *cmdline)
{
	enum kernel_status status = KERNEL_SUCCESS;
	u64 messages = MESSAGE_COUNT, publisher;

	(void)cmdline_number(cmdline, "messages", &messages);
	if (cmdline_has(cmdline, "channel-publish")) {
		status = worse(status, channel_talk_publish(messages));
	}
	if (cmdline_number(cmdline, "channel-subscribe", &publisher)) {
		status = worse(status, channel_talk_subscribe(publisher));
	}
	if (cmdline_has(cmdline, "channel-misuse")) {
		status = worse(status, channel_misuse_run());
	}
	if (cmdline_has(cmdline, "bench-switch")) {
		status = worse(status, bench_switch_publish());
	}
	if (cmdline_number(cmdline, "bench-switch-with", &publisher)) {
		status = worse(status, bench_switch_subscribe(publisher));
	}
	return status;
}

/* What goes on for as long as it is told to. */
static enum kernel_status do_timed(const struct boot_info *boot)
{
	enum kernel_status status = KERNEL_SUCCESS;
	u64 ms = TIMED_MS;

	(void)cmdline_number(boot->cmdline, "ms", &ms);
	ms = min_u64(ms, TIMED_MAX);
	if (cmdline_has(boot->cmdline, "stress-registers")) {
		status = worse(status, stress_run(boot, ms));
	}
	if (cmdline_has(boot->cmdline, "spin")) {
		status = worse(status, spin_run(boot, ms));
	}
	return status;
}

/* What takes its time, and can succeed or fail. */
static enum kernel_status do_tasks(const struct boot_info *boot)
{
	const char *cmdline = boot->cmdline;
	enum kernel_status status = KERNEL_SUCCESS;
	u64 mib, line;

	if (cmdline_number(cmdline, "touch", &mib)) {
		status = worse(status, touch(mib));
	}
	if (cmdline_has(cmdline, "threads")) {
		status = worse(status, threads_run());
	}
	if (cmdline_has(cmdline, "calibrate")) {
		status = worse(status, calibrate_run(boot->acpi));
	}
	if (cmdline_has(cmdline, "virtio-console")) {
		status = worse(status,
			       virtio_talk_run(cmdline_has(cmdline, "echo")));
	} else if (cmdline_has(cmdline, "echo")) {
		echo_run();
	}
	if (cmdline_number(cmdline, "await", &line)) {
		status = worse(status, await_run(line));
	}
	if (cmdline_has(cmdline, "cdrom")) {
		status = worse(status, cdrom_run());
	}
	if (cmdline_has(cmdline, "bench")) {
		bench_run();
		bench_interrupts_run(boot);
	}
	if (cmdline_has(cmdline, "smp")) {
		status = worse(status, smp_run(boot));
	}
	status = worse(status, do_timed(boot));
	if (cmdline_has(cmdline, "fuzz")) {
		status = worse(status, fuzz(cmdline));
	}
	return worse(status, use_channels(cmdline));
}

/* Each of these returns only where nobody listens to it. */
static enum kernel_status end_machine(const char *cmdline)
{
	u64 value;

	if (cmdline_number(cmdline, "exit", &value)) {
		endings_debug_exit((u32)value);
	} else if (cmdline_has(cmdline, "poweroff")) {
		endings_power_off();
	} else if (cmdline_has(cmdline, "shutdown")) {
		endings_shutdown();
	} else if (cmdline_has(cmdline, "reset")) {
		endings_reset();
	} else {
		return KERNEL_SUCCESS;
	}
	printk("skernel-x86: the machine is still on\n");
	return KERNEL_FAILURE;
}

enum kernel_status actions_run(const struct boot_info *boot)
{
	const char *cmdline = boot->cmdline;
	enum kernel_status status = do_tasks(boot);

	access_memory(cmdline);
	access_registers(cmdline);
	status = worse(status, end_machine(cmdline));
	if (cmdline_has(cmdline, "panic")) {
		panic("as the command line asked for");
	}
	if (cmdline_has(cmdline, "triple-fault")) {
		traps_triple_fault();
	}
	while (cmdline_has(cmdline, "loop")) {
		cpu_pause();
	}
	return status;
}
