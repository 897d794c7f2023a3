#pragma once
/*
 * Integer types, and the kinds of address that the tour keeps apart.
 *
 * An address is never passed as a bare integer: its type says which address
 * space it belongs to. hpa_t is host-physical: what the memory controller
 * sees, or what a kernel running bare calls a physical address.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef uint8_t u8;
typedef uint16_t u16;
typedef uint32_t u32;
typedef uint64_t u64;
typedef int64_t s64;

typedef u64 hpa_t;

#define KIB(n) ((u64)(n) << 10)
#define MIB(n) ((u64)(n) << 20)
#define GIB(n) ((u64)(n) << 30)

#define BIT(n)		  (1ull << (n))
#define ARRAY_SIZE(a)	  (sizeof(a) / sizeof((a)[0]))
#define ALIGN_DOWN(x, to) ((x) & ~((u64)(to)-1))
#define ALIGN_UP(x, to)	  ALIGN_DOWN((x) + ((u64)(to)-1), to)
#define IS_ALIGNED(x, to) (((x) & ((u64)(to)-1)) == 0)

/* The structure of that type whose member a pointer points to. */
#define CONTAINER_OF(pointer, type, member) \
	((type *)(void *)((u8 *)(pointer)-offsetof(type, member)))

/* A function that is seldom called, and must not lengthen its caller's way. */
#define RARELY __attribute__((noinline, cold))

/* One that is on every caller's shortest way, however long it is. */
#define INLINED static inline __attribute__((always_inline))

static inline u64 min_u64(u64 a, u64 b)
{
	return a < b ? a : b;
}

static inline u64 max_u64(u64 a, u64 b)
{
	return a > b ? a : b;
}
