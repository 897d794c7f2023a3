#include "devices/cmos_rtc.h"
#include "devices/cmos_registers.h"
#include "devices/machine_layout.h"
#include "devices/rtc_bytes.h"
#include "devices/rtc_date.h"

/* UIP is 1 from 244 us before an update to its end, 1984 us later. */
#define UIP_NS	       2228000u
#define HALF_SECOND_NS (DEVICE_CLOCK_HZ / 2)

/* Nanoseconds since the date was rtc->seconds sharp. */
static u64 elapsed(const struct cmos_rtc *rtc, u64 now)
{
	return rtc->fraction + (now > rtc->since ? now - rtc->since : 0);
}

/* Meaningful while the date is not held. */
static u64 date_at(const struct cmos_rtc *rtc, u64 now)
{
	return rtc->seconds + elapsed(rtc, now) / DEVICE_CLOCK_HZ;
}

static u64 next_second(const struct cmos_rtc *rtc, u64 now)
{
	return now + DEVICE_CLOCK_HZ - elapsed(rtc, now) % DEVICE_CLOCK_HZ;
}

static bool divider_is_reset(const struct cmos_rtc *rtc)
{
	return (rtc->bytes[CMOS_REGISTER_A] & A_DV_RESET) == A_DV_RESET;
}

/* Does Register A or B keep the date from advancing? */
static bool is_held(const struct cmos_rtc *rtc)
{
	return (rtc->bytes[CMOS_REGISTER_B] & B_SET) != 0 ||
	       divider_is_reset(rtc);
}

/* The periodic interrupt's rate in Hz; 0: none. */
static u64 periodic_hz(const struct cmos_rtc *rtc)
{
	unsigned int rate = rtc->bytes[CMOS_REGISTER_A] & A_RS;

	if (rate == 0 || divider_is_reset(rtc)) {
		return 0;
	}
	/* The first two are slow ones, where they would not fit in. */
	return rate <= 2 ? 256u >> (rate - 1) : 32768u >> (rate - 1);
}

/* Sets the flags of what has happened since this was done last. */
static void catch_up(struct cmos_rtc *rtc, u64 now)
{
	u64 hz = periodic_hz(rtc);

	if (now <= rtc->caught) {
		return;
	}
	if (hz != 0 && device_clock_ticks(now, hz) !=
			       device_clock_ticks(rtc->caught, hz)) {
		rtc->flags |= C_PF;
	}
	if (!rtc->held && date_at(rtc, now) != date_at(rtc, rtc->caught)) {
		u64 alarm = rtc_bytes_next_alarm(rtc->bytes,
						 date_at(rtc, rtc->caught));

		rtc->flags |= C_UF;
		rtc->flags |= alarm <= date_at(rtc, now) ? C_AF : 0;
	}
	rtc->caught = now;
}

/* When an interrupt will come that is enabled and has not come yet. */
static u64 next_interrupt(const struct cmos_rtc *rtc, u64 now)
{
	u8 wanted = rtc->bytes[CMOS_REGISTER_B] & (u8)~rtc->flags;
	u64 hz = periodic_hz(rtc);
	u64 next = DEVICE_CLOCK_NEVER;

	if ((wanted & C_PF) != 0 && hz != 0) {
		next = device_clock_time(device_clock_ticks(now, hz) + 1, hz);
	}
	if (rtc->held) {
		return next;
	}
	if ((wanted & C_UF) != 0) {
		next = min_u64(next, next_second(rtc, now));
	}
	if ((wanted & C_AF) != 0) {
		u64 alarm = rtc_bytes_next_alarm(rtc->bytes, date_at(rtc, now));

		if (alarm != RTC_BYTES_NEVER) {
			alarm -= date_at(rtc, now) + 1;
			next = min_u64(next, next_second(rtc, now) +
						     alarm * DEVICE_CLOCK_HZ);
		}
	}
	return next;
}

static bool wants_interrupt(const struct cmos_rtc *rtc)
{
	return (rtc->flags & rtc->bytes[CMOS_REGISTER_B] & C_FLAGS) != 0;
}

/* Lets the line and the alarm show what has changed. */
static void update(struct cmos_rtc *rtc, u64 now)
{
	irq_line_set(&rtc->line, wants_interrupt(rtc));
	device_timer_set(rtc->clock, &rtc->timer, next_interrupt(rtc, now));
}

static void expire(struct device_timer *timer, u64 now)
{
	struct cmos_rtc *rtc =
		(struct cmos_rtc *)((u8 *)timer -
				    offsetof(struct cmos_rtc, timer));

	catch_up(rtc, now);
	update(rtc, now);
}

