#pragma once
/*
 * A guest's RAM for tests of what lies in h4's room memory/, and a few tables.
 */
#include "cpu/registers.h"
#include "fake_frames.h"
#include "memory/guest_linear.h"
#include "unit.h"

#define RAM MIB(2)

static struct ept ept;
static struct guest_memory memory;

/* Guest RAM of zeroes. */
static inline void make_memory(void)
{
	const u64 capabilities = EPT_CAP_WALK_LENGTH_4 | EPT_CAP_TABLES_WB |
				 EPT_CAP_2M_PAGES | EPT_CAP_INVEPT |
				 EPT_CAP_INVEPT_SINGLE;

	if (memory.size == 0) {
		CHECK(!failed(ept_init(&ept, capabilities, 48)));
		CHECK(!failed(guest_memory_init(&memory, &ept, RAM, false)));
	}
	CHECK(guest_memory_zero(&memory, 0, RAM));
}

static inline void put(gpa_t at, u64 value, u64 size)
{
	CHECK(guest_memory_write(&memory, at, &value, size));
}

static inline u64 get(gpa_t at, u64 size)
{
	u64 value = 0;

	CHECK(guest_memory_read(&memory, at, &value, size));
	return value;
}
