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
	struct guest_paging_state paging;
	enum guest_mode mode;
	bool out_of_memory; /* RAM that the host cannot back */
	struct guest_fault fault;
};

/* Reads from the current VMCS how the guest of cpu addresses its memory. */
void guest_access_begin(struct guest_accessor *accessor, struct guest_cpu *cpu);

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
enum code_size guest_access_code_size(const struct guest_accessor *accessor);

/*
 * The bytes of the instruction at RIP, at most 15: as many as the code segment
 * and its pages have. 0: there are none, and the fetch faults.
 */
unsigned int guest_access_fetch(struct guest_accessor *accessor, u8 *bytes);

/* The answer to an access that failed: the guest's exception, or its end. */
struct answer guest_access_answer(const struct guest_accessor *accessor);
