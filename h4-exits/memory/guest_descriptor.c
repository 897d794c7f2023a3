#include "memory/guest_descriptor.h"
#include "cpu/registers.h"

#define DESCRIPTOR_SIZE 8u
#define TYPE_BYTE	5u /* of a descriptor: type, S, DPL, P */

/* Access rights lie in bits 55:40, with four bits of the limit between. */
#define RIGHTS_SHIFT 40
#define RIGHTS_MASK  0xf0ffu

enum guest_descriptor_result guest_descriptor_read(
	struct guest_memory *memory, const struct guest_paging_state *paging,
	const struct guest_tables *tables, u16 selector,
	struct guest_descriptor *descriptor, struct guest_fault *fault)
{
	bool in_ldt = (selector & SELECTOR_TI) != 0;
	u32 offset = selector & ~(DESCRIPTOR_SIZE - 1);
	u64 base = in_ldt ? tables->ldtr.base : tables->gdt_base;
	u32 limit = in_ldt ? tables->ldtr.limit : tables->gdt_limit;

	if ((selector & SELECTOR_TABLE_MASK) == 0 ||
	    (in_ldt &&
	     (tables->ldtr.access_rights & ACCESS_RIGHTS_UNUSABLE) != 0) ||
	    offset + DESCRIPTOR_SIZE - 1 > limit) {
		return GUEST_DESCRIPTOR_OUTSIDE;
	}
	descriptor->at = (u32)(base + offset);
	return guest_linear_read(memory, paging, descriptor->at,
				 &descriptor->value, sizeof(descriptor->value),
				 GUEST_SYSTEM_READ, fault)
		       ? GUEST_DESCRIPTOR_READ
		       : GUEST_DESCRIPTOR_FAULT;
}

struct segment guest_descriptor_segment(u16 selector, u64 descriptor)
{
	u32 limit = (u32)((descriptor & 0xffff) | (descriptor >> 32 & 0xf0000));
	u32 rights = (u32)(descriptor >> RIGHTS_SHIFT) & RIGHTS_MASK;

	if ((rights & ACCESS_RIGHTS_G) != 0) {
		limit = limit << 12 | 0xfff;
	}
	return (struct segment){
		.selector = selector,
		.limit = limit,
		.access_rights = rights,
		.base = (descriptor >> 16 & 0xffffff) |
			(descriptor >> 32 & 0xff000000),
	};
}

bool guest_descriptor_mark(struct guest_memory *memory,
			   const struct guest_paging_state *paging, gva_t at,
			   u8 bit, bool set, struct guest_fault *fault)
{
	gva_t type_at = at + TYPE_BYTE;
	gpa_t gpa;

	if ((paging->efer & EFER_LMA) == 0) {
		type_at = (u32)type_at;
	}
	if (!guest_linear_translate(memory, paging, type_at, GUEST_SYSTEM_WRITE,
				    &gpa, fault)) {
		return false;
	}
	u8 *type = guest_memory_at_to_write(memory, gpa);

	if (type != NULL && set) {
		__atomic_fetch_or(type, bit, __ATOMIC_SEQ_CST);
	} else if (type != NULL) {
		__atomic_fetch_and(type, (u8)~bit, __ATOMIC_SEQ_CST);
	}
	return true;
}
