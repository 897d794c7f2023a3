#pragma once
/*
 * The guest's memory as one of its instructions sees it: segment, paging, and
 * what lies at the address, RAM or a device.
 */
#include "cpu/guest_cpu.h"
#include "decode/instruction.h"
#include "exits/answer.h"
#include "memory/guest_linear.h"
#include "memory/guest_segment.h"

struct guest_accessor {
	struct guest_cpu *cpu;
	struct bus *devices; /* cpu->devices, which answer even where RAM is */
	enum guest_mode mode;
	/*
	 * The access that the CPU itself has translated before it exited, if
	 * its address is known: only in 64-bit mode. No second look is needed
	 * at whether the guest may make it.
	 */
	bool has_known;
	bool known_write;
	gva_t known_gva;
	gpa_t known_gpa;
	bool has_paging; /* see guest_access_paging() */
	struct guest_paging_state paging;
	bool out_of_memory; /* RAM that the host cannot back */
	struct guest_fault fault;
};

/* Reads from the current VMCS how the guest of cpu addresses its memory. */
void guest_access_begin(struct guest_accessor *accessor, struct guest_cpu *cpu);

/* The same in an EPT violation by an access of the guest's to gpa. */
void guest_access_begin_at(struct guest_accessor *accessor,
			   struct guest_cpu *cpu, gpa_t gpa, bool write);

/* How the guest translates, read from the VMCS when it is asked for first. */
const struct guest_paging_state *
guest_access_paging(struct guest_accessor *accessor);

/*
 * Copy size bytes (1, 2, 4 or 8) at an offset into a segment, a cross-page
 * access included. False: it faults, see accessor->fault, and nothing has been
 * written; or out_of_memory.
 */
bool guest_access_read(struct guest_accessor *accessor,
		       enum segment_register segment, u64 offset,
		       unsigned int size, u64 *value);
bool guest_access_write(struct guest_accessor *accessor,
			enum segment_register segment, u64 offset,
			unsigned int size, u64 value);

/* Would such a write succeed? If not, as above. */
bool guest_access_may_write(struct guest_accessor *accessor,
			    enum segment_register segment, u64 offset,
			    unsigned int size);

/* What the code segment says of the code at RIP. */
static inline enum code_size
guest_access_code_size(const struct guest_accessor *accessor)
{
	if (accessor->mode == GUEST_MODE_64_BIT) {
		return CODE_64;
	}
	return (vmcs_read(GUEST_CS_ACCESS_RIGHTS) & ACCESS_RIGHTS_DB) != 0
		       ? CODE_32
		       : CODE_16;
}

/*
 * The bytes of the instruction at RIP, at most 15: as many as the code segment
 * and its pages have. 0: there are none, and the fetch faults.
 */
unsigned int guest_access_fetch(struct guest_accessor *accessor, u8 *bytes);

/* The answer to an access that failed: the guest's exception, or its end. */
struct answer guest_access_answer(const struct guest_accessor *accessor);
