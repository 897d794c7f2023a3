#pragma once
/*
 * Segments as the VMCS wants them: selector, base, limit, access rights.
 *
 * SDM: "Guest Register State", table "Format of Access Rights".
 */
#include "access_rights.h"
#include "lib/types.h"
#include "vmcs_fields.h"

/* In the order of instruction encodings, and of the fields of the VMCS. */
enum segment_register {
	SEGMENT_ES,
	SEGMENT_CS,
	SEGMENT_SS,
	SEGMENT_DS,
	SEGMENT_FS,
	SEGMENT_GS,
	SEGMENT_LDTR,
	SEGMENT_TR,
	SEGMENT_COUNT,
};

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

/* One of the guest's segment registers, from and to the current VMCS. */
struct segment segment_read_guest(enum segment_register number);
void segment_write_guest(enum segment_register number, struct segment segment);

/*
 * Writes one of the guest's segment registers to the current VMCS. NAME: ES,
 * CS, SS, DS, FS, GS, LDTR or TR.
 */
#define GUEST_SEGMENT_WRITE(NAME, segment)                                \
	segment_write(GUEST_##NAME##_SELECTOR, GUEST_##NAME##_BASE,       \
		      GUEST_##NAME##_LIMIT, GUEST_##NAME##_ACCESS_RIGHTS, \
		      segment)

/* The same, by the register's four fields. */
void segment_write(enum vmcs_field selector, enum vmcs_field base,
		   enum vmcs_field limit, enum vmcs_field access_rights,
		   struct segment segment);
