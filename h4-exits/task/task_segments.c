#include "task/task_segments.h"
#include "cpu/registers.h"
#include "memory/guest_descriptor.h"

/* SDM: "Checks on Guest Segment Registers", for virtual-8086 mode. */
#define V8086_RIGHTS 0xf3u
#define V8086_LIMIT  0xffffu

#define DPL_SHIFT 5
/* A 32-bit code segment that is present, readable and has been accessed. */
#define CODE_RIGHTS 0x409bu

/* A load of segment registers on its way. */
struct load {
	struct guest_memory *memory;
	struct task_state *state;
	bool external;
	struct guest_fault *fault;
};

/* One register's new contents, before they are taken over. */
struct candidate {
	enum segment_register register_;
	u16 selector;
	bool found; /* the selector lies in a table */
	gva_t at;
	struct segment segment;
};

static bool raise(const struct load *load, enum guest_vector vector,
		  u16 selector)
{
	*load->fault = guest_descriptor_fault(vector, selector, load->external);
	return false;
}

static u32 type_of(const struct candidate *c)
{
	return ACCESS_RIGHTS_TYPE(c->segment.access_rights);
}

static u32 dpl_of(const struct candidate *c)
{
	return ACCESS_RIGHTS_DPL(c->segment.access_rights);
}

static bool is_present(const struct candidate *c)
{
	return (c->segment.access_rights & ACCESS_RIGHTS_P) != 0;
}

static bool is_code_or_data(const struct candidate *c)
{
	return c->found && (c->segment.access_rights & ACCESS_RIGHTS_S) != 0;
}

static bool is_code(const struct candidate *c)
{
	return is_code_or_data(c) && (type_of(c) & TYPE_CODE) != 0;
}

static bool is_conforming(const struct candidate *c)
{
	return is_code(c) && (type_of(c) & TYPE_CONFORMING) != 0;
}

/* Reads the descriptor of a register's selector. False: a page fault. */
static bool find(const struct load *load, enum segment_register register_,
		 u16 selector, struct candidate *c)
{
	const struct task_state *state = load->state;
	const struct guest_tables tables = {
		.gdt_base = state->gdt_base,
		.gdt_limit = state->gdt_limit,
		.ldtr = state->segments[SEGMENT_LDTR],
	};
	struct guest_descriptor descriptor;
	enum guest_descriptor_result result =
		guest_descriptor_read(load->memory, &state->paging, &tables,
				      selector, &descriptor, load->fault);

	*c = (struct candidate){.register_ = register_, .selector = selector};
	if (result == GUEST_DESCRIPTOR_READ) {
		c->found = true;
		c->at = descriptor.at;
		c->segment =
			guest_descriptor_segment(selector, descriptor.value);
	}
	return result != GUEST_DESCRIPTOR_FAULT;
}

/* Loads the register, and tells the descriptor that it has been accessed. */
static bool take(const struct load *load, struct candidate *c)
{
	if ((type_of(c) & TYPE_ACCESSED) == 0) {
		if (!guest_descriptor_mark(load->memory, &load->state->paging,
					   c->at, TYPE_ACCESSED, true,
					   load->fault)) {
			return false;
		}
		c->segment.access_rights |= TYPE_ACCESSED;
	}
	load->state->segments[c->register_] = c->segment;
	return true;
}

/*
 * Its presence, too, is looked at before a descriptor is read from it; for the
 * rest the order is that of the manual's table. There is no LDT yet, so that a
 * selector of one is refused.
 */
static bool load_ldt(const struct load *load, u16 selector)
{
	struct candidate ldt;

	if ((selector & SELECTOR_TABLE_MASK) == 0) {
		return true;
	}
	if (!find(load, SEGMENT_LDTR, selector, &ldt)) {
		return false;
	}
	if (!ldt.found || (ldt.segment.access_rights & ACCESS_RIGHTS_S) != 0 ||
	    type_of(&ldt) != TYPE_LDT || !is_present(&ldt)) {
		return raise(load, VECTOR_TS, selector);
	}
	load->state->segments[SEGMENT_LDTR] = ldt.segment;
	return true;
}

static bool check_stack(const struct load *load, const struct candidate *ss)
{
	if (!is_code_or_data(ss) || is_code(ss) ||
	    (type_of(ss) & TYPE_DATA_WRITABLE) == 0) {
		return raise(load, VECTOR_TS, ss->selector);
	}
	if (!is_present(ss)) {
		return raise(load, VECTOR_SS, ss->selector);
	}
	if (dpl_of(ss) != load->state->paging.cpl) {
		return raise(load, VECTOR_TS, ss->selector);
	}
	return true;
}

