#pragma once
/*
 * The bus of an emulated machine: which device answers at a port, at a
 * guest-physical address, or for an MSR.
 *
 * There is one struct bus for each of these three spaces. Its ranges are kept
 * in order, so that the one that holds an address is found in O(log n) steps;
 * two ranges never overlap. A device knows its own registers, the interrupt
 * line that it was given and perhaps guest RAM; it knows no vCPU.
 *
 * A byte has an address, except among MSRs, where 64 bits have one: whoever
 * serves RDMSR finds the range here and calls its ops, with size 8.
 *
 * A guest tends to use one device many times in a row: the bus remembers which
 * range answered last and looks there first.
 */
#include "lib/error.h"
#include "lib/types.h"

#define BUS_RANGES_MAX 64u

/*
 * What a range does. offset: from the first address of the range. size: 1, 2,
 * 4 or 8 bytes, all of them inside the range; at most access_max. value: the
 * bits above size bytes are 0 in a write, and dropped from a read. False: no
 * such register there, and nothing has happened.
 */
struct bus_ops {
	bool (*read)(void *device, u64 offset, unsigned int size, u64 *value);
	bool (*write)(void *device, u64 offset, unsigned int size, u64 value);
	/*
	 * 1, 2, 4 or 8. A wider access becomes several of this many bytes,
	 * lowest first.
	 */
	unsigned int access_max;
};

struct bus_range {
	u64 first;
	u64 last; /* the last address that belongs to it */
	const struct bus_ops *ops;
	void *device;
	const char *name; /* of the device, for reports */
};

/* Begins as zeros. It is complete before a vCPU runs. */
struct bus {
	unsigned int count;
	const struct bus_range *recent; /* NULL, or the last one found */
	struct bus_range ranges[BUS_RANGES_MAX]; /* in ascending order */
};

/*
 * Adds a range. Errors: it ends before it begins; it overlaps one that is
 * there already; the bus is full.
 */
struct error bus_add(struct bus *bus, struct bus_range range);

/* The parts of the functions below that are seldom needed. */
const struct bus_range *bus_search(struct bus *bus, u64 address);
bool bus_read_parts(struct bus *bus, u64 address, unsigned int size,
		    u64 *value);
bool bus_write_parts(struct bus *bus, u64 address, unsigned int size,
		     u64 value);

/* The bits of an access of so many bytes: 1, 2, 4 or 8. */
extern const u64 bus_masks[9];

/* Read once: another CPU's access may change it meanwhile. */
static inline const struct bus_range *bus_recent(const struct bus *bus)
{
	return *(const struct bus_range *const volatile *)&bus->recent;
}

/* Does the range's device take an access of size bytes at address as one? */
static inline bool bus_takes_whole(const struct bus_range *range, u64 address,
				   unsigned int size)
{
	return address >= range->first && address + (size - 1) <= range->last &&
	       address + (size - 1) >= address &&
	       size <= range->ops->access_max;
}

/* Is the address one of a range's? Never of NULL's. */
static inline bool bus_holds(const struct bus_range *range, u64 address)
{
	return range != NULL && address >= range->first &&
	       address <= range->last;
}

/* The range that holds address, or NULL. */
static inline const struct bus_range *bus_find(struct bus *bus, u64 address)
{
	const struct bus_range *recent = bus_recent(bus);

	return __builtin_expect(bus_holds(recent, address), true)
		       ? recent
		       : bus_search(bus, address);
}

/*
 * An access of size bytes (1, 2, 4 or 8) at address, whatever ranges it
 * touches: bytes that no device answers for read as ones, and writes to them
 * are lost. False: no byte was answered for.
 *
 * Nearly every access is one register of the device that was used last. That
 * way is short; all others are in parts, be it only one.
 */
static inline bool bus_read(struct bus *bus, u64 address, unsigned int size,
			    u64 *value)
{
	const struct bus_range *recent = bus_recent(bus);
	bool answered;

	if (__builtin_expect(recent == NULL ||
				     !bus_takes_whole(recent, address, size),
			     false)) {
		return bus_read_parts(bus, address, size, value);
	}
	answered = recent->ops->read(recent->device, address - recent->first,
				     size, value);
	*value = (answered ? *value : UINT64_MAX) & bus_masks[size];
	return answered;
}

static inline bool bus_write(struct bus *bus, u64 address, unsigned int size,
			     u64 value)
{
	const struct bus_range *recent = bus_recent(bus);

	value &= bus_masks[size];
	if (__builtin_expect(recent == NULL ||
				     !bus_takes_whole(recent, address, size),
			     false)) {
		return bus_write_parts(bus, address, size, value);
	}
	return recent->ops->write(recent->device, address - recent->first, size,
				  value);
}
