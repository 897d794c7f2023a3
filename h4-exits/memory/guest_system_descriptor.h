#pragma once
/*
 * LLDT and LTR: a segment of the system's, from the guest's GDT.
 *
 * SDM: "LLDT--Load Local Descriptor Table Register" and "LTR--Load Task
 * Register". In IA-32e mode such a descriptor has 16 bytes.
 */
#include "memory/guest_fault.h"
#include "memory/guest_linear.h"
#include "segment.h"

/* GDTR. */
struct guest_gdt {
	u64 base;
	u16 limit;
};

/*
 * What SEGMENT_LDTR or SEGMENT_TR holds after selector was loaded; the TSS is
 * marked busy. False: a fault, and nothing has changed.
 */
bool guest_system_descriptor_load(struct guest_memory *memory,
				  const struct guest_paging_state *paging,
				  const struct guest_gdt *gdt,
				  enum segment_register register_, u16 selector,
				  struct segment *segment,
				  struct guest_fault *fault);