/* Does the DPL of a code segment go with CPL? */
static bool code_fits(const struct load *load, const struct candidate *cs)
{
	return is_conforming(cs) ? dpl_of(cs) <= load->state->paging.cpl
				 : dpl_of(cs) == load->state->paging.cpl;
}

static bool load_code_and_stack(const struct load *load, u16 cs_selector,
				u16 ss_selector)
{
	struct candidate cs;
	struct candidate ss;

	if (!find(load, SEGMENT_CS, cs_selector, &cs)) {
		return false;
	}
	if (is_code(&cs) && !code_fits(load, &cs)) {
		return raise(load, VECTOR_TS, cs_selector);
	}
	if (!find(load, SEGMENT_SS, ss_selector, &ss) ||
	    !check_stack(load, &ss)) {
		return false;
	}
	if (!is_code(&cs)) {
		return raise(load, VECTOR_TS, cs_selector);
	}
	if (!is_present(&cs)) {
		return raise(load, VECTOR_NP, cs_selector);
	}
	if (dpl_of(&ss) != SELECTOR_RPL(ss_selector)) {
		return raise(load, VECTOR_TS, ss_selector);
	}
	return take(load, &cs) && take(load, &ss);
}

static bool load_data(const struct load *load, enum segment_register register_,
		      u16 selector)
{
	struct candidate data;

	if ((selector & SELECTOR_TABLE_MASK) == 0) {
		return true;
	}
	if (!find(load, register_, selector, &data)) {
		return false;
	}
	if (!is_code_or_data(&data) ||
	    (is_code(&data) && (type_of(&data) & TYPE_CODE_READABLE) == 0)) {
		return raise(load, VECTOR_TS, selector);
	}
	if (!is_present(&data)) {
		return raise(load, VECTOR_NP, selector);
	}
	if (!is_conforming(&data) && (dpl_of(&data) < load->state->paging.cpl ||
				      dpl_of(&data) < SELECTOR_RPL(selector))) {
		return raise(load, VECTOR_TS, selector);
	}
	return take(load, &data);
}

/* Every register has its selector, and none is of use yet. */
static void begin(struct task_state *state, const struct task_image *image)
{
	u32 dpl = (u32)state->paging.cpl << DPL_SHIFT;

	for (unsigned int i = 0; i < TASK_SEGMENTS; i++) {
		state->segments[i] = (struct segment){
			.selector = image->selectors[i],
			.access_rights = ACCESS_RIGHTS_UNUSABLE | dpl,
		};
	}
	state->segments[SEGMENT_CS].access_rights = CODE_RIGHTS | dpl;
	state->segments[SEGMENT_LDTR] = (struct segment){
		.selector = image->ldt,
		.access_rights = ACCESS_RIGHTS_UNUSABLE,
	};
}

static void load_virtual_8086(struct task_state *state,
			      const struct task_image *image)
{
	for (unsigned int i = 0; i < TASK_SEGMENTS; i++) {
		state->segments[i] = (struct segment){
			.selector = image->selectors[i],
			.limit = V8086_LIMIT,
			.access_rights = V8086_RIGHTS,
			.base = (u64)image->selectors[i] << 4,
		};
	}
}

bool task_segments_load(struct guest_memory *memory, struct task_state *state,
			const struct task_image *image, bool external,
			struct guest_fault *fault)
{
	const struct load load = {memory, state, external, fault};
	bool virtual_8086 = (state->paging.rflags & RFLAGS_VM) != 0;
	const u16 *selectors = image->selectors;

	state->paging.cpl =
		virtual_8086 ? 3 : (u8)SELECTOR_RPL(selectors[SEGMENT_CS]);
	begin(state, image);
	if (virtual_8086) {
		load_virtual_8086(state, image);
		return load_ldt(&load, image->ldt);
	}
	return load_ldt(&load, image->ldt) &&
	       load_code_and_stack(&load, selectors[SEGMENT_CS],
				   selectors[SEGMENT_SS]) &&
	       load_data(&load, SEGMENT_DS, selectors[SEGMENT_DS]) &&
	       load_data(&load, SEGMENT_ES, selectors[SEGMENT_ES]) &&
	       load_data(&load, SEGMENT_FS, selectors[SEGMENT_FS]) &&
	       load_data(&load, SEGMENT_GS, selectors[SEGMENT_GS]);
}
