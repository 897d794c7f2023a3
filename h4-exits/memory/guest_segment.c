#include "memory/guest_segment.h"
#include "cpu/registers.h"

enum guest_mode guest_segment_mode(const struct guest_paging_state *paging,
				   const struct segment *cs)
{
	if ((paging->cr0 & CR0_PE) == 0 || (paging->rflags & RFLAGS_VM) != 0) {
		return GUEST_MODE_REAL;
	}
	if ((paging->efer & EFER_LMA) == 0) {
		return GUEST_MODE_PROTECTED;
	}
	return (cs->access_rights & ACCESS_RIGHTS_L) != 0
		       ? GUEST_MODE_64_BIT
		       : GUEST_MODE_COMPATIBILITY;
}

static bool is_code(const struct segment *segment)
{
	return (ACCESS_RIGHTS_TYPE(segment->access_rights) & TYPE_CODE) != 0;
}

bool guest_segment_within_limit(const struct segment *segment, u64 offset,
				u64 size)
{
	u32 type = ACCESS_RIGHTS_TYPE(segment->access_rights);
	u64 first = 0;
	u64 last = segment->limit;

	if (!is_code(segment) && (type & TYPE_EXPAND_DOWN) != 0) {
		first = last + 1;
		last = (segment->access_rights & ACCESS_RIGHTS_DB) != 0
			       ? UINT32_MAX
			       : UINT16_MAX;
	}
	return offset >= first && offset <= last && size - 1 <= last - offset;
}

static bool type_allows(const struct segment *segment, enum guest_access kind)
{
	u32 type = ACCESS_RIGHTS_TYPE(segment->access_rights);

	switch (kind) {
	case GUEST_READ:
		return !is_code(segment) || (type & TYPE_CODE_READABLE) != 0;
	case GUEST_WRITE:
		return !is_code(segment) && (type & TYPE_DATA_WRITABLE) != 0;
	default:
		return is_code(segment);
	}
}

static bool find_64_bit(const struct segment *segment,
			const struct guest_segment_access *access, gva_t *gva)
{
	bool has_base = access->register_ == SEGMENT_FS ||
			access->register_ == SEGMENT_GS;

	*gva = access->offset + (has_base ? segment->base : 0);
	return guest_walk_is_canonical(*gva, access->linear_bits) &&
	       guest_walk_is_canonical(*gva + access->size - 1,
				       access->linear_bits);
}

static bool find_32_bit(const struct segment *segment,
			const struct guest_segment_access *access, gva_t *gva)
{
	*gva = (u32)(segment->base + access->offset);
	if (access->mode != GUEST_MODE_REAL &&
	    ((segment->access_rights & ACCESS_RIGHTS_UNUSABLE) != 0 ||
	     !type_allows(segment, access->kind))) {
		return false;
	}
	return guest_segment_within_limit(segment, access->offset,
					  access->size);
}

bool guest_segment_linear(const struct segment *segment,
			  const struct guest_segment_access *access, gva_t *gva,
			  struct guest_fault *fault)
{
	bool allowed = access->mode == GUEST_MODE_64_BIT
			       ? find_64_bit(segment, access, gva)
			       : find_32_bit(segment, access, gva);

	if (!allowed) {
		*fault = guest_fault(
			access->register_ == SEGMENT_SS ? VECTOR_SS : VECTOR_GP,
			0);
	}
	return allowed;
}
