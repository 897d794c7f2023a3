#pragma once
/*
 * A few instructions, run with registers of one's choice at either privilege
 * level, and what became of them: the exception that they raised, or the state
 * that they left.
 *
 *	PROBE_CODE(halving, "shr %rax");
 *	struct probe probe = {.state.rax = 8};
 *	probe_run(&probe, halving);
 *	check("half of 8", probe.state.rax, 4);
 */
#include "cpu/gdt.h"
#include "cpu/traps.h"

/* Where a probe ends that raises nothing: its last instruction is INT $0x80. */
#define PROBE_DONE 0x80

#define PROBE_STACK_SIZE 4096

/* Code for probe_run(), 64-bit; in another mode say .code32 first. */
#define PROBE_CODE(name, instructions)         \
	extern const u8 name[];                \
	asm(".pushsection .text\n" #name ":\n" \
	    "\t" instructions "\n"             \
	    "\tint $0x80\n"                    \
	    "\t.code64\n"                      \
	    "\t.popsection")

enum probe_mode {
	PROBE_KERNEL,		/* 64-bit mode, CPL 0 */
	PROBE_USER,		/* the same, CPL 3 */
	PROBE_COMPATIBILITY,	/* 32-bit code, CPL 0 */
	PROBE_COMPATIBILITY_16, /* 16-bit code and stack, CPL 0 */
};

/* The data segment of PROBE_COMPATIBILITY_16; its code segment is the code. */
extern u8 probe_segment[4096];

struct probe {
	enum probe_mode mode;
	/*
	 * In: the general registers, and flags beside the fixed one. RIP, CS
	 * and SS are chosen; RSP too, if it is 0. Out: as the CPU left them.
	 */
	struct trap_frame state;
	u64 cr2;
	/* Debug exceptions, external interrupts and NMIs do not end it. */
	u64 steps;	 /* debug exceptions */
	u64 dr6;	 /* all that they said */
	u64 strays;	 /* those of them that hit in a handler */
	u64 step_rflags; /* the flags in the last one's frame */
	u64 interrupts;
	u64 interrupt_rip; /* where the last one hit, after the code's start */
	u64 nmis;
	u64 nmi_depth; /* how many of them were open at once */
	u64 offset;    /* out: RIP, from the code's start on */
	void (*in_nmi)(struct probe *probe); /* called in an NMI's handler */
};

/* Handlers, segments for CPL 3, rights of the user's to all pages. */
void probe_init(void);

void probe_run(struct probe *probe, const u8 *code);

/* The TSS that is in use: the stack for exceptions from CPL 3. */
struct tss *probe_task_state(void);

/* Has the linear page at gva (with nothing there yet) mean a physical one. */
void probe_map(u64 gva, hpa_t page, u64 rights);
