#pragma once
/*
 * A date in the bytes of the clock, in the format that Register B asks for:
 * binary or BCD, 24 hours or 12.
 *
 * bytes: all of the clock's, by enum cmos_register. seconds: see rtc_date.h.
 */
#include "lib/types.h"

#define RTC_BYTES_NEVER UINT64_MAX

/* Is this one of the bytes of the date? */
bool rtc_bytes_is_date(unsigned int index);

/* Fills the bytes of the date in; and reads them, whatever they hold. */
void rtc_bytes_put(u8 *bytes, u64 seconds);
u64 rtc_bytes_get(const u8 *bytes);

/* The first second after this one that the alarm matches; RTC_BYTES_NEVER. */
u64 rtc_bytes_next_alarm(const u8 *bytes, u64 seconds);
