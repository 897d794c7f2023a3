#include "machine/host_time.h"
#include "cpu/instructions.h"
#include "cpu/ports.h"
#include "cpu/tsc.h"
#include "devices/machine_layout.h"
#include "devices/rtc_date.h"

enum rtc_register {
	RTC_SECONDS = 0x00,
	RTC_MINUTES = 0x02,
	RTC_HOURS = 0x04,
	RTC_DAY = 0x07,
	RTC_MONTH = 0x08,
	RTC_YEAR = 0x09,
	RTC_STATUS_A = 0x0a,
	RTC_STATUS_B = 0x0b,
	RTC_CENTURY = 0x32,
};

#define STATUS_A_UIP	0x80 /* an update is in progress */
#define STATUS_B_24H	0x02
#define STATUS_B_BINARY 0x04
#define HOURS_PM	0x80

static u8 read(enum rtc_register number)
{
	out8(MACHINE_PORT_CMOS_INDEX, (u8)number);
	return in8(MACHINE_PORT_CMOS_DATA);
}

static u32 read_number(enum rtc_register number, u8 status_b)
{
	u8 value = read(number);

	return (status_b & STATUS_B_BINARY) != 0
		       ? value
		       : (value >> 4) * 10u + (value & 0xf);
}

/* 12 o'clock is hour 0 of its half of the day. */
static u32 read_hours(u8 status_b)
{
	u8 raw = read(RTC_HOURS);
	u32 hours;

	if ((status_b & STATUS_B_24H) != 0) {
		return read_number(RTC_HOURS, status_b);
	}
	hours = raw & (u8)~HOURS_PM;
	if ((status_b & STATUS_B_BINARY) == 0) {
		hours = (hours >> 4) * 10 + (hours & 0xf);
	}
	return hours % 12 + ((raw & HOURS_PM) != 0 ? 12 : 0);
}

static struct rtc_date read_date(void)
{
	u8 status_b = read(RTC_STATUS_B);

	return (struct rtc_date){
		.year = read_number(RTC_CENTURY, status_b) * 100 +
			read_number(RTC_YEAR, status_b),
		.month = read_number(RTC_MONTH, status_b),
		.day = read_number(RTC_DAY, status_b),
		.hour = read_hours(status_b),
		.minute = read_number(RTC_MINUTES, status_b),
		.second = read_number(RTC_SECONDS, status_b),
	};
}

/* An update takes 2 ms at most; one may come between two reads. */
u64 host_time(void)
{
	u64 limit = rdtsc() + tsc_frequency_hz() / 100;
	u64 first, second;

	do {
		if (rdtsc() > limit) {
			return 0;
		}
		first = UINT64_MAX;
		if ((read(RTC_STATUS_A) & STATUS_A_UIP) == 0) {
			struct rtc_date date = read_date();

			first = rtc_date_seconds(&date);
		}
		struct rtc_date date = read_date();

		second = rtc_date_seconds(&date);
	} while (first != second);
	return first > RTC_DATE_1970 ? first - RTC_DATE_1970 : 0;
}
