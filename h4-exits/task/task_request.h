#pragma once
/*
 * What a guest's attempt at a task switch asks for.
 */
#include "lib/types.h"

/* The values of the exit qualification's bits 31:30. */
enum task_source {
	TASK_BY_CALL,
	TASK_BY_IRET,
	TASK_BY_JMP,
	TASK_BY_GATE, /* a task gate in the IDT */
};

struct task_request {
	u16 selector; /* of the new TSS */
	enum task_source source;
	u8 instruction_length; /* bytes; 0: the event was no instruction's */
	bool external;	     /* not by INT n, INT3, INTO: EXT in error codes */
	bool has_error_code; /* which the new task is to find on its stack */
	u32 error_code;
};

/*
 * What an exit of reason "task switch" asks for: from the exit qualification,
 * the IDT-vectoring information and error code, and the VM-exit instruction
 * length. SDM: "Exit Qualification for Task Switches", and "Information for VM
 * Exits That Occur During Event Delivery".
 */
struct task_request task_request_decode(u64 qualification,
					u32 idt_vectoring_info,
					u32 idt_vectoring_error_code,
					u32 instruction_length);
