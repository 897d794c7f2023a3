/*
 * The bus against a model that has a name for every address.
 *
 * modules: h4-exits/devices/bus.c
 */
#include "devices/bus.h"
#include "random.h"
#include "unit.h"

/* Addresses in use: the model's index, and where the bus has it. */
#define SPACE 512u
static u64 base;

/* A device that is memory, and says what it was asked. */
struct memory {
	struct bus_ops ops;
	u64 length;
	u8 bytes[SPACE];
	bool refuses; /* nothing answers at odd offsets */
	unsigned int accesses;
};

static struct memory memories[BUS_RANGES_MAX + 1];
static struct bus bus;

/* The model: which memory answers at an address, and what it holds. */
static int owner[SPACE];
static u8 bytes[SPACE];

static bool is_fair(struct memory *memory, u64 offset, unsigned int size)
{
	memory->accesses++;
	CHECK(size == 1 || size == 2 || size == 4 || size == 8);
	CHECK(size <= memory->ops.access_max);
	return CHECK(offset < memory->length &&
		     size <= memory->length - offset) &&
	       !(memory->refuses && offset % 2 != 0);
}

static bool read(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct memory *memory = device;

	if (!is_fair(memory, offset, size)) {
		return false;
	}
	*value = random_u64(); /* the bits above size are anything */
	memcpy(value, memory->bytes + offset, size);
	return true;
}

static bool write(void *device, u64 offset, unsigned int size, u64 value)
{
	struct memory *memory = device;

	if (!is_fair(memory, offset, size)) {
		return false;
	}
	CHECK(size == 8 || value >> (8 * size) == 0);
	memcpy(memory->bytes + offset, &value, size);
	return true;
}

static void start(u64 at)
{
	base = at;
	memset(&bus, 0, sizeof(bus));
	memset(bytes, 0, sizeof(bytes));
	for (unsigned int i = 0; i < SPACE; i++) {
		owner[i] = -1;
	}
}

static bool is_free(u64 first, u64 last)
{
	for (u64 i = first; i <= last; i++) {
		if (owner[i] >= 0) {
			return false;
		}
	}
	return true;
}

/* Tries to put memory n at first .. last, and looks at what comes of it. */
static void add(unsigned int n, u64 first, u64 last)
{
	struct memory *memory = &memories[n];
	bool fits = bus.count < BUS_RANGES_MAX && is_free(first, last);
	struct error error;

	*memory = (struct memory){
		.ops = {read, write, 1u << random_below(4)},
		.length = last - first + 1,
	};
	error = bus_add(&bus, (struct bus_range){base + first, base + last,
						 &memory->ops, memory, "m"});
	CHECK_EQ(!failed(error), fits);
	for (u64 i = first; i <= last && !failed(error); i++) {
		owner[i] = (int)n;
	}
}

static void look_everywhere(void)
{
	for (unsigned int i = 0; i < SPACE; i++) {
		/* Neighbours in random order: the last hit must not stick. */
		u64 at = random_below(SPACE);
		const struct bus_range *range = bus_find(&bus, base + at);

		if (owner[at] < 0) {
			CHECK(range == NULL);
		} else {
			CHECK(range != NULL &&
			      range->device == &memories[owner[at]]);
		}
	}
}

static void access_somewhere(void)
{
	unsigned int size = 1u << random_below(4);
	u64 at = random_below(SPACE - 7);
	u64 value = random_u64(), expected = UINT64_MAX;
	bool writes = random_below(2) == 0, answered = false;

	for (unsigned int i = 0; i < size; i++) {
		if (owner[at + i] >= 0) {
			answered = true;
			bytes[at + i] =
				writes ? (u8)(value >> (8 * i)) : bytes[at + i];
		}
		expected &= ~((u64)0xff << (8 * i));
		expected |= (u64)(owner[at + i] < 0 ? 0xff : bytes[at + i])
			    << (8 * i);
	}
	expected &= UINT64_MAX >> (64 - 8 * size);
	if (writes) {
		CHECK_EQ(bus_write(&bus, base + at, size, value), answered);
	} else {
		CHECK_EQ(bus_read(&bus, base + at, size, &value), answered);
		CHECK_EQ(value, expected);
	}
}

