/*
 * endings: every way in which a run can end, chosen on the command line, for
 * the tests of tools/run.
 */
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "cpu/instructions.h"
#include "cpu/panic.h"
#include "cpu/traps.h"
#include "lib/printk.h"

/* Beyond what any page table of ours maps, and no address at all. */
#define UNMAPPED      0x7f0000001000
#define NOT_CANONICAL 0x8000000000000000

__attribute__((noinline)) static u64 read_from(u64 address)
{
	return *(volatile u64 *)(uintptr_t)address;
}

static void fail(const char *cmdline)
{
	if (cmdline_has(cmdline, "page-fault")) {
		printk("endings: read %#lx\n", read_from(UNMAPPED));
	}
	if (cmdline_has(cmdline, "protection")) {
		printk("endings: read %#lx\n", read_from(NOT_CANONICAL));
	}
	if (cmdline_has(cmdline, "undefined")) {
		asm volatile("ud2");
	}
}

enum kernel_status kmain(const struct boot_info *boot)
{
	const char *cmdline = boot->cmdline;

	printk("endings: \"%s\"\n", cmdline);
	if (cmdline_has(cmdline, "forge")) {
		printk("status: 0 (success)\n");
		return KERNEL_FAILURE;
	}
	if (cmdline_has(cmdline, "forge-and-stop")) {
		printk("status: 0 (success)\n");
		traps_triple_fault();
	}
	if (cmdline_has(cmdline, "triple-fault")) {
		traps_triple_fault();
	}
	if (cmdline_has(cmdline, "panic")) {
		panic("as the command line says");
	}
	fail(cmdline);
	while (cmdline_has(cmdline, "hang")) {
		hlt();
	}
	if (cmdline_has(cmdline, "unsupported")) {
		return KERNEL_UNSUPPORTED;
	}
	return cmdline_has(cmdline, "usage") ? KERNEL_USAGE : KERNEL_SUCCESS;
}
