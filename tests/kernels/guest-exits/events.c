/*
 * What comes between instructions that are emulated: single steps, interrupts
 * and what holds them off, NMIs.
 */
#include "check.h"
#include "cpu/debug_registers.h"
#include "cpu/gdt.h"
#include "cpu/instructions.h"
#include "cpu/pic.h"
#include "cpu/ports.h"
#include "cpu/registers.h"

#define SCRATCH	      0x3ff
#define HYPERCALL_NMI 1
#define CPUID_LENGTH  2

/* 8254: channel 0, both bytes, mode 0. 8259A: read the IRR. */
#define PIT_COMMAND	   0x43
#define PIT_CHANNEL_0	   0x40
#define PIT_TERMINAL_COUNT 0x30
#define PIC_COMMAND	   0x20
#define PIC_READ_IRR	   0x0a

/* INT $0x80 is the last step of each. */
PROBE_CODE(step_cpuid, "cpuid\n\tnop");
PROBE_CODE(step_ports, "in %dx, %al\n\tout %al, %dx\n\tnop");
PROBE_CODE(step_outs, "rep outsb\n\tnop");
PROBE_CODE(step_hlt, "hlt\n\tnop");
PROBE_CODE(step_sti, "sti\n\tcpuid\n\tnop\n\tcli");
PROBE_CODE(step_mov_ss, "mov %esi, %ss\n\tcpuid\n\tnop");
PROBE_CODE(cpuid_twice, "cpuid\n\tcpuid");
PROBE_CODE(shadow_sti, "sti\n\tcpuid\n\tnop\n\tcli");
PROBE_CODE(shadow_mov_ss, "mov %esi, %ss\n\tcpuid\n\tnop\n\tcli");
PROBE_CODE(wait_once, "sti\n\thlt\n\tcli");
PROBE_CODE(window, "push %rbx\n\tpopf\n\tnop\n\tcli");
PROBE_CODE(call_nmi, "vmcall\n\tnop");

static const u8 bytes[4];

/* An interrupt of the timer's waits, while IF is clear. */
static void make_pending(void)
{
	out8(PIT_COMMAND, PIT_TERMINAL_COUNT);
	out8(PIT_CHANNEL_0, 100);
	out8(PIT_CHANNEL_0, 0);
	pic_unmask(0);
	out8(PIC_COMMAND, PIC_READ_IRR);
	while ((in8(PIC_COMMAND) & 1) == 0) {
		cpu_pause();
	}
}

static void check_steps(const char *name, const u8 *code, u64 steps)
{
	struct probe probe = {.state = {.rflags = RFLAGS_TF,
					.rdx = SCRATCH,
					.rsi = (u64)(uintptr_t)bytes,
					.rcx = 3}};

	probe_run(&probe, code);
	check(name, probe.steps, steps);
	check(name, probe.dr6, DR6_BS);
	check(name, probe.step_rflags & RFLAGS_TF, RFLAGS_TF);
}

static void check_single_steps(void)
{
	struct probe probe = {
		.state = {.rflags = RFLAGS_TF, .rsi = GDT_KERNEL_DATA}};

	check_steps("steps over CPUID", step_cpuid, 2);
	check_steps("steps over IN and OUT", step_ports, 3);
	check_steps("steps over REP OUTSB", step_outs, 4);
	probe_run(&probe, step_mov_ss);
	check("steps over MOV SS and CPUID", probe.steps, 2);
	write_dr0((u64)(uintptr_t)cpuid_twice);
	write_dr7(DR7_FIXED | 1);
	probe = (struct probe){.mode = PROBE_KERNEL};
	probe_run(&probe, cpuid_twice);
	write_dr0((u64)(uintptr_t)cpuid_twice + CPUID_LENGTH);
	write_dr7(DR7_FIXED | 1);
	probe.state.rflags = RFLAGS_RF;
	probe_run(&probe, cpuid_twice);
	write_dr7(DR7_FIXED);
	check("breakpoints at CPUID, the second with RF", probe.steps, 2);
}

/* One interrupt, and where it comes. */
static void check_interrupt(const char *name, const u8 *code, u64 rip)
{
	struct probe probe = {.state = {.rsi = GDT_KERNEL_DATA,
					.rbx = RFLAGS_IF | RFLAGS_FIXED}};

	if (code == shadow_mov_ss) {
		probe.state.rflags = 0;
	}
	make_pending();
	probe_run(&probe, code);
	check(name, probe.interrupts, 1);
	check(name, probe.interrupt_rip, rip);
}

static void check_interrupts(void)
{
	struct probe probe = {.state = {.rflags = RFLAGS_TF}};

	check_interrupt("STI holds an interrupt off CPUID", shadow_sti, 3);
	check_interrupt("STI and HLT", wait_once, 2);
	check_interrupt("POPF lets an interrupt in", window, 2);
	make_pending();
	probe_run(&probe, step_sti);
	check("a step and an interrupt after CPUID, steps", probe.steps, 4);
	check("the step comes before the interrupt", probe.strays, 0);
	check("a step and an interrupt after CPUID, interrupts",
	      probe.interrupts, 1);
}

static u64 call_hypervisor(u64 number)
{
	asm volatile("vmcall" : "+a"(number) : : "memory");
	return number;
}

/* One more, which is to wait for the IRET; only from the first handler. */
static void raise_another(struct probe *probe)
{
	if (probe->nmis == 1) {
		(void)call_hypervisor(HYPERCALL_NMI);
		(void)cpuid(0, 0);
	}
}

static void check_nmis(void)
{
	struct probe probe = {.state.rax = HYPERCALL_NMI};

	probe_run(&probe, call_nmi);
	check("an NMI", probe.nmis, 1);
	probe = (struct probe){.state.rax = HYPERCALL_NMI,
			       .in_nmi = raise_another};
	probe_run(&probe, call_nmi);
	check("an NMI in an NMI's handler", probe.nmis, 2);
	check("it waits for the IRET", probe.nmi_depth, 1);
	probe = (struct probe){
		.state = {.rax = HYPERCALL_NMI, .rflags = RFLAGS_TF}};
	probe_run(&probe, call_nmi);
	check("an NMI and a step, NMIs", probe.nmis, 1);
	check("an NMI and a step, steps", probe.steps, 2);
	check("the step comes before the NMI", probe.strays, 0);
}

void check_events(void)
{
	check_single_steps();
	check_interrupts();
	if (check_under_h4()) {
		/* SDM, "HLT": a debug exception ends it. Bochs' own waits on.
		 */
		check_steps("a step over HLT wakes it", step_hlt, 2);
		check_nmis();
	}
}
