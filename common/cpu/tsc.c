#include "cpu/tsc.h"
#include "cpu/ports.h"
#include "cpu/registers.h"

/* "8254 Programmable Interval Timer": channel 2 drives the speaker. */
#define PIT_HZ		   1193182
#define PIT_CHANNEL_2	   0x42
#define PIT_COMMAND	   0x43
#define CHANNEL_2_ONE_SHOT 0xb0 /* mode 0, both bytes, binary */
#define SPEAKER_CONTROL	   0x61
#define SPEAKER_GATE_2	   0x01 /* channel 2 counts */
#define SPEAKER_DATA	   0x02 /* its output is heard */
#define SPEAKER_OUT_2	   0x20 /* its output: 1 when it has counted down */

#define WINDOW_COUNTS (PIT_HZ / 100) /* 10 ms */
#define WINDOWS_MAX   20

/* A window at 100 GHz: there is no PIT behind the ports then. */
#define WINDOW_TICKS_MAX 1000000000

#define NS_PER_SECOND 1000000000ull

static u64 frequency;
static bool frequency_asked;

/*
 * SDM, "Determining the Processor Base Frequency": the crystal's frequency
 * times the TSC's ratio to it; 0 unless the CPU gives all three numbers. Leaf
 * 16H is no help: its MHz are for display only.
 */
static u64 hz_by_cpuid(void)
{
	struct cpuid leaf;

	if (cpuid(CPUID_VENDOR, 0).eax < CPUID_TSC) {
		return 0;
	}
	leaf = cpuid(CPUID_TSC, 0);
	return leaf.eax == 0 ? 0 : (u64)leaf.ecx * leaf.ebx / leaf.eax;
}

/*
 * The TSC's ticks while the PIT counts WINDOW_COUNTS down, or
 * WINDOW_TICKS_MAX where it does not. The TSC is read outside the window at
 * both ends: what interrupts this code (SMIs, another virtual machine) makes
 * the window look longer, never shorter.
 */
static u64 ticks_in_window(void)
{
	bool ended;
	u64 start, ticks;

	out8(PIT_COMMAND, CHANNEL_2_ONE_SHOT);
	out8(PIT_CHANNEL_2, WINDOW_COUNTS & 0xff);
	start = tsc_read_between();
	out8(PIT_CHANNEL_2, WINDOW_COUNTS >> 8);
	do {
		ended = (in8(SPEAKER_CONTROL) & SPEAKER_OUT_2) != 0;
		ticks = tsc_read_between() - start;
	} while (!ended && ticks < WINDOW_TICKS_MAX);
	return min_u64(ticks, WINDOW_TICKS_MAX);
}

/*
 * So the shortest window is the nearest to the truth, and two that agree have
 * met no disturbance.
 */
static u64 hz_by_pit(void)
{
	u8 speaker = in8(SPEAKER_CONTROL);
	u64 shortest = WINDOW_TICKS_MAX;
	bool agree = false;

	out8(SPEAKER_CONTROL, (speaker & ~SPEAKER_DATA) | SPEAKER_GATE_2);
	for (unsigned int i = 0; i < WINDOWS_MAX && !agree; i++) {
		u64 ticks = ticks_in_window();
		u64 shorter = min_u64(shortest, ticks);

		agree = max_u64(shortest, ticks) - shorter <= shorter / 1000;
		shortest = shorter;
	}
	out8(SPEAKER_CONTROL, speaker);
	return shortest == WINDOW_TICKS_MAX ? 0
					    : shortest * PIT_HZ / WINDOW_COUNTS;
}

/*
 * CPUID is exact where it is right, but an emulator may give the numbers of
 * the CPU that it imitates and count at another rate.
 */
static u64 find_frequency(void)
{
	u64 stated = hz_by_cpuid();
	u64 measured = hz_by_pit();
	u64 tolerance = measured / 100;

	if (measured == 0) {
		return stated;
	}
	return stated >= measured - tolerance && stated <= measured + tolerance
		       ? stated
		       : measured;
}

u64 tsc_frequency_hz(void)
{
	if (!frequency_asked) {
		frequency = find_frequency();
		frequency_asked = true;
	}
	return frequency;
}

u64 tsc_from_ns(u64 ns)
{
	u64 hz = tsc_frequency_hz();
	u64 part = ns % NS_PER_SECOND * hz;

	return ns / NS_PER_SECOND * hz +
	       (part + NS_PER_SECOND - 1) / NS_PER_SECOND;
}

u64 tsc_to_ns(u64 ticks)
{
	u64 hz = tsc_frequency_hz();

	if (hz == 0) {
		return 0;
	}
	/* In two parts, since ticks * 10^9 does not fit 64 bits. */
	return ticks / hz * NS_PER_SECOND + ticks % hz * NS_PER_SECOND / hz;
}
