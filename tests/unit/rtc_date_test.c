/*
 * The calendar against the C library's.
 *
 * modules: h4-exits/devices/rtc_date.c
 */
#define _DEFAULT_SOURCE
#include "devices/rtc_date.h"
#include "random.h"
#include "unit.h"

#include <time.h>

#define YEAR_10000 253402300800ull

static bool is_right(u64 since_1970)
{
	time_t time = (time_t)since_1970;
	struct tm tm;
	struct rtc_date date = rtc_date_of(RTC_DATE_1970 + since_1970);

	gmtime_r(&time, &tm);
	return CHECK_EQ(date.year, tm.tm_year + 1900) &&
	       CHECK_EQ(date.month, tm.tm_mon + 1) &&
	       CHECK_EQ(date.day, tm.tm_mday) &&
	       CHECK_EQ(date.weekday, tm.tm_wday + 1) &&
	       CHECK_EQ(date.hour, tm.tm_hour) &&
	       CHECK_EQ(date.minute, tm.tm_min) &&
	       CHECK_EQ(date.second, tm.tm_sec) &&
	       CHECK_EQ(rtc_date_seconds(&date), RTC_DATE_1970 + since_1970);
}

static void has_every_day_of_8000_years(void)
{
	for (u64 at = 0; at < YEAR_10000; at += RTC_DATE_SECONDS_A_DAY) {
		if (!is_right(at + random_below(RTC_DATE_SECONDS_A_DAY))) {
			return;
		}
	}
}

static void knows_leap_years(void)
{
	static const struct {
		struct rtc_date date;
		u32 next_month;
	} days[] = {
		{{.year = 1900, .month = 2, .day = 28}, 3},
		{{.year = 2000, .month = 2, .day = 28}, 2},
		{{.year = 2024, .month = 2, .day = 28}, 2},
		{{.year = 2024, .month = 2, .day = 29}, 3},
		{{.year = 2025, .month = 2, .day = 28}, 3},
		{{.year = 2100, .month = 2, .day = 28}, 3},
		{{.year = 2400, .month = 2, .day = 28}, 2},
	};

	for (size_t i = 0; i < ARRAY_SIZE(days); i++) {
		u64 seconds = rtc_date_seconds(&days[i].date);

		CHECK_EQ(rtc_date_of(seconds + RTC_DATE_SECONDS_A_DAY).month,
			 days[i].next_month);
	}
}

static void goes_back_to_the_year_0(void)
{
	struct rtc_date date = {.year = 0, .month = 1, .day = 1};

	CHECK_EQ(rtc_date_seconds(&date), 0);
	date = rtc_date_of(0);
	CHECK_EQ(date.year, 0);
	CHECK_EQ(date.month, 1);
	CHECK_EQ(date.day, 1);
	for (u64 day = 0; day < RTC_DATE_1970 / RTC_DATE_SECONDS_A_DAY; day++) {
		u64 seconds = day * RTC_DATE_SECONDS_A_DAY;

		date = rtc_date_of(seconds);
		if (!CHECK_EQ(rtc_date_seconds(&date), seconds)) {
			return;
		}
	}
}

static void takes_any_number(void)
{
	struct rtc_date date = {.year = 2024, .month = 2, .day = 30};

	date = rtc_date_of(rtc_date_seconds(&date));
	CHECK(date.month == 3 && date.day == 1);
	date = (struct rtc_date){.year = 2024, .month = 99, .day = 0};
	date = rtc_date_of(rtc_date_seconds(&date));
	CHECK(date.month == 1 && date.day == 1);
	date = (struct rtc_date){99999, 12, 99999, 0, 99999, 99999, 99999};
	CHECK(rtc_date_of(rtc_date_seconds(&date)).year > 99999);
}

static const struct unit_test tests[] = {
	UNIT_TEST(has_every_day_of_8000_years),
	UNIT_TEST(knows_leap_years),
	UNIT_TEST(goes_back_to_the_year_0),
	UNIT_TEST(takes_any_number),
};

int main(void)
{
	return UNIT_RUN(tests);
}
