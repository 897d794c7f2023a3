#pragma once
/*
 * Exceptions and interrupts of the kernel itself.
 *
 * SDM: "Exception and Interrupt Handling in 64-bit Mode". One gate for each of
 * the 256 vectors; what nobody has asked for ends in a report and a panic.
 */
#include "lib/types.h"

#define TRAP_VECTORS 256

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

/*
 * Has handler called for vector from now on, with interrupts off; it may
 * change the frame, which is what the CPU goes on with. NULL: panic again.
 */
void traps_set_handler(u8 vector, void (*handler)(struct trap_frame *frame));
