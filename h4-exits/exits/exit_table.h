#pragma once
/*
 * The table from exit reason to handler.
 *
 * SDM, appendix "VMX Basic Exit Reasons". Every reason has an answer here: it
 * is served, or turned into the exception that the instruction raises on a CPU
 * without VT-x, or the guest ends with a report.
 */
#include "cpu/guest_cpu.h"
#include "exits/answer.h"

/*
 * What to do about an exit, by its basic reason. The numbers that the appendix
 * leaves out have their handler too. guest_cpu_init() gives it to a CPU; a
 * later stage, which knows better answers to some, gives its own table instead.
 */
extern const exit_handler exit_table[EXIT_REASON_COUNT];

/* exit_instruction.c: instructions that need no more than registers. */
struct answer exit_cpuid(struct guest_cpu *cpu);
struct answer exit_hlt(struct guest_cpu *cpu);
struct answer exit_invalidate_caches(struct guest_cpu *cpu);
struct answer exit_invlpg(struct guest_cpu *cpu);
struct answer exit_pause(struct guest_cpu *cpu);
struct answer exit_rdtsc(struct guest_cpu *cpu);
struct answer exit_rdtscp(struct guest_cpu *cpu);
struct answer exit_vmcall(struct guest_cpu *cpu);
struct answer exit_xsetbv(struct guest_cpu *cpu);
struct answer exit_undefined(struct guest_cpu *cpu);	      /* #UD */
struct answer exit_general_protection(struct guest_cpu *cpu); /* #GP(0) */

/* exit_register.c: control registers, debug registers, MSRs. */
struct answer exit_cr_access(struct guest_cpu *cpu);
struct answer exit_rdmsr(struct guest_cpu *cpu);
struct answer exit_wrmsr(struct guest_cpu *cpu);

/* exit_io.c: IN, OUT, INS, OUTS. */
struct answer exit_io(struct guest_cpu *cpu);

/* exit_memory.c: what is no RAM, or not yet. */
struct answer exit_ept_violation(struct guest_cpu *cpu);

/* exit_event.c: interrupts of the host, windows, exceptions. */
struct answer exit_exception_or_nmi(struct guest_cpu *cpu);
struct answer exit_external_interrupt(struct guest_cpu *cpu);
struct answer exit_interrupt_window(struct guest_cpu *cpu);
struct answer exit_nmi_window(struct guest_cpu *cpu);
struct answer exit_preemption_timer(struct guest_cpu *cpu);

/* exit_task_switch.c */
struct answer exit_task_switch(struct guest_cpu *cpu);

/* exit_end.c: what a guest does not go on after. */
struct answer exit_triple_fault(struct guest_cpu *cpu);
struct answer exit_ept_misconfiguration(struct guest_cpu *cpu);
struct answer exit_not_asked_for(struct guest_cpu *cpu);
struct answer exit_unknown(struct guest_cpu *cpu);
