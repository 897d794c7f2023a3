#pragma once
/*
 * Segment descriptors in the guest's GDT and LDT.
 *
 * SDM: "Segment Selectors" and "Segment Descriptors"; outside of IA-32e mode,
 * where every descriptor has 8 bytes.
 */
#include "memory/guest_linear.h"
#include "memory/guest_segment.h"

#define SELECTOR_TABLE_MASK 0xfffcu /* all but RPL: a null selector is 0 */

/* Where the tables are: GDTR, and LDTR. */
struct guest_tables {
	u32 gdt_base;
	u16 gdt_limit;
	struct segment ldtr;
};

struct guest_descriptor {
	gva_t at;
	u64 value;
};

enum guest_descriptor_result {
	GUEST_DESCRIPTOR_READ,
	GUEST_DESCRIPTOR_OUTSIDE, /* null, behind the limit, or without LDT */
	GUEST_DESCRIPTOR_FAULT,	  /* the table is not to be accessed */
};

/* Reads what selector names; fault is written for _FAULT alone. */
enum guest_descriptor_result guest_descriptor_read(
	struct guest_memory *memory, const struct guest_paging_state *paging,
	const struct guest_tables *tables, u16 selector,
	struct guest_descriptor *descriptor, struct guest_fault *fault);

/* What a segment register holds after selector was loaded. */
struct segment guest_descriptor_segment(u16 selector, u64 descriptor);

/*
 * Sets or clears a bit of the type of the descriptor at at, with a locked
 * access as the CPU's: TYPE_ACCESSED, TYPE_TSS_BUSY. False: the access faults.
 */
bool guest_descriptor_mark(struct guest_memory *memory,
			   const struct guest_paging_state *paging, gva_t at,
			   u8 bit, bool set, struct guest_fault *fault);

/*
 * A fault whose error code names a selector. external: it happened in the
 * delivery of an event from outside of the program. SDM: "Error Code".
 */
static inline struct guest_fault
guest_descriptor_fault(enum guest_vector vector, u16 selector, bool external)
{
	return guest_fault(vector, (selector & SELECTOR_TABLE_MASK) |
					   (external ? 1 : 0));
}
