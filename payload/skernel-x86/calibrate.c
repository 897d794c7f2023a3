#include "calibrate.h"
#include "cpu/instructions.h"
#include "cpu/ports.h"
#include "cpu/tsc.h"
#include "firmware/fadt.h"
#include "lib/printk.h"
#include "pit.h"

#define PM_TIMER_HZ 3579545 /* "Power Management Timer" */

#define WINDOWS	  5
#define SAMPLES	  8
#define POLLS_MAX 1000000 /* of a clock that may stand still */
#define PER_CENT  2

/* A clock that counts up and comes round to 0. */
struct clock {
	u64 (*read)(u16 port);
	u16 port;
	u64 hz;
	u64 mask; /* of its bits */
};

struct moment {
	u64 tsc;
	u64 count;
	u64 width; /* in ticks of the TSC: how exact it is */
};

static u64 read_pit(u16 port)
{
	(void)port;
	return 0 - (u64)pit_left();
}

static u64 read_pm_timer(u16 port)
{
	return in32(port);
}

/*
 * What interrupts this code (SMIs, another virtual machine) makes a reading
 * wide; the narrowest of some is the nearest to the truth.
 */
static struct moment read_clock(const struct clock *clock)
{
	struct moment best = {.width = UINT64_MAX};

	for (int i = 0; i < SAMPLES; i++) {
		u64 before = tsc_read_between();
		u64 count = clock->read(clock->port);
		u64 width = tsc_read_between() - before;

		if (width < best.width) {
			best = (struct moment){
				.tsc = before + width / 2,
				.count = count,
				.width = width,
			};
		}
	}
	return best;
}

/* The TSC's frequency by a window of 20 ms; 0 if the clock stands still. */
static u64 window(const struct clock *clock)
{
	struct moment first = read_clock(clock);
	struct moment last = first;
	u64 passed = 0;

	for (u32 i = 0; i < POLLS_MAX && passed < clock->hz / 50; i++) {
		last = read_clock(clock);
		passed = (last.count - first.count) & clock->mask;
	}
	return passed == 0 ? 0 : (last.tsc - first.tsc) * clock->hz / passed;
}

/* The median of some windows: no single disturbance moves it. */
static u64 measure(const struct clock *clock)
{
	u64 sorted[WINDOWS] = {0};

	for (int i = 0; i < WINDOWS; i++) {
		u64 hz = window(clock);
		int at = i;

		for (; at > 0 && sorted[at - 1] > hz; at--) {
			sorted[at] = sorted[at - 1];
		}
		sorted[at] = hz;
	}
	return sorted[WINDOWS / 2];
}

/* False where ACPI names no such timer. */
static bool measure_by_acpi(const struct acpi *acpi, u64 *hz)
{
	struct fadt fadt;
	struct clock clock = {.read = read_pm_timer, .hz = PM_TIMER_HZ};

	if (acpi == NULL || failed(fadt_read(&fadt, acpi)) ||
	    fadt.pm_timer == 0) {
		return false;
	}
	clock.port = fadt.pm_timer;
	clock.mask = fadt.pm_timer_bits == 32 ? UINT32_MAX : BIT(24) - 1;
	*hz = measure(&clock);
	return true;
}

static u64 measure_by_channel_0(void)
{
	const struct clock clock = {
		.read = read_pit,
		.hz = PIT_HZ,
		.mask = UINT16_MAX,
	};
	u64 hz;

	pit_start(0);
	hz = measure(&clock);
	pit_stop();
	return hz;
}

static bool agree(u64 a, u64 b)
{
	return a != 0 && b != 0 &&
	       max_u64(a, b) - min_u64(a, b) <= min_u64(a, b) * PER_CENT / 100;
}

enum kernel_status calibrate_run(const struct acpi *acpi)
{
	u64 channel_2 = tsc_frequency_hz();
	u64 channel_0 = measure_by_channel_0();
	u64 pm_timer;
	bool good = agree(channel_2, channel_0);

	printk("calibrate: channel 2 of the PIT: %lu kHz\n", channel_2 / 1000);
	printk("calibrate: channel 0 of the PIT: %lu kHz\n", channel_0 / 1000);
	if (measure_by_acpi(acpi, &pm_timer)) {
		printk("calibrate: ACPI PM timer: %lu kHz\n", pm_timer / 1000);
		good = good && agree(channel_2, pm_timer) &&
		       agree(channel_0, pm_timer);
	} else {
		printk("calibrate: no ACPI PM timer\n");
	}
	printk("calibrate: they %s\n",
	       good ? "agree" : "differ by more than 2 %");
	return good ? KERNEL_SUCCESS : KERNEL_FAILURE;
}