static void is_like_the_model(void)
{
	static const u64 bases[] = {0, 0xfff0, 0xfee00000,
				    UINT64_MAX - SPACE + 1};

	for (unsigned int round = 0; round < 200; round++) {
		start(bases[round % ARRAY_SIZE(bases)]);
		for (unsigned int n = 0; n <= BUS_RANGES_MAX; n++) {
			u64 length = 1 + random_below(1 + random_below(24));
			u64 first = random_below(SPACE - length);

			add(n, first, first + length - 1);
			look_everywhere();
		}
		for (unsigned int i = 0; i < 500; i++) {
			access_somewhere();
		}
	}
}

static void refuses_what_overlaps(void)
{
	start(0x100);
	add(0, 10, 20);
	CHECK_EQ(bus.count, 1);
	add(1, 20, 30); /* these say so themselves: see add() */
	add(2, 5, 10);
	add(3, 12, 13);
	add(4, 0, 100);
	add(5, 10, 20);
	CHECK_EQ(bus.count, 1);
	add(6, 21, 21);
	add(7, 9, 9);
	CHECK_EQ(bus.count, 3);
}

static void refuses_what_ends_before_it_begins(void)
{
	start(0);
	CHECK(failed(bus_add(&bus, (struct bus_range){2, 1, NULL, NULL, "x"})));
	CHECK_EQ(bus.count, 0);
}

static void refuses_one_too_many(void)
{
	start(0);
	for (unsigned int n = 0; n <= BUS_RANGES_MAX; n++) {
		add(n, 2 * n, 2 * n);
	}
	CHECK_EQ(bus.count, BUS_RANGES_MAX);
}

static void splits_what_is_too_wide(void)
{
	u64 value = 0;

	start(0);
	add(0, 0, 7);
	memories[0].ops.access_max = 2;
	CHECK(bus_write(&bus, 0, 8, 0x8877665544332211));
	CHECK_EQ(memories[0].accesses, 4);
	memories[0].accesses = 0;
	CHECK(bus_read(&bus, 1, 4, &value));
	CHECK_EQ(value, 0x55443322);
	CHECK_EQ(memories[0].accesses, 2);
}

static void reads_ones_where_a_device_refuses(void)
{
	u64 value = 0;

	start(0);
	add(0, 0, 7);
	memories[0].ops.access_max = 1;
	memories[0].refuses = true;
	CHECK(bus_read(&bus, 0, 4, &value));
	CHECK_EQ(value, 0xff00ff00);
	CHECK(!bus_read(&bus, 1, 1, &value));
	CHECK_EQ(value, 0xff);
	CHECK(!bus_write(&bus, 3, 1, 0));
	CHECK(bus_write(&bus, 3, 2, 0));
}

static void ends_where_addresses_end(void)
{
	u64 value = 0;

	start(UINT64_MAX - SPACE + 1);
	add(0, SPACE - 2, SPACE - 1);
	memories[0].bytes[1] = 0x12;
	CHECK(!failed(bus_add(&bus, (struct bus_range){0, 9, &memories[0].ops,
						       &memories[0], "m"})));
	CHECK(bus_read(&bus, UINT64_MAX, 4, &value));
	CHECK_EQ(value, 0xffffff12);
	CHECK(bus_write(&bus, UINT64_MAX, 4, 0x44332211));
	CHECK_EQ(memories[0].bytes[1], 0x11);
	CHECK_EQ(memories[0].bytes[0], 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(is_like_the_model),
	UNIT_TEST(refuses_what_overlaps),
	UNIT_TEST(refuses_what_ends_before_it_begins),
	UNIT_TEST(refuses_one_too_many),
	UNIT_TEST(splits_what_is_too_wide),
	UNIT_TEST(reads_ones_where_a_device_refuses),
	UNIT_TEST(ends_where_addresses_end),
};

int main(void)
{
	return UNIT_RUN(tests);
}
