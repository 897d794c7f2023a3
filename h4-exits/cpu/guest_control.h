#pragma once
/*
 * The guest's writes to CR0 and CR4 that exit.
 *
 * SDM: "Guest/Host Masks and Read Shadows for CR0 and CR4". Most bits are the
 * guest's own, and the CPU itself does what a change of PE, PG, PAE or LME
 * means. A write exits that changes a bit of the mask: one that VMX operation
 * fixes, a cache control, a feature that the guest is not offered. All of the
 * write is done here then, with whatever else it changes.
 * SDM: "Control Registers", "MOV--Move to/from Control Registers".
 */
#include "cpu/guest_cpu.h"
#include "guest_walk.h"

/* CR4 bits for what the guest's CPUID offers. */
u64 guest_control_allowed_cr4(const struct cpuid_table *table);

/* The guest's CR0 and CR4 as it reads them. */
u64 guest_control_cr0(void);
u64 guest_control_cr4(void);

/* Everything that has a say in how the guest translates now. */
void guest_control_paging(const struct guest_cpu *cpu,
			  struct guest_paging_state *paging);

/* What the CPU does itself where it executes INVLPG or changes CR3. */
void guest_control_forget_translations(const struct guest_cpu *cpu);

/* CR0.TS, CR3 and the PDPTEs of the task that a task switch has begun. */
void guest_control_set_task(const struct guest_cpu *cpu,
			    const struct guest_paging_state *paging);

/* MOV to CR0, LMSW, CLTS; MOV to CR4; MOV to CR3. False: #GP(0). */
bool guest_control_write_cr0(struct guest_cpu *cpu, u64 value);
bool guest_control_write_cr4(struct guest_cpu *cpu, u64 value);
bool guest_control_write_cr3(struct guest_cpu *cpu, u64 value);
