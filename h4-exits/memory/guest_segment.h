#pragma once
/*
 * From a segment and an offset to a linear address, as the CPU would go.
 *
 * SDM: "Limit Checking", "Type Checking" and "Segmentation in IA-32e Mode".
 * What a segment register holds is told by its access rights alone; the
 * descriptor in memory has no say any more.
 */
#include "memory/guest_fault.h"
#include "memory/guest_rights.h"
#include "segment.h"

enum guest_mode {
	GUEST_MODE_REAL,      /* or virtual-8086 mode */
	GUEST_MODE_PROTECTED, /* without IA-32e mode */
	GUEST_MODE_COMPATIBILITY,
	GUEST_MODE_64_BIT,
};

struct guest_segment_access {
	enum guest_mode mode;
	enum segment_register register_; /* ES .. GS */
	enum guest_access kind;	  /* GUEST_READ, GUEST_WRITE or GUEST_FETCH */
	unsigned int linear_bits; /* 64-bit mode: 48, or 57 with CR4.LA57 */
	u64 offset;		  /* as wide as the address size */
	u64 size;		  /* bytes, at least 1 */
};

/* The mode that the guest is in, with cs in CS. */
enum guest_mode guest_segment_mode(const struct guest_paging_state *paging,
				   const struct segment *cs);

/*
 * The linear address of an access through what the register holds. False: it
 * faults, with #SS(0) through SS and #GP(0) through any other.
 */
bool guest_segment_linear(const struct segment *segment,
			  const struct guest_segment_access *access, gva_t *gva,
			  struct guest_fault *fault);

/* Does offset .. offset+size-1 lie inside the segment's limit? */
bool guest_segment_within_limit(const struct segment *segment, u64 offset,
				u64 size);
