#pragma once
/*
 * The numbers in an instruction: displacements and immediates.
 */
#include "lib/types.h"

static inline u16 number_u16(const u8 *at)
{
	return (u16)(at[0] | at[1] << 8);
}

static inline u32 number_u32(const u8 *at)
{
	return number_u16(at) | (u32)number_u16(at + 2) << 16;
}

/* Reads size bytes, lowest first, and extends the sign. size: 1, 2, 4 or 8. */
static inline u64 number_read(const u8 *at, unsigned int size)
{
	switch (size) {
	case 1:
		return (u64)(int8_t)at[0];
	case 2:
		return (u64)(int16_t)number_u16(at);
	case 4:
		return (u64)(int32_t)number_u32(at);
	default:
		return number_u32(at) | (u64)number_u32(at + 4) << 32;
	}
}
