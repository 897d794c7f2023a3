#pragma once
/*
 * The clock of a PC and its battery-backed memory: "MC146818A Real-Time Clock
 * plus RAM" (data sheet), at ports 70H (index) and 71H (data).
 *
 * The registers of the date are computed from the machine's time when they are
 * read. Byte 32H has the century, as in every PC since; the weekday follows the
 * date. Memory sizes lie where BIOSes put them.
 */
#include "devices/bus.h"
#include "devices/cmos_memory.h"
#include "devices/device_clock.h"
#include "devices/irq_line.h"

#define CMOS_RTC_SIZE 128u

struct cmos_rtc {
	struct device_clock *clock;
	struct irq_line line;
	struct device_timer timer;
	u8 index;
	u8 flags;   /* Register C: PF, AF, UF */
	u64 caught; /* the time up to which flags is complete, in ns */

	/* The date was seconds (see rtc_date.h) and fraction ns at since. */
	u64 seconds;
	u64 fraction;
	u64 since;
	bool held; /* it does not advance: the bytes are the date */

	u8 bytes[CMOS_RTC_SIZE];
};

/*
 * Puts the clock on the bus of the ports, as firmware leaves it: running, BCD,
 * 24 hours, no interrupts. start: the date at power-on, in seconds since the
 * start of 1970, before the year 10000. Errors: bus_add().
 */
struct error cmos_rtc_attach(struct cmos_rtc *rtc, struct bus *ports,
			     struct device_clock *clock, struct irq_line line,
			     u64 start, struct cmos_memory memory);
