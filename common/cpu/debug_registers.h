#pragma once
/*
 * The four hardware breakpoints of a CPU, as a set in memory.
 *
 * SDM: "Debug Registers". A breakpoint has a place, DR0 .. DR3, and its
 * conditions in DR7. Whoever owns a set loads it into the CPU's registers, or
 * into a guest's.
 */
#include "lib/types.h"

#define DEBUG_REGISTERS_COUNT 4u

/* "Debug Control Register (DR7)". */
#define DR7_FIXED BIT(10) /* always 1, and all that is set after reset */
#define DR7_GD	  BIT(13) /* general detect: the next MOV DR is a #DB */

/* "Debug Status Register (DR6)". */
#define DR6_PLACES  0x0full /* B0 .. B3: this breakpoint's condition is met */
#define DR6_BD	    BIT(13) /* an access to a debug register while GD = 1 */
#define DR6_BS	    BIT(14) /* a single step */
#define DR6_INITIAL 0xffff0ff0ull

/* The R/W fields of DR7. The CPU cannot watch for reads alone. */
enum debug_condition {
	DEBUG_EXECUTION = 0,
	DEBUG_WRITE = 1,
	DEBUG_ACCESS = 3,
};

struct debug_registers {
	u64 address[DEBUG_REGISTERS_COUNT];
	u64 dr7;
};

/* A set without breakpoints. */
void debug_registers_clear(struct debug_registers *set);

/*
 * Adds a breakpoint of 1, 2, 4 or 8 bytes (execution: 1), at an address that
 * its length divides. False: it is none of these, or all four are taken.
 */
bool debug_registers_insert(struct debug_registers *set,
			    enum debug_condition condition, u64 address,
			    u64 length);

/* Takes one away. False: it is not there. */
bool debug_registers_remove(struct debug_registers *set,
			    enum debug_condition condition, u64 address,
			    u64 length);

/* Is the place, 0 .. 3, taken? */
bool debug_registers_taken(const struct debug_registers *set,
			   unsigned int place);

/* The condition of a place that is taken. */
enum debug_condition
debug_registers_condition(const struct debug_registers *set,
			  unsigned int place);

/* Two sets in one CPU's registers. */
struct debug_registers_joined {
	struct debug_registers set;
	/* What of the second set a place of the CPU holds; -1: nothing. */
	int origin[DEBUG_REGISTERS_COUNT];
};

/*
 * Joins two sets for one CPU: first as it is, and in the places that it leaves
 * what second has, as much as there is room for.
 */
struct debug_registers_joined
debug_registers_join(const struct debug_registers *first,
		     const struct debug_registers *second);

/*
 * DR6's bits B0 .. B3 as second would have them, had it a CPU alone, from
 * those of the CPU that has both.
 */
u64 debug_registers_second(const struct debug_registers_joined *joined,
			   u64 places);

/* Loads DR0 .. DR3; what is watched for is DR7's matter. */
void debug_registers_load_addresses(const struct debug_registers *set);
