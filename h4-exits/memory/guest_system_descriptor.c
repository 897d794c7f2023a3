#include "memory/guest_system_descriptor.h"
#include "access_rights.h"
#include "cpu/registers.h"
#include "memory/guest_descriptor.h"

#define TYPE_TSS_16_AVAILABLE 1u
#define TYPE_TSS_AVAILABLE    9u /* of 32 bits; in IA-32e mode, of 64 */

/* The upper half of a descriptor: bits 12:8 of its second word must be 0. */
#define UPPER_TYPE(quadword) ((quadword) >> 40 & 0x1f)

/* One on its way from the GDT. */
struct load {
	struct guest_memory *memory;
	const struct guest_paging_state *paging;
	const struct guest_gdt *gdt;
	u16 selector;
	gva_t at;
	struct guest_fault *fault;
};

static bool in_ia32e_mode(const struct load *load)
{
	return (load->paging->efer & EFER_LMA) != 0;
}

static bool raise(const struct load *load, enum guest_vector vector)
{
	*load->fault = guest_descriptor_fault(vector, load->selector, false);
	return false;
}

static bool read_quadword(const struct load *load, unsigned int number,
			  u64 *value)
{
	gva_t at = load->at + 8ull * number;

	return guest_linear_read(
		load->memory, load->paging, in_ia32e_mode(load) ? at : (u32)at,
		value, sizeof(*value), GUEST_SYSTEM_READ, load->fault);
}

/* Reads it, as the register would hold it. */
static bool read(struct load *load, struct segment *segment)
{
	u32 offset = load->selector & ~7u;
	u32 size = in_ia32e_mode(load) ? 16 : 8;
	u64 low, high = 0;

	if ((load->selector & SELECTOR_TI) != 0 ||
	    offset + size - 1 > load->gdt->limit) {
		return raise(load, VECTOR_GP);
	}
	load->at = load->gdt->base + offset;
	if (!read_quadword(load, 0, &low) ||
	    (in_ia32e_mode(load) && !read_quadword(load, 1, &high))) {
		return false;
	}
	*segment = guest_descriptor_segment(load->selector, low);
	segment->base |= high << 32;
	return UPPER_TYPE(high) == 0 || raise(load, VECTOR_GP);
}

static bool is_type(const struct load *load, enum segment_register register_,
		    u32 rights)
{
	u32 type = ACCESS_RIGHTS_TYPE(rights);

	if ((rights & ACCESS_RIGHTS_S) != 0) {
		return false;
	}
	if (register_ == SEGMENT_LDTR) {
		return type == TYPE_LDT;
	}
	return type == TYPE_TSS_AVAILABLE ||
	       (type == TYPE_TSS_16_AVAILABLE && !in_ia32e_mode(load));
}

static bool check(const struct load *load, enum segment_register register_,
		  const struct segment *segment)
{
	if (!is_type(load, register_, segment->access_rights)) {
		return raise(load, VECTOR_GP);
	}
	if ((segment->access_rights & ACCESS_RIGHTS_P) == 0) {
		return raise(load, VECTOR_NP);
	}
	return guest_walk_is_canonical(segment->base, GUEST_LINEAR_BITS) ||
	       raise(load, VECTOR_GP);
}

bool guest_system_descriptor_load(struct guest_memory *memory,
				  const struct guest_paging_state *paging,
				  const struct guest_gdt *gdt,
				  enum segment_register register_, u16 selector,
				  struct segment *segment,
				  struct guest_fault *fault)
{
	struct load load = {
		.memory = memory,
		.paging = paging,
		.gdt = gdt,
		.selector = selector,
		.fault = fault,
	};

	if ((selector & SELECTOR_TABLE_MASK) == 0) {
		*segment = (struct segment){
			.selector = selector,
			.access_rights = ACCESS_RIGHTS_UNUSABLE,
		};
		return register_ == SEGMENT_LDTR || raise(&load, VECTOR_GP);
	}
	if (!read(&load, segment) || !check(&load, register_, segment)) {
		return false;
	}
	if (register_ == SEGMENT_LDTR) {
		return true;
	}
	segment->access_rights |= TYPE_TSS_BUSY;
	return guest_descriptor_mark(memory, paging, load.at, TYPE_TSS_BUSY,
				     true, fault);
}
