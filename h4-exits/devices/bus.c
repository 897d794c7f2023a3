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

static const struct bus_range *search(struct bus *bus, u64 address)
{
	unsigned int low = 0;
	unsigned int high = bus->count;

	while (low < high) {
		unsigned int middle = (low + high) / 2;
		const struct bus_range *range = &bus->ranges[middle];

		if (address < range->first) {
			high = middle;
		} else if (address > range->last) {
			low = middle + 1;
		} else {
			bus->recent = range;
			return range;
		}
	}
	return NULL;
}

static inline const struct bus_range *find(struct bus *bus, u64 address)
{
	/* Read once: another CPU's access may change it meanwhile. */
	const struct bus_range *recent =
		*(const struct bus_range *volatile *)&bus->recent;

	if (recent != NULL && address >= recent->first &&
	    address <= recent->last) {
		return recent;
	}
	return search(bus, address);
}

const struct bus_range *bus_find(struct bus *bus, u64 address)
{
	return find(bus, address);
}

static inline u64 mask_of(unsigned int size)
{
	return UINT64_MAX >> (64 - 8 * size);
}

/* Does the range's device take an access of this size as one? */
static inline bool takes_whole(const struct bus_range *range, u64 address,
			       unsigned int size)
{
	return size <= range->ops->access_max &&
	       range->last - address >= size - 1;
}

/*
 * The part of an access that begins at address and goes to the device of one
 * range: as many of the bytes that are left as it takes.
 */
static unsigned int part_size(const struct bus_range *range, u64 address,
			      unsigned int left)
{
	unsigned int size = 8;

	while (size > left || !takes_whole(range, address, size)) {
		size /= 2;
	}
	return size;
}

static bool read_parts(struct bus *bus, u64 address, unsigned int size,
		       u64 *value)
{
	bool answered = false;
	unsigned int step;

	*value = mask_of(size);
	for (unsigned int at = 0; at < size; at += step) {
		/* Past the last address of all, nobody answers. */
		const struct bus_range *range =
			address + at < address ? NULL : find(bus, address + at);
		u64 part;

		step = range == NULL
			       ? 1
			       : part_size(range, address + at, size - at);
		if (range != NULL &&
		    range->ops->read(range->device, address + at - range->first,
				     step, &part)) {
			answered = true;
			*value &= ~(mask_of(step) << (8 * at));
			*value |= (part & mask_of(step)) << (8 * at);
		}
	}
	return answered;
}

static bool write_parts(struct bus *bus, u64 address, unsigned int size,
			u64 value)
{
	bool answered = false;
	unsigned int step;

	for (unsigned int at = 0; at < size; at += step) {
		const struct bus_range *range =
			address + at < address ? NULL : find(bus, address + at);

		step = range == NULL
			       ? 1
			       : part_size(range, address + at, size - at);
		if (range != NULL &&
		    range->ops->write(range->device,
				      address + at - range->first, step,
				      (value >> (8 * at)) & mask_of(step))) {
			answered = true;
		}
	}
	return answered;
}

/* Nearly every access is one register of one device: that way is short. */
bool bus_read(struct bus *bus, u64 address, unsigned int size, u64 *value)
{
	const struct bus_range *range = find(bus, address);
	bool answered;

	if (range == NULL || !takes_whole(range, address, size)) {
		return read_parts(bus, address, size, value);
	}
	answered = range->ops->read(range->device, address - range->first, size,
				    value);
	*value = (answered ? *value : UINT64_MAX) & mask_of(size);
	return answered;
}

bool bus_write(struct bus *bus, u64 address, unsigned int size, u64 value)
{
	const struct bus_range *range = find(bus, address);

	if (range == NULL || !takes_whole(range, address, size)) {
		return write_parts(bus, address, size, value);
	}
	return range->ops->write(range->device, address - range->first, size,
				 value & mask_of(size));
}
