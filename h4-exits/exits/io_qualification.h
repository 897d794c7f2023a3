#pragma once
/*
 * SDM: "Exit Qualification for I/O Instructions".
 */
#include "lib/types.h"

#define IO_SIZE(q) ((unsigned int)((q)&7) + 1) /* 1, 2 or 4 bytes */
#define IO_IN	   BIT(3)
#define IO_STRING  BIT(4)
#define IO_REP	   BIT(5)
#define IO_PORT(q) ((u16)((q) >> 16))
