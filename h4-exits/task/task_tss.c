#include "task/task_tss.h"
#include "memory/guest_descriptor.h"
#include "task/task_image.h"

#define TYPE_TSS 1u /* what a TSS's type is but for its size and BUSY */

static bool is_tss(const struct segment *tss)
{
	u32 type = ACCESS_RIGHTS_TYPE(tss->access_rights);

	return (tss->access_rights & ACCESS_RIGHTS_S) == 0 &&
	       (type & ~(TYPE_TSS_32_BIT | TYPE_TSS_BUSY)) == TYPE_TSS;
}

/* The exception for a TSS that is not fit; 0 for one that is. */
static unsigned int vector_for(const struct segment *tss, bool iret)
{
	unsigned int unfit = iret ? VECTOR_TS : VECTOR_GP;
	bool busy = (tss->access_rights & TYPE_TSS_BUSY) != 0;

	if (!is_tss(tss)) {
		return unfit;
	}
	if ((tss->access_rights & ACCESS_RIGHTS_P) == 0) {
		return VECTOR_NP;
	}
	if (busy != iret) {
		return unfit;
	}
	if (tss->limit < task_image_layout(tss->access_rights)->size - 1u) {
		return VECTOR_TS;
	}
	return 0;
}

bool task_tss_find(struct guest_memory *memory, const struct task_state *state,
		   const struct task_request *request, struct segment *tss,
		   gva_t *descriptor, struct guest_fault *fault)
{
	/* Without an LDT: a TSS that is in one is none. */
	const struct guest_tables gdt = {
		.gdt_base = state->gdt_base,
		.gdt_limit = state->gdt_limit,
		.ldtr = {.access_rights = ACCESS_RIGHTS_UNUSABLE},
	};
	bool iret = request->source == TASK_BY_IRET;
	unsigned int vector = iret ? VECTOR_TS : VECTOR_GP;
	struct guest_descriptor found;

	switch (guest_descriptor_read(memory, &state->paging, &gdt,
				      request->selector, &found, fault)) {
	case GUEST_DESCRIPTOR_FAULT:
		return false;
	case GUEST_DESCRIPTOR_OUTSIDE:
		break;
	case GUEST_DESCRIPTOR_READ:
		*tss = guest_descriptor_segment(request->selector, found.value);
		*descriptor = found.at;
		vector = vector_for(tss, iret);
		break;
	}
	if (vector != 0) {
		*fault = guest_descriptor_fault(vector, request->selector,
						request->external);
		return false;
	}
	tss->access_rights |= TYPE_TSS_BUSY;
	return true;
}
