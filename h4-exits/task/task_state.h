#pragma once
/*
 * What a task switch reads and changes of a CPU outside of IA-32e mode.
 */
#include "memory/guest_segment.h"

/* In the order of instruction encodings, which is the TSS's too. */
enum task_register {
	TASK_EAX,
	TASK_ECX,
	TASK_EDX,
	TASK_EBX,
	TASK_ESP,
	TASK_EBP,
	TASK_ESI,
	TASK_EDI,
	TASK_REGISTERS,
};

struct task_state {
	u32 registers[TASK_REGISTERS];
	u32 eip;
	struct segment segments[SEGMENT_COUNT];
	u32 gdt_base;
	u16 gdt_limit;
	u64 dr6, dr7;
	struct guest_paging_state paging; /* with CR0, CR3, RFLAGS and CPL */
};
