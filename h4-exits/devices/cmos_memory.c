#include "devices/cmos_memory.h"
#include "devices/cmos_registers.h"

#define BASE_MEMORY_KIB 640u
#define EQUIPMENT_FPU	0x02 /* no diskette, no printer; a coprocessor */

/* The bytes that the checksum is of: what a setup program chooses. */
#define CHECKED_FIRST 0x10
#define CHECKED_LAST  0x2d

static void put(u8 *bytes, unsigned int index, unsigned int size, u64 value)
{
	value = min_u64(value, BIT(8 * size) - 1);
	for (unsigned int i = 0; i < size; i++) {
		bytes[index + i] = (u8)(value >> (8 * i));
	}
}

static u64 above(u64 size, u64 start)
{
	return size > start ? size - start : 0;
}

void cmos_memory_put(u8 *bytes, struct cmos_memory memory)
{
	u64 extended_kib = above(memory.below_4g, MIB(1)) / KIB(1);
	u32 sum = 0;

	bytes[CMOS_EQUIPMENT] = EQUIPMENT_FPU;
	put(bytes, CMOS_BASE_MEMORY, 2,
	    min_u64(memory.below_4g / KIB(1), BASE_MEMORY_KIB));
	put(bytes, CMOS_EXTENDED_MEMORY, 2, extended_kib);
	put(bytes, CMOS_EXTENDED_MEMORY_2, 2, extended_kib);
	put(bytes, CMOS_MEMORY_ABOVE_16M, 2,
	    above(memory.below_4g, MIB(16)) / KIB(64));
	put(bytes, CMOS_MEMORY_ABOVE_4G, 3, memory.above_4g / KIB(64));
	for (unsigned int i = CHECKED_FIRST; i <= CHECKED_LAST; i++) {
		sum += bytes[i];
	}
	bytes[CMOS_CHECKSUM] = (u8)(sum >> 8);
	bytes[CMOS_CHECKSUM + 1] = (u8)sum;
}
