#pragma once
/*
 * Exceptions and interrupts of the kernel itself.
 *
 * SDM: "Exception and Interrupt Handling in 64-bit Mode". One gate for each of
 * the 256 vectors; what nobody has asked for ends in a report and a panic.
 */
#include "lib/types.h"

#define TRAP_VECTORS	256
#define TRAP_EXCEPTIONS 32 /* the vectors that the CPU keeps for itself */

/* Vectors that the architecture names; "Exception and Interrupt Reference". */
#define VECTOR_DIVIDE_ERROR	   0
#define VECTOR_DEBUG		   1
#define VECTOR_NMI		   2
#define VECTOR_BREAKPOINT	   3
#define VECTOR_INVALID_OPCODE	   6
#define VECTOR_DOUBLE_FAULT	   8
#define VECTOR_INVALID_TSS	   10
#define VECTOR_SEGMENT_NOT_PRESENT 11
#define VECTOR_STACK_FAULT	   12
#define VECTOR_GENERAL_PROTECTION  13
#define VECTOR_PAGE_FAULT	   14
#define VECTOR_X87		   16
#define VECTOR_ALIGNMENT_CHECK	   17
#define VECTOR_MACHINE_CHECK	   18
#define VECTOR_SIMD		   19
#define VECTOR_VIRTUALIZATION	   20
#define VECTOR_CONTROL_PROTECTION  21

/* What trap_entry.S pushes, from low addresses to high ones. */
struct trap_frame {
	u64 r15, r14, r13, r12, r11, r10, r9, r8;
	u64 rbp, rdi, rsi, rdx, rcx, rbx, rax;
	u64 vector;
	u64 error_code; /* 0 where the exception has none */
	u64 rip, cs, rflags, rsp, ss;
};

/*
 * Fills the interrupt descriptor table and loads IDTR. The GDT must have been
 * loaded before.
 */
void traps_init(void);

/* Loads IDTR of another CPU from the same table; its GDT has been loaded. */
void traps_load(void);

/*
 * Has handler called for vector from now on, with interrupts off; it may
 * change the frame, which is what the CPU goes on with. NULL: panic again.
 */
void traps_set_handler(u8 vector, void (*handler)(struct trap_frame *frame));

/*
 * Is rip in the code that saves and restores the frame? A data breakpoint on
 * the stack hits there too, and means nothing to anybody.
 */
bool traps_is_entry(u64 rip);

/*
 * The panic itself: prints the frame with a back-trace and ends the machine
 * with status 1. Other CPUs are stopped before.
 */
_Noreturn void traps_report(const struct trap_frame *frame);

/*
 * Resets the CPU: with an empty interrupt descriptor table no exception can be
 * delivered, nor the double fault that follows.
 */
_Noreturn void traps_triple_fault(void);
