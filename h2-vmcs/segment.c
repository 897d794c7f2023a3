#include "segment.h"
#include "cpu/instructions.h"
#include "vmcs.h"

#define ACCESS_RIGHTS_DEFINED 0xf0ff

/*
 * LAR gives the descriptor's second word, of which bits 19:16, part of the
 * limit, are undefined and the low byte is 0.
 */
static u32 load_access_rights(u16 selector)
{
	u32 rights = 0;

	asm("lar %1, %0" : "=r"(rights) : "r"((u32)selector) : "cc");
	return rights >> 8 & ACCESS_RIGHTS_DEFINED;
}

static u32 load_limit(u16 selector)
{
	u32 limit = 0;

	asm("lsl %1, %0" : "=r"(limit) : "r"((u32)selector) : "cc");
	return limit;
}

struct segment segment_read(u16 selector)
{
	if (selector == 0) {
		return (struct segment){.access_rights =
						ACCESS_RIGHTS_UNUSABLE};
	}
	return (struct segment){
		.selector = selector,
		.limit = load_limit(selector),
		.access_rights = load_access_rights(selector),
	};
}

u64 segment_system_base(u16 selector)
{
	const u64 *descriptor =
		(const u64 *)(uintptr_t)(sgdt().base + selector);

	return (descriptor[0] >> 16 & 0xffffff) |
	       (descriptor[0] >> 56 & 0xff) << 24 | descriptor[1] << 32;
}

void segment_write(enum vmcs_field selector, enum vmcs_field base,
		   enum vmcs_field limit, enum vmcs_field access_rights,
		   struct segment segment)
{
	vmcs_write(selector, segment.selector);
	vmcs_write(base, segment.base);
	vmcs_write(limit, segment.limit);
	vmcs_write(access_rights, segment.access_rights);
}

/* The fields of one kind follow each other, two encodings apart. */
static enum vmcs_field nth(enum vmcs_field first, enum segment_register number)
{
	return (enum vmcs_field)((u32)first + 2 * (u32)number);
}

struct segment segment_read_guest(enum segment_register number)
{
	return (struct segment){
		.selector = (u16)vmcs_read(nth(GUEST_ES_SELECTOR, number)),
		.limit = (u32)vmcs_read(nth(GUEST_ES_LIMIT, number)),
		.access_rights =
			(u32)vmcs_read(nth(GUEST_ES_ACCESS_RIGHTS, number)),
		.base = vmcs_read(nth(GUEST_ES_BASE, number)),
	};
}

void segment_write_guest(enum segment_register number, struct segment segment)
{
	segment_write(nth(GUEST_ES_SELECTOR, number),
		      nth(GUEST_ES_BASE, number), nth(GUEST_ES_LIMIT, number),
		      nth(GUEST_ES_ACCESS_RIGHTS, number), segment);
}
