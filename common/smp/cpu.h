#pragma once
/*
 * What the kernel keeps for each CPU of the machine. IA32_GS_BASE of a CPU
 * points to its own, so that it finds it without asking who it is.
 *
 * CPU 0 is the one that booted. Another one has its struct cpu in a block of
 * memory of its own, in this order: an unmapped page, its stack, struct cpu.
 *
 * SDM: "Segmentation in IA-32e Mode".
 */
#include "cpu/gdt.h"
#include "lib/types.h"

#define CPUS_MAX 32u

enum cpu_state {
	CPU_SILENT, /* has not been heard of yet */
	CPU_UNFIT,  /* came, and could not be set up; halted */
	CPU_ONLINE,
	CPU_STOPPED, /* by smp/smp_stop.h; never runs again */
};

struct cpu {
	struct cpu *self; /* %gs:0 */
	u32 number;	  /* %gs:8 */
	u32 apic_id;
	enum cpu_state state; /* others read it: atomically */
	hpa_t block;	      /* the memory that it stands in; 0 for CPU 0 */

	/*
	 * This CPU's TSC less that of CPU 0 when it came online, in ticks; the
	 * truth is at most so many away from it. In step as far as can be
	 * known: the first is not greater than the second.
	 */
	s64 tsc_skew;
	u64 tsc_skew_error;

	struct gdt gdt;
};

_Static_assert(offsetof(struct cpu, self) == 0, "as cpu_this() reads it");
_Static_assert(offsetof(struct cpu, number) == 8, "as cpu_number() reads it");

/* The running CPU's own. */
static inline struct cpu *cpu_this(void)
{
	struct cpu *cpu;

	asm("mov %%gs:0, %0" : "=r"(cpu));
	return cpu;
}

/* The running CPU's number: 0 .. CPUS_MAX-1. */
static inline u32 cpu_number(void)
{
	u32 number;

	asm("movl %%gs:8, %0" : "=r"(number));
	return number;
}

/*
 * Makes cpu, whose number is set, the running CPU's own: to be called once on
 * each CPU, after the null selector has been loaded into GS and before anybody
 * asks who it is. cpu belongs to this module until cpu_forget().
 */
void cpu_enter(struct cpu *cpu);

/* The CPU with that number, or NULL if none has entered. */
struct cpu *cpu_at(u32 number);

/* Have others entered beside CPU 0? */
bool cpu_has_others(void);

/*
 * Makes a struct cpu with that number and a stack, for a CPU to be started.
 * NULL: no memory is left.
 */
struct cpu *cpu_make(u32 number, u32 apic_id);

/* The top of the stack of a CPU that cpu_make() has made. */
void *cpu_stack_top(struct cpu *cpu);

/* The lowest address of that stack; the page below is not mapped. */
void *cpu_stack_bottom(struct cpu *cpu);

/* Frees what cpu_make() has made. The CPU does not run, nor will it. */
void cpu_forget(struct cpu *cpu);

/*
 * Do size bytes at address lie in the memory of a CPU that cpu_make() has made
 * and that has entered?
 */
bool cpu_is_stack(u64 address, u64 size);
