#pragma once
/*
 * The Gregorian calendar: seconds to dates and back.
 *
 * Seconds are counted from the start of the year 0, as if the calendar had been
 * in use then. So every date that a clock with a four-digit year can be set to
 * is a number that is not negative.
 */
#include "lib/types.h"

#define RTC_DATE_1970	       (719528ull * RTC_DATE_SECONDS_A_DAY)
#define RTC_DATE_SECONDS_A_DAY 86400u

struct rtc_date {
	u32 year;
	u32 month;   /* 1 .. 12 */
	u32 day;     /* 1 .. 31 */
	u32 weekday; /* 1, a Sunday, .. 7 */
	u32 hour;    /* 0 .. 23 */
	u32 minute;
	u32 second;
};

struct rtc_date rtc_date_of(u64 seconds);

/*
 * The weekday does not matter. Fields out of range carry over, as in 30
 * February; a month that is none is taken for January. They are below 10^5.
 */
u64 rtc_date_seconds(const struct rtc_date *date);
