#include "devices/rtc_bytes.h"
#include "devices/cmos_registers.h"
#include "devices/rtc_date.h"

#define HOURS_PM  0x80
#define ALARM_ANY 0xc0 /* an alarm byte that matches always */

static u8 encode(const u8 *bytes, u32 n)
{
	if ((bytes[CMOS_REGISTER_B] & B_DM_BINARY) != 0) {
		return (u8)n;
	}
	return (u8)(n / 10 << 4 | n % 10);
}

static u32 decode(const u8 *bytes, u8 byte)
{
	if ((bytes[CMOS_REGISTER_B] & B_DM_BINARY) != 0) {
		return byte;
	}
	return (byte >> 4) * 10u + (byte & 15);
}

static u8 encode_hour(const u8 *bytes, u32 hour)
{
	if ((bytes[CMOS_REGISTER_B] & B_24_HOURS) != 0) {
		return encode(bytes, hour);
	}
	return encode(bytes, (hour + 11) % 12 + 1) |
	       (hour >= 12 ? HOURS_PM : 0);
}

static u32 decode_hour(const u8 *bytes, u8 byte)
{
	if ((bytes[CMOS_REGISTER_B] & B_24_HOURS) != 0) {
		return decode(bytes, byte);
	}
	return decode(bytes, byte & (u8)~HOURS_PM) % 12 +
	       ((byte & HOURS_PM) != 0 ? 12 : 0);
}

bool rtc_bytes_is_date(unsigned int index)
{
	switch (index) {
	case CMOS_SECONDS:
	case CMOS_MINUTES:
	case CMOS_HOURS:
	case CMOS_DAY_OF_WEEK:
	case CMOS_DATE_OF_MONTH:
	case CMOS_MONTH:
	case CMOS_YEAR:
	case CMOS_CENTURY:
		return true;
	default:
		return false;
	}
}

void rtc_bytes_put(u8 *bytes, u64 seconds)
{
	struct rtc_date date = rtc_date_of(seconds);

	bytes[CMOS_SECONDS] = encode(bytes, date.second);
	bytes[CMOS_MINUTES] = encode(bytes, date.minute);
	bytes[CMOS_HOURS] = encode_hour(bytes, date.hour);
	bytes[CMOS_DAY_OF_WEEK] = encode(bytes, date.weekday);
	bytes[CMOS_DATE_OF_MONTH] = encode(bytes, date.day);
	bytes[CMOS_MONTH] = encode(bytes, date.month);
	bytes[CMOS_YEAR] = encode(bytes, date.year % 100);
	bytes[CMOS_CENTURY] = encode(bytes, date.year / 100 % 100);
}

u64 rtc_bytes_get(const u8 *bytes)
{
	struct rtc_date date = {
		.year = decode(bytes, bytes[CMOS_CENTURY]) * 100 +
			decode(bytes, bytes[CMOS_YEAR]),
		.month = decode(bytes, bytes[CMOS_MONTH]),
		.day = decode(bytes, bytes[CMOS_DATE_OF_MONTH]),
		.hour = decode_hour(bytes, bytes[CMOS_HOURS]),
		.minute = decode(bytes, bytes[CMOS_MINUTES]),
		.second = decode(bytes, bytes[CMOS_SECONDS]),
	};

	return rtc_date_seconds(&date);
}

static bool matches(u8 alarm, u8 byte)
{
	return (alarm & ALARM_ANY) == ALARM_ANY || alarm == byte;
}

/* Is there any value below limit, written like this, that the alarm matches? */
static bool can_match(const u8 *bytes, u8 alarm, u32 limit,
		      u8 (*write)(const u8 *bytes, u32 n))
{
	for (u32 n = 0; n < limit; n++) {
		if (matches(alarm, write(bytes, n))) {
			return true;
		}
	}
	return false;
}

/* Each hour that does not match is left behind at once, and each minute. */
u64 rtc_bytes_next_alarm(const u8 *bytes, u64 seconds)
{
	u8 hour = bytes[CMOS_HOURS_ALARM];
	u8 minute = bytes[CMOS_MINUTES_ALARM];
	u8 second = bytes[CMOS_SECONDS_ALARM];
	u64 at = seconds + 1;

	if (!can_match(bytes, hour, 24, encode_hour) ||
	    !can_match(bytes, minute, 60, encode) ||
	    !can_match(bytes, second, 60, encode)) {
		return RTC_BYTES_NEVER;
	}
	for (;;) {
		u32 in_day = (u32)(at % RTC_DATE_SECONDS_A_DAY);

		if (!matches(hour, encode_hour(bytes, in_day / 3600))) {
			at += 3600 - in_day % 3600;
		} else if (!matches(minute, encode(bytes, in_day / 60 % 60))) {
			at += 60 - in_day % 60;
		} else if (!matches(second, encode(bytes, in_day % 60))) {
			at++;
		} else {
			return at;
		}
	}
}
