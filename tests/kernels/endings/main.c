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
	while (cmdline_has(cmdline, "hang")) {
		hlt();
	}
	if (cmdline_has(cmdline, "unsupported")) {
		return KERNEL_UNSUPPORTED;
	}
	return cmdline_has(cmdline, "usage") ? KERNEL_USAGE : KERNEL_SUCCESS;
}
