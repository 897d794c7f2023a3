#pragma once
/*
 * The bytes behind ports 70H and 71H, named as the data sheet of the MC146818A
 * names them, and those that a PC's firmware has added.
 */
#include "devices/machine_layout.h"

enum cmos_register {
	CMOS_SECONDS = 0x00,
	CMOS_SECONDS_ALARM = 0x01,
	CMOS_MINUTES = 0x02,
	CMOS_MINUTES_ALARM = 0x03,
	CMOS_HOURS = 0x04,
	CMOS_HOURS_ALARM = 0x05,
	CMOS_DAY_OF_WEEK = 0x06,
	CMOS_DATE_OF_MONTH = 0x07,
	CMOS_MONTH = 0x08,
	CMOS_YEAR = 0x09,
	CMOS_REGISTER_A = 0x0a,
	CMOS_REGISTER_B = 0x0b,
	CMOS_REGISTER_C = 0x0c,
	CMOS_REGISTER_D = 0x0d,
	CMOS_EQUIPMENT = 0x14,
	CMOS_BASE_MEMORY = 0x15,       /* 2 bytes, in KiB */
	CMOS_EXTENDED_MEMORY = 0x17,   /* 2 bytes, in KiB above 1 MiB */
	CMOS_CHECKSUM = 0x2e,	       /* 2 bytes, the high one first */
	CMOS_EXTENDED_MEMORY_2 = 0x30, /* 2 bytes, the same once more */
	CMOS_CENTURY = MACHINE_CMOS_CENTURY,
	CMOS_MEMORY_ABOVE_16M = 0x34, /* 2 bytes, in 64 KiB, to 4 GiB */
	CMOS_MEMORY_ABOVE_4G = 0x5b,  /* 3 bytes, in 64 KiB */
};

#define A_UIP	      0x80 /* an update is near or going on */
#define A_DV_RESET    0x60 /* both: the divider is held in reset */
#define A_DV_32768_HZ 0x20
#define A_RS	      0x0f /* the periodic rate */
#define A_RS_1024_HZ  0x06

#define B_SET	    0x80 /* no updates: the date is being set */
#define B_UIE	    0x10
#define B_DM_BINARY 0x04
#define B_24_HOURS  0x02

/* Their enable bits in Register B have the same places. */
#define C_PF	0x40
#define C_AF	0x20
#define C_UF	0x10
#define C_FLAGS (C_PF | C_AF | C_UF)
#define C_IRQF	0x80

#define D_VRT 0x80 /* the battery is good */
