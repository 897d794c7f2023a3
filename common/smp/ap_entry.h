#pragma once
/*
 * How a CPU comes from a start-up IPI to ap_main(): ap_entry.S.
 */
#include "lib/types.h"
#include "smp/cpu.h"

/* Real-mode code, to be copied to the start of a page below 1 MiB. */
extern const u8 ap_trampoline[];
extern const u32 ap_trampoline_size;

/* What it then reads, written before the IPI; the order is ap_entry.S's. */
struct ap_start {
	u64 cr3; /* below 4 GiB */
	u64 efer;
	void *stack_top;
	struct cpu *cpu; /* the argument of ap_main() */
};

extern struct ap_start ap_start;

/* In 64-bit mode, with interrupts off, on the new stack. */
_Noreturn void ap_main(struct cpu *cpu);
