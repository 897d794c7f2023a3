#pragma once
/*
 * The CPUs that the kernel runs on, as threads for gdb, and the breakpoints in
 * the kernel's own memory, which they share.
 */
#include "cpu/traps.h"
#include "gdb/gdb_thread.h"

struct gdb_host_cpu {
	struct gdb_thread thread;
	char name[sizeof("CPU 4294967295")];
	u64 gdt;		  /* each CPU has a table of its own */
	struct trap_frame *frame; /* where it has stopped */
};

/* Begins without breakpoints. */
void gdb_host_init(void);

/* Adds the thread of the CPU that calls it, and calls it "CPU number". */
void gdb_host_add(struct gdb_host_cpu *cpu, unsigned int number);

/* The running CPU's thread, which has been added. */
struct gdb_thread *gdb_host_thread(void);

/*
 * To be called when the CPU stops and before it goes on. Between the two
 * its thread's registers are the frame's, no breakpoint is armed, and memory
 * reads as if there were none. arm: the breakpoints are wanted again.
 */
void gdb_host_stopped(struct trap_frame *frame);
void gdb_host_resumes(bool arm);

/* Is a software breakpoint of ours at address? */
bool gdb_host_has_breakpoint(u64 address);

/*
 * Which of the CPU's hardware breakpoints DR6 names: true, with its condition
 * and address, for the first of them.
 */
bool gdb_host_hit(u64 dr6, enum gdb_point *kind, u64 *address);

/*
 * Take all breakpoints off the running CPU and put them back, for while it
 * runs a guest: a guest that shares the kernel's memory must not meet them,
 * and a VM exit clears DR7. What gdb has set stays known meanwhile.
 */
void gdb_host_disarm(void);
void gdb_host_arm(void);
