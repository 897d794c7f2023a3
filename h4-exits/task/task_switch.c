#include "task/task_switch.h"
#include "cpu/registers.h"
#include "memory/guest_descriptor.h"
#include "memory/guest_pdptes.h"
#include "task/task_segments.h"
#include "task/task_tss.h"

/* Of EFLAGS: what the manual defines. The rest is 0, but for bit 1. */
#define EFLAGS_DEFINED 0x3f7fd5u

/* Of DR7: LE and L3 .. L0. Of DR6: BT. SDM: "Debug Registers". */
#define DR7_LOCAL	0x155ull
#define DR6_TASK_SWITCH BIT(15)

/* A switch on its way. */
struct change {
	struct guest_memory *memory;
	struct task_state *state;
	const struct task_request *request;
	struct guest_fault *fault;
	struct segment tss; /* the new one, as TR will hold it */
	gva_t descriptor;   /* where that is described */
	const struct task_layout *from;
	const struct task_layout *to;
	u64 pdpte[4]; /* with PAE paging, those of the new CR3 */
	u64 cr3;
};

static bool raise(const struct change *c, enum guest_vector vector,
		  u16 selector)
{
	*c->fault =
		guest_descriptor_fault(vector, selector, c->request->external);
	return false;
}

/* Does the new task return to the old one? */
static bool nests(const struct change *c)
{
	return c->request->source == TASK_BY_CALL ||
	       c->request->source == TASK_BY_GATE;
}

static const struct segment *old_tss(const struct change *c)
{
	return &c->state->segments[SEGMENT_TR];
}

static bool check_old_tss(struct change *c)
{
	const struct segment *tss = old_tss(c);

	c->from = task_image_layout(tss->access_rights);
	c->to = task_image_layout(c->tss.access_rights);
	if (tss->limit < c->from->size - 1u) {
		return raise(c, VECTOR_TS, tss->selector);
	}
	if (!nests(c) && (tss->selector | 7u) > c->state->gdt_limit) {
		return raise(c, VECTOR_TS, tss->selector);
	}
	return true;
}

/* May the CPU write these bytes, when it comes to it? */
static bool probe(const struct change *c, u64 gva, u32 size)
{
	gpa_t unused;

	return guest_linear_translate(c->memory, &c->state->paging, (u32)gva,
				      GUEST_SYSTEM_WRITE, &unused, c->fault) &&
	       guest_linear_translate(c->memory, &c->state->paging,
				      (u32)(gva + size - 1), GUEST_SYSTEM_WRITE,
				      &unused, c->fault);
}

static gva_t old_descriptor(const struct change *c)
{
	return (u32)(c->state->gdt_base + (old_tss(c)->selector & ~7u));
}

static bool read_image(const struct change *c, struct task_image *image)
{
	u8 bytes[TASK_IMAGE_MAX];

	if (!guest_linear_read(c->memory, &c->state->paging, c->tss.base, bytes,
			       c->to->size, GUEST_SYSTEM_READ, c->fault)) {
		return false;
	}
	*image = task_image_load(c->to, bytes);
	return true;
}

/* The new CR3, and what PAE paging loads with it. */
static bool prepare_paging(struct change *c, const struct task_image *image)
{
	struct guest_paging_state paging = c->state->paging;

	if (task_image_is_32_bit(c->to) && (paging.cr0 & CR0_PG) != 0 &&
	    paging.cr3 != image->cr3) {
		paging.cr3 = image->cr3;
		if ((paging.cr4 & CR4_PAE) != 0 &&
		    !guest_pdptes_load(c->memory, &paging)) {
			return raise(c, VECTOR_GP, 0);
		}
	}
	c->cr3 = paging.cr3;
	for (unsigned int i = 0; i < 4; i++) {
		c->pdpte[i] = paging.pdpte[i];
	}
	return true;
}

/* What can fail with the old task as it is, has to fail now. */
static bool prepare(struct change *c)
{
	struct task_image image;

	if (!task_tss_find(c->memory, c->state, c->request, &c->tss,
			   &c->descriptor, c->fault) ||
	    !check_old_tss(c)) {
		return false;
	}
	const struct task_layout *from = c->from;

	if (!probe(c, old_tss(c)->base + from->eip,
		   (u32)from->saved_end - from->eip) ||
	    !read_image(c, &image)) {
		return false;
	}
	if (nests(c) ? !probe(c, c->tss.base + TASK_IMAGE_LINK, sizeof(u16))
		     : !probe(c, old_descriptor(c), sizeof(u64))) {
		return false;
	}
	return (c->request->source == TASK_BY_IRET ||
		probe(c, c->descriptor, sizeof(u64))) &&
	       prepare_paging(c, &image);
}