static u8 read_register_a(const struct cmos_rtc *rtc, u64 now)
{
	u8 value = rtc->bytes[CMOS_REGISTER_A];

	if (!rtc->held && next_second(rtc, now) - now <= UIP_NS) {
		value |= A_UIP;
	}
	return value;
}

/* To read the flags clears them. */
static u8 read_register_c(struct cmos_rtc *rtc, u64 now)
{
	u8 value;

	catch_up(rtc, now);
	value = rtc->flags | (wants_interrupt(rtc) ? C_IRQF : 0);
	rtc->flags = 0;
	update(rtc, now);
	return value;
}

static u8 read_register(struct cmos_rtc *rtc, u64 now)
{
	switch (rtc->index) {
	case CMOS_REGISTER_A:
		return read_register_a(rtc, now);
	case CMOS_REGISTER_C:
		return read_register_c(rtc, now);
	case CMOS_REGISTER_D:
		return D_VRT;
	default:
		break;
	}
	if (rtc_bytes_is_date(rtc->index) && !rtc->held) {
		rtc_bytes_put(rtc->bytes, date_at(rtc, now));
	}
	return rtc->bytes[rtc->index];
}

/* From here on the date is what the bytes say, and so far into its second. */
static void set_date(struct cmos_rtc *rtc, u64 now, u64 fraction)
{
	rtc->seconds = rtc_bytes_get(rtc->bytes);
	rtc->fraction = fraction % DEVICE_CLOCK_HZ;
	rtc->since = now;
}

static void write_date(struct cmos_rtc *rtc, u64 now, u8 value)
{
	if (!rtc->held) {
		rtc_bytes_put(rtc->bytes, date_at(rtc, now));
	}
	rtc->bytes[rtc->index] = value;
	if (!rtc->held) {
		set_date(rtc, now, elapsed(rtc, now));
	}
}

/*
 * Registers A and B. SET leaves the divider running, so that a second lasts a
 * second; a divider that was in reset makes the first one half as long.
 */
static void write_control(struct cmos_rtc *rtc, u64 now, u8 value)
{
	bool was_reset = divider_is_reset(rtc);

	if (!rtc->held) {
		rtc_bytes_put(rtc->bytes, date_at(rtc, now));
	}
	rtc->bytes[rtc->index] = value;
	if (rtc->held && !is_held(rtc)) {
		set_date(rtc, now,
			 was_reset ? HALF_SECOND_NS : elapsed(rtc, now));
	}
	rtc->held = is_held(rtc);
}

static void write_register(struct cmos_rtc *rtc, u64 now, u8 value)
{
	catch_up(rtc, now);
	switch (rtc->index) {
	case CMOS_REGISTER_A:
		write_control(rtc, now, value & (u8)~A_UIP);
		break;
	case CMOS_REGISTER_B:
		if ((value & B_SET) != 0) {
			value &= (u8)~B_UIE;
		}
		write_control(rtc, now, value);
		break;
	case CMOS_REGISTER_C: /* both are read-only */
	case CMOS_REGISTER_D:
		break;
	default:
		if (rtc_bytes_is_date(rtc->index)) {
			write_date(rtc, now, value);
		} else {
			rtc->bytes[rtc->index] = value;
		}
		break;
	}
	update(rtc, now);
}

/* Port 70H cannot be read on a PC. Its bit 7 is not the clock's: it gates NMI.
 */
static bool read(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct cmos_rtc *rtc = device;

	(void)size;
	if (offset == 0) {
		return false;
	}
	*value = read_register(rtc, device_clock_now(rtc->clock));
	return true;
}

static bool write(void *device, u64 offset, unsigned int size, u64 value)
{
	struct cmos_rtc *rtc = device;

	(void)size;
	if (offset == 0) {
		rtc->index = (u8)value % CMOS_RTC_SIZE;
	} else {
		write_register(rtc, device_clock_now(rtc->clock), (u8)value);
	}
	return true;
}

static const struct bus_ops ops = {read, write, 1};

struct error cmos_rtc_attach(struct cmos_rtc *rtc, struct bus *ports,
			     struct device_clock *clock, struct irq_line line,
			     u64 start, struct cmos_memory memory)
{
	*rtc = (struct cmos_rtc){
		.clock = clock,
		.line = line,
		.timer = {.deadline = DEVICE_CLOCK_NEVER, .expire = expire},
		.caught = device_clock_now(clock),
		.seconds = RTC_DATE_1970 + start,
		.bytes = {[CMOS_REGISTER_A] = A_DV_32768_HZ | A_RS_1024_HZ,
			  [CMOS_REGISTER_B] = B_24_HOURS},
	};
	cmos_memory_put(rtc->bytes, memory);
	return bus_add(ports, (struct bus_range){MACHINE_PORT_CMOS_INDEX,
						 MACHINE_PORT_CMOS_DATA, &ops,
						 rtc, "MC146818A"});
}
