#include "devices/rtc_date.h"

#define MONTHS 12

/* The calendar repeats itself after so many years, of so many days. */
#define CYCLE_YEARS 400
#define CYCLE_DAYS  146097

/* 1 January of the year 0 was a Saturday. */
#define WEEKDAY_OF_DAY_0 6

static bool is_leap(u64 year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static u64 days_in_month(u64 year, u32 month)
{
	static const u8 days[MONTHS] = {31, 28, 31, 30, 31, 30,
					31, 31, 30, 31, 30, 31};

	return days[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

/* Of the years before this one, the year 0 being a leap year. */
static u64 days_before_year(u64 year)
{
	u64 last = year - 1;

	if (year == 0) {
		return 0;
	}
	return year * 365 + last / 4 - last / 100 + last / 400 + 1;
}

struct rtc_date rtc_date_of(u64 seconds)
{
	u64 days = seconds / RTC_DATE_SECONDS_A_DAY;
	u64 rest = seconds % RTC_DATE_SECONDS_A_DAY;
	u64 year = days * CYCLE_YEARS / CYCLE_DAYS;
	struct rtc_date date = {
		.month = 1,
		.weekday = (u32)((days + WEEKDAY_OF_DAY_0) % 7 + 1),
		.hour = (u32)(rest / 3600),
		.minute = (u32)(rest / 60 % 60),
		.second = (u32)(rest % 60),
	};

	/* The average was a guess that is at most a year off. */
	while (days_before_year(year) > days) {
		year--;
	}
	while (days_before_year(year + 1) <= days) {
		year++;
	}
	days -= days_before_year(year);
	while (days >= days_in_month(year, date.month)) {
		days -= days_in_month(year, date.month);
		date.month++;
	}
	date.year = (u32)year;
	date.day = (u32)days + 1;
	return date;
}

u64 rtc_date_seconds(const struct rtc_date *date)
{
	u32 month = date->month >= 1 && date->month <= MONTHS ? date->month : 1;
	u64 days = days_before_year(date->year);

	for (u32 m = 1; m < month; m++) {
		days += days_in_month(date->year, m);
	}
	/* A day 0 is taken for the first. */
	days += date->day == 0 ? 0 : date->day - 1;
	return days * RTC_DATE_SECONDS_A_DAY + date->hour * 3600ull +
	       date->minute * 60ull + date->second;
}