static bool save_old_task(const struct change *c)
{
	const struct task_state *state = c->state;
	const struct task_layout *from = c->from;
	gva_t start = (u32)(old_tss(c)->base + from->eip);
	u32 eflags = (u32)state->paging.rflags;
	u8 bytes[TASK_IMAGE_MAX];

	if (c->request->source == TASK_BY_IRET) {
		eflags &= (u32)~RFLAGS_NT;
	}
	if (!guest_linear_read(c->memory, &state->paging, start,
			       bytes + from->eip,
			       (size_t)from->saved_end - from->eip,
			       GUEST_SYSTEM_READ, c->fault)) {
		return false;
	}
	task_image_save(from, state,
			state->eip + c->request->instruction_length, eflags,
			bytes);
	return guest_linear_write(c->memory, &state->paging, start,
				  bytes + from->eip,
				  (size_t)from->saved_end - from->eip,
				  GUEST_SYSTEM_WRITE, c->fault);
}

/* The busy flags, and the way back. */
static bool link_tasks(const struct change *c)
{
	const struct guest_paging_state *paging = &c->state->paging;
	u16 old = old_tss(c)->selector;

	if (nests(c)) {
		if (!guest_linear_write(
			    c->memory, paging, c->tss.base + TASK_IMAGE_LINK,
			    &old, sizeof(old), GUEST_SYSTEM_WRITE, c->fault)) {
			return false;
		}
	} else if (!guest_descriptor_mark(c->memory, paging, old_descriptor(c),
					  TYPE_TSS_BUSY, false, c->fault)) {
		return false;
	}
	return c->request->source == TASK_BY_IRET ||
	       guest_descriptor_mark(c->memory, paging, c->descriptor,
				     TYPE_TSS_BUSY, true, c->fault);
}

static void load_registers(const struct change *c,
			   const struct task_image *image)
{
	struct task_state *state = c->state;
	u32 eflags = image->eflags;

	if (nests(c)) {
		eflags |= RFLAGS_NT;
	}
	state->segments[SEGMENT_TR] = c->tss;
	state->paging.cr0 |= CR0_TS;
	state->paging.cr3 = c->cr3;
	for (unsigned int i = 0; i < 4; i++) {
		state->paging.pdpte[i] = c->pdpte[i];
	}
	state->paging.rflags = (eflags & EFLAGS_DEFINED) | RFLAGS_FIXED;
	state->dr7 &= ~DR7_LOCAL;
	state->eip = image->eip;
	for (unsigned int i = 0; i < TASK_REGISTERS; i++) {
		state->registers[i] = image->registers[i];
	}
}

/* As wide as the TSS, on the new task's stack. */
static bool push_error_code(const struct change *c)
{
	struct task_state *state = c->state;
	const struct segment *ss = &state->segments[SEGMENT_SS];
	u32 mask = (ss->access_rights & ACCESS_RIGHTS_DB) != 0 ? UINT32_MAX
							       : UINT16_MAX;
	u32 esp = state->registers[TASK_ESP];
	u32 pushed = (esp - c->to->register_size) & mask;
	const struct guest_segment_access access = {
		.mode = guest_segment_mode(&state->paging,
					   &state->segments[SEGMENT_CS]),
		.register_ = SEGMENT_SS,
		.kind = GUEST_WRITE,
		.offset = pushed,
		.size = c->to->register_size,
	};
	gva_t gva;

	if (!guest_segment_linear(ss, &access, &gva, c->fault)) {
		return raise(c, VECTOR_SS, 0);
	}
	if (!guest_linear_write(c->memory, &state->paging, gva,
				&c->request->error_code, access.size,
				GUEST_WRITE, c->fault)) {
		return false;
	}
	state->registers[TASK_ESP] = (esp & ~mask) | pushed;
	return true;
}

/* The new task is there: what fails from now on is its own. */
static bool begin_new_task(const struct change *c,
			   const struct task_image *image)
{
	struct task_state *state = c->state;

	load_registers(c, image);
	if (!task_segments_load(c->memory, state, image, c->request->external,
				c->fault)) {
		return false;
	}
	if (c->request->has_error_code && !push_error_code(c)) {
		return false;
	}
	if (!guest_segment_within_limit(&state->segments[SEGMENT_CS],
					state->eip, 1)) {
		return raise(c, VECTOR_GP, 0);
	}
	if (image->trap) {
		state->dr6 |= DR6_TASK_SWITCH;
		*c->fault = (struct guest_fault){.vector = VECTOR_DB};
		return false;
	}
	return true;
}

bool task_switch(struct guest_memory *memory, struct task_state *state,
		 const struct task_request *request, struct guest_fault *fault)
{
	struct change c = {
		.memory = memory,
		.state = state,
		.request = request,
		.fault = fault,
	};
	struct task_image image;

	return prepare(&c) && save_old_task(&c) && link_tasks(&c) &&
	       read_image(&c, &image) && begin_new_task(&c, &image);
}
