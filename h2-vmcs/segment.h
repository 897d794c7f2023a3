#pragma once
/*
 * Segments as the VMCS wants them: selector, base, limit, access rights.
 *
 * SDM: "Guest Register State", table "Format of Access Rights".
 */
#include "lib/types.h"

#define ACCESS_RIGHTS_UNUSABLE 0x10000u

struct segment {
	u16 selector;
	u32 limit;
	u32 access_rights;
	u64 base;
};

/*
 * Reads what the running CPU's GDT says of selector. The null selector is an
 * unusable segment. base is left 0: in 64-bit mode only FS, GS and the system
 * segments have one.
 */
struct segment segment_read(u16 selector);

/* The base of the system segment (TSS or LDT) that selector names. */
u64 segment_system_base(u16 selector);
