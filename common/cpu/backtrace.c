#include "cpu/backtrace.h"
#include "boot/symbols.h"
#include "lib/printk.h"
#include "smp/cpu.h"

#define DEPTH_MAX 24

/* What the compiler's prologue leaves: push %rbp; mov %rsp, %rbp. */
struct stack_frame {
	u64 rbp;
	u64 return_address;
};

/* linker.ld: the stacks of the first CPU lie among the kernel's data. */
extern char kernel_rodata_end[];
extern char kernel_end_address[];

static bool is_on_first_stack(u64 rbp)
{
	return rbp >= (u64)(uintptr_t)kernel_rodata_end &&
	       rbp <= (u64)(uintptr_t)kernel_end_address -
			       sizeof(struct stack_frame);
}

static bool is_frame(u64 rbp)
{
	return IS_ALIGNED(rbp, sizeof(u64)) &&
	       (is_on_first_stack(rbp) ||
		cpu_is_stack(rbp, sizeof(struct stack_frame)));
}

/*
 * A call that never returns may be the last instruction of its function: its
 * return address is then the next function's. So the byte before is looked up.
 */
static void print_place(u64 address)
{
	u64 offset = 0;
	const char *name = symbols_find(address - 1, &offset);

	if (name != NULL) {
		printk("  %#018lx %s+%#lx\n", address, name, offset + 1);
	} else {
		printk("  %#018lx\n", address);
	}
}

void backtrace_print(u64 rip, u64 rbp)
{
	printk("Back-trace:\n");
	print_place(rip);
	for (int depth = 0; depth < DEPTH_MAX && is_frame(rbp); depth++) {
		const struct stack_frame *frame =
			(const struct stack_frame *)(uintptr_t)rbp;

		if (frame->return_address == 0) {
			return;
		}
		print_place(frame->return_address);
		if (frame->rbp <= rbp) {
			return;
		}
		rbp = frame->rbp;
	}
}
