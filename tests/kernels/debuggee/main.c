/*
 * debuggee: a kernel that would notice a debugger. It does by itself what one
 * touches, single steps, breakpoints, debug registers, saved flags, and checks
 * that all is as on a CPU of its own. It runs as a guest, or bare.
 */
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "cpu/debug_registers.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "lib/printk.h"

#define VECTOR_OWN 0x30
#define DR7_GD	   BIT(13)
#define UD2_LENGTH 2

/* Lengths of MOV to or from a debug register in 64-bit mode. */
#define MOV_DR_LENGTH 3

#define read_dr(number)                                   \
	({                                                \
		u64 value_;                               \
		asm volatile("mov %%dr" #number ", %%rax" \
			     : "=a"(value_)               \
			     :                            \
			     : "memory");                 \
		value_;                                   \
	})
#define write_dr(number, value) \
	asm volatile("mov %%rax, %%dr" #number : : "a"((u64)(value)) : "memory")

/* What the handlers have seen. */
static volatile struct {
	u64 count; /* of exceptions and interrupts */
	u64 vector;
	u64 dr6;    /* of all #DB together */
	bool flags; /* RFLAGS.TF was in a frame */
	u64 skip;   /* bytes that the handler skips */
} seen;

static volatile u64 watched = 1;
static bool good = true;

static void on_trap(struct trap_frame *frame)
{
	seen.count++;
	seen.vector = frame->vector;
	seen.flags |= (frame->rflags & RFLAGS_TF) != 0;
	frame->rip += seen.skip;
	if (frame->vector == VECTOR_DEBUG) {
		seen.dr6 |= read_dr(6) & ~DR6_INITIAL;
		write_dr(6, DR6_INITIAL);
		frame->rflags |= RFLAGS_RF;
	}
}

static void begin(u64 skip)
{
	seen.count = 0;
	seen.vector = 0;
	seen.dr6 = 0;
	seen.flags = false;
	seen.skip = skip;
}

static void expect(const char *what, u64 value, u64 wanted)
{
	if (value != wanted) {
		printk("debuggee: %s is %#lx, not %#lx\n", what, value, wanted);
		good = false;
	}
}

/* Breakpoints that are not enabled: values to be read back. */
static void use_registers(void)
{
	write_dr(0, 0x1111);
	write_dr(1, 0x2222);
	write_dr(2, 0x3333);
	write_dr(3, 0xffff800000004444);
	write_dr(6, 0);
	write_dr(7, 0xd00000);
	expect("DR0", read_dr(0), 0x1111);
	expect("DR1", read_dr(1), 0x2222);
	expect("DR2", read_dr(2), 0x3333);
	expect("DR3", read_dr(3), 0xffff800000004444);
	expect("DR6", read_dr(6), DR6_INITIAL);
	expect("DR7", read_dr(7), 0xd00000 | DR7_FIXED);
	write_dr(7, DR7_FIXED);
}

/* "Debug Registers DR4 and DR5", general detection, reserved bits. */
static void misuse_registers(void)
{
	u64 cr4 = read_cr4();

	write_dr(6, 0xffff0ff1);
	expect("DR4", read_dr(4), 0xffff0ff1);
	expect("DR5", read_dr(5), DR7_FIXED);
	write_dr(6, DR6_INITIAL);
	begin(MOV_DR_LENGTH);
	write_cr4(cr4 | CR4_DE);
	(void)read_dr(4);
	write_cr4(cr4);
	expect("vector of DR4 with CR4.DE", seen.vector, VECTOR_INVALID_OPCODE);
	write_dr(7, BIT(32));
	expect("vector of a DR7 too large", seen.vector, 13);
	begin(0);
	write_dr(7, DR7_GD | DR7_FIXED);
	(void)read_dr(0);
	expect("DR6 after general detection", seen.dr6, DR6_BD);
	expect("DR7 after general detection", read_dr(7), DR7_FIXED);
}

/* TF is set by the POPF, and cleared by the AND and the second one. */
__attribute__((noinline)) static void step_itself(void)
{
	begin(0);
	asm volatile("pushf\n\t"
		     "orl $0x100, (%%rsp)\n\t"
		     "popf\n\t"
		     "nop\n\t"
		     "nop\n\t"
		     "pushf\n\t"
		     "andl $~0x100, (%%rsp)\n\t"
		     "popf"
		     :
		     :
		     : "memory", "cc");
	expect("steps of its own", seen.count, 5);
	expect("DR6 of its own steps", seen.dr6, DR6_BS);
	expect("TF while it steps itself", seen.flags, true);
}

__attribute__((noinline)) static void has_breakpoint(void)
{
	asm volatile("nop" : : : "memory");
}

/* An execution breakpoint in DR0 and a write breakpoint in DR1. */
static void break_itself(void)
{
	begin(0);
	write_dr(0, (uintptr_t)has_breakpoint);
	write_dr(7, DR7_FIXED | BIT(1));
	has_breakpoint();
	expect("breakpoints hit", seen.count, 1);
	expect("DR6 of a breakpoint", seen.dr6, BIT(0));
	begin(0);
	write_dr(1, (uintptr_t)&watched);
	write_dr(7, DR7_FIXED | BIT(3) | 0xdull << 20);
	watched = 2;
	write_dr(7, DR7_FIXED);
	expect("watchpoints hit", seen.count, 1);
	expect("DR6 of a watchpoint", seen.dr6, BIT(1));
}

/* Each of these saves RFLAGS somewhere; gdb steps through them. */
__attribute__((noinline)) static u64 save_flags(void)
{
	u64 flags;

	asm volatile(".global save_flags_begin, save_flags_end\n"
		     "save_flags_begin:\n\t"
		     "pushf\n\t"
		     "pop %0\n\t"
		     "int $0x30\n\t"
		     "int3\n"
		     "save_flags_end:\n\t"
		     "nop"
		     : "=r"(flags)
		     :
		     : "memory");
	return flags;
}

/* The handler skips the UD2. */
__attribute__((noinline)) static void fail_itself(void)
{
	asm volatile(".global fail_begin, fail_end\n"
		     "fail_begin:\n\t"
		     "ud2\n"
		     "fail_end:\n\t"
		     "nop"
		     :
		     :
		     : "memory");
}

static void keep_flags(void)
{
	begin(0);
	expect("TF in PUSHF", save_flags() & RFLAGS_TF, 0);
	expect("interrupts by software", seen.count, 2);
	expect("TF in an interrupt's frame", seen.flags, false);
	begin(UD2_LENGTH);
	fail_itself();
	expect("exceptions", seen.count, 1);
	expect("TF in an exception's frame", seen.flags, false);
}

__attribute__((noinline)) static void touch_watched(void)
{
	u64 value = watched;

	watched = value + 40;
}

enum kernel_status kmain(const struct boot_info *boot)
{
	(void)boot;
	traps_set_handler(VECTOR_DEBUG, on_trap);
	traps_set_handler(VECTOR_BREAKPOINT, on_trap);
	traps_set_handler(VECTOR_INVALID_OPCODE, on_trap);
	traps_set_handler(VECTOR_GENERAL_PROTECTION, on_trap);
	traps_set_handler(VECTOR_OWN, on_trap);
	use_registers();
	misuse_registers();
	step_itself();
	break_itself();
	keep_flags();
	touch_watched();
	expect("what is watched", watched, 42);
	printk("debuggee: %s\n",
	       good ? "noticed nothing" : "noticed something");
	return good ? KERNEL_SUCCESS : KERNEL_FAILURE;
}
