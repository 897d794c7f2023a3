#pragma once
/*
 * The CPU's translation of a guest-physical address, done in software.
 *
 * SDM: "EPT Translation Mechanism", "EPT-Induced VM Exits". For reports, and
 * for explaining an EPT misconfiguration; guest RAM is accessed through
 * guest_memory.h.
 */
#include "ept.h"

enum ept_walk_result {
	EPT_WALK_ALLOWED,
	EPT_WALK_VIOLATION,	   /* not mapped, or a right is missing */
	EPT_WALK_MISCONFIGURATION, /* an entry breaks a rule */
};

struct ept_translation {
	unsigned int level;	 /* of the last entry visited: 4 .. 1 */
	u64 entry[EPT_LEVELS];	 /* those visited, at [their level - 1] */
	const char *broken_rule; /* of the last entry's; NULL: none broken */
	/* The following only where the last entry maps a page. */
	bool mapped;
	u64 rights; /* those that every entry visited gives */
	hpa_t hpa;
	u64 page_size; /* bytes */
	enum ept_memory_type type;
};

/*
 * Translates gpa for an access that needs the given rights: any of EPT_READ,
 * EPT_WRITE and EPT_EXECUTE, or 0 to learn what there is. An address beyond 48
 * bits is a violation and visits no entry: level is EPT_LEVELS then, and the
 * entry 0.
 */
enum ept_walk_result ept_walk(const struct ept *ept, gpa_t gpa, u64 access,
			      struct ept_translation *out);

/*
 * The rule that an entry of a level (4 .. 1) breaks, as a clause that can
 * follow the entry's name, or NULL. SDM: "EPT Misconfigurations".
 */
const char *ept_walk_broken_rule(const struct ept *ept, u64 entry,
				 unsigned int level);

/* The SDM's name for an entry of a level (4 .. 1): "EPT PDE", for instance. */
const char *ept_walk_level_name(unsigned int level);
