#include "cpu/debug_registers.h"
#include "cpu/instructions.h"

/* Fields of DR7 for a place: two enable bits, and four of condition. */
#define ENABLES		3ull
#define GLOBAL_ENABLE	2ull
#define CONDITIONS	0xfull
#define ENABLE_SHIFT	2
#define CONDITION_BASE	16
#define CONDITION_SHIFT 4

void debug_registers_clear(struct debug_registers *set)
{
	*set = (struct debug_registers){.dr7 = DR7_FIXED};
}

static u64 enables_of(unsigned int place)
{
	return ENABLES << place * ENABLE_SHIFT;
}

static unsigned int condition_at(unsigned int place)
{
	return CONDITION_BASE + place * CONDITION_SHIFT;
}

/* All of DR7 that is the place's. */
static u64 mask_of(unsigned int place)
{
	return enables_of(place) | CONDITIONS << condition_at(place);
}

/* The LEN field. Four bits for a place: R/W below, LEN above. */
static bool encode(enum debug_condition condition, u64 length, u64 *bits)
{
	u64 size;

	switch (length) {
	case 1:
		size = 0;
		break;
	case 2:
		size = 1;
		break;
	case 4:
		size = 3;
		break;
	case 8:
		size = 2;
		break;
	default:
		return false;
	}
	*bits = size << 2 | condition;
	return condition != DEBUG_EXECUTION || length == 1;
}

bool debug_registers_taken(const struct debug_registers *set,
			   unsigned int place)
{
	return (set->dr7 & enables_of(place)) != 0;
}

enum debug_condition
debug_registers_condition(const struct debug_registers *set, unsigned int place)
{
	return (enum debug_condition)(set->dr7 >> condition_at(place) & 3);
}

bool debug_registers_insert(struct debug_registers *set,
			    enum debug_condition condition, u64 address,
			    u64 length)
{
	u64 bits;

	if (!encode(condition, length, &bits) || address % length != 0) {
		return false;
	}
	for (unsigned int i = 0; i < DEBUG_REGISTERS_COUNT; i++) {
		if (!debug_registers_taken(set, i)) {
			set->address[i] = address;
			set->dr7 &= ~mask_of(i);
			set->dr7 |= GLOBAL_ENABLE << i * ENABLE_SHIFT |
				    bits << condition_at(i);
			return true;
		}
	}
	return false;
}

bool debug_registers_remove(struct debug_registers *set,
			    enum debug_condition condition, u64 address,
			    u64 length)
{
	u64 bits;

	if (!encode(condition, length, &bits)) {
		return false;
	}
	for (unsigned int i = 0; i < DEBUG_REGISTERS_COUNT; i++) {
		if (debug_registers_taken(set, i) &&
		    set->address[i] == address &&
		    (set->dr7 >> condition_at(i) & CONDITIONS) == bits) {
			set->dr7 &= ~mask_of(i);
			set->address[i] = 0;
			return true;
		}
	}
	return false;
}

static void put(struct debug_registers_joined *joined, unsigned int place,
		const struct debug_registers *second, unsigned int origin)
{
	u64 enables = second->dr7 >> origin * ENABLE_SHIFT & ENABLES;
	u64 conditions = second->dr7 >> condition_at(origin) & CONDITIONS;

	joined->origin[place] = (int)origin;
	joined->set.address[place] = second->address[origin];
	joined->set.dr7 &= ~mask_of(place);
	joined->set.dr7 |= enables << place * ENABLE_SHIFT |
			   conditions << condition_at(place);
}

struct debug_registers_joined
debug_registers_join(const struct debug_registers *first,
		     const struct debug_registers *second)
{
	struct debug_registers_joined joined = {.set = *first};
	unsigned int place = 0;

	for (unsigned int i = 0; i < DEBUG_REGISTERS_COUNT; i++) {
		joined.origin[i] = -1;
	}
	for (unsigned int i = 0; i < DEBUG_REGISTERS_COUNT; i++) {
		while (place < DEBUG_REGISTERS_COUNT &&
		       debug_registers_taken(first, place)) {
			place++;
		}
		if (place < DEBUG_REGISTERS_COUNT &&
		    debug_registers_taken(second, i)) {
			put(&joined, place++, second, i);
		}
	}
	return joined;
}

u64 debug_registers_second(const struct debug_registers_joined *joined,
			   u64 places)
{
	u64 second = 0;

	for (unsigned int i = 0; i < DEBUG_REGISTERS_COUNT; i++) {
		if ((places & BIT(i)) != 0 && joined->origin[i] >= 0) {
			second |= BIT(joined->origin[i]);
		}
	}
	return second;
}

void debug_registers_load_addresses(const struct debug_registers *set)
{
	write_dr0(set->address[0]);
	write_dr1(set->address[1]);
	write_dr2(set->address[2]);
	write_dr3(set->address[3]);
}
