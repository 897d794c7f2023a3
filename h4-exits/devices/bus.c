#include "devices/bus.h"

struct error bus_add(struct bus *bus, struct bus_range range)
{
	unsigned int at = bus->count;

	if (range.last < range.first) {
		return failure("a device's range ends before it begins",
			       range.first);
	}
	while (at > 0 && bus->ranges[at - 1].first > range.first) {
		at--;
	}
	if ((at > 0 && bus->ranges[at - 1].last >= range.first) ||
	    (at < bus->count && bus->ranges[at].first <= range.last)) {
		return failure("two devices want the same address",
			       range.first);
	}
	if (bus->count == BUS_RANGES_MAX) {
		return failure("no room on the bus for a device", range.first);
	}
	for (unsigned int i = bus->count; i > at; i--) {
		bus->ranges[i] = bus->ranges[i - 1];
	}
	bus->ranges[at] = range;
	bus->count++;
	bus->recent = NULL;
	return SUCCESS;
}

/* The first range that does not end before address; NULL: all do. */
static const struct bus_range *at_or_behind(const struct bus *bus, u64 address)
{
	unsigned int low = 0;
	unsigned int high = bus->count;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (address > bus->ranges[middle].last) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low == bus->count ? NULL : &bus->ranges[low];
}

const struct bus_range *bus_search(struct bus *bus, u64 address)
{
	const struct bus_range *range = at_or_behind(bus, address);

	if (range == NULL || address < range->first) {
		return NULL;
	}
	bus->recent = range;
	return range;
}

/* The bits of an access of so many bytes. */
const u64 bus_masks[] = {
	[1] = UINT8_MAX,
	[2] = UINT16_MAX,
	[4] = UINT32_MAX,
	[8] = UINT64_MAX,
};

/*
 * The part of an access that begins at address and goes to the device of one
 * range: as many of the bytes that are left as it takes.
 */
static unsigned int part_size(const struct bus_range *range, u64 address,
			      unsigned int left)
{
	unsigned int size = 8;

	while (size > left || !bus_takes_whole(range, address, size)) {
		size /= 2;
	}
	return size;
}

/* A part for each byte that nobody answers for, or for a device's bytes. */
struct part {
	const struct bus_range *range; /* NULL: nobody */
	u64 offset;		       /* in the range */
	unsigned int size;
};

/* The part that begins at byte number at, out of so many, of an access. */
static struct part next_part(struct bus *bus, u64 address, unsigned int at,
			     unsigned int size)
{
	u64 start = address + at;
	/* Past the last address of all, nobody answers. */
	const struct bus_range *range =
		start < address ? NULL : bus_find(bus, start);

	if (range == NULL) {
		return (struct part){.size = 1};
	}
	return (struct part){range, start - range->first,
			     part_size(range, start, size - at)};
}

/* Does an access of size bytes at address touch no range at all? */
static bool touches_nothing(const struct bus *bus, u64 address,
			    unsigned int size)
{
	const struct bus_range *next = at_or_behind(bus, address);

	return next == NULL ||
	       (next->first > address && next->first - address >= size);
}

RARELY static bool read_parts(struct bus *bus, u64 address, unsigned int size,
			      u64 *value)
{
	bool answered = false;
	struct part part;

	for (unsigned int at = 0; at < size; at += part.size) {
		u64 bits, mask;

		part = next_part(bus, address, at, size);
		mask = bus_masks[part.size];
		if (part.range != NULL &&
		    part.range->ops->read(part.range->device, part.offset,
					  part.size, &bits)) {
			answered = true;
			*value &= ~(mask << (8 * at));
			*value |= (bits & mask) << (8 * at);
		}
	}
	return answered;
}

bool bus_read_parts(struct bus *bus, u64 address, unsigned int size, u64 *value)
{
	*value = bus_masks[size];
	return !touches_nothing(bus, address, size) &&
	       read_parts(bus, address, size, value);
}

RARELY static bool write_parts(struct bus *bus, u64 address, unsigned int size,
			       u64 value)
{
	bool answered = false;
	struct part part;

	for (unsigned int at = 0; at < size; at += part.size) {
		part = next_part(bus, address, at, size);
		if (part.range != NULL &&
		    part.range->ops->write(
			    part.range->device, part.offset, part.size,
			    value >> (8 * at) & bus_masks[part.size])) {
			answered = true;
		}
	}
	return answered;
}

bool bus_write_parts(struct bus *bus, u64 address, unsigned int size, u64 value)
{
	return !touches_nothing(bus, address, size) &&
	       write_parts(bus, address, size, value);
}
