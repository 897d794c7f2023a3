#pragma once
/*
 * The I/O ports: the address space that IN and OUT speak to.
 *
 * SDM, "Ordering I/O": the processor never buffers I/O writes, and executes
 * I/O instructions in program order. The memory clobbers hold the compiler to
 * that order too.
 */
#include "lib/types.h"

static inline u8 in8(u16 port)
{
	u8 value;

	asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline u16 in16(u16 port)
{
	u16 value;

	asm volatile("inw %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline u32 in32(u16 port)
{
	u32 value;

	asm volatile("inl %1, %0" : "=a"(value) : "Nd"(port) : "memory");
	return value;
}

static inline void out8(u16 port, u8 value)
{
	asm volatile("outb %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void out16(u16 port, u16 value)
{
	asm volatile("outw %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

static inline void out32(u16 port, u32 value)
{
	asm volatile("outl %0, %1" : : "a"(value), "Nd"(port) : "memory");
}

/*
 * Reads count words from one port into buffer, which holds 2 * count bytes and
 * need not be aligned. REP INS counts upwards because the ABI keeps DF clear.
 */
static inline void ins16(u16 port, void *buffer, u64 count)
{
	asm volatile("rep insw"
		     : "+D"(buffer), "+c"(count)
		     : "d"(port)
		     : "memory");
}
