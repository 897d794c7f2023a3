/*
 * guest-exits: what a guest sees of each exit, compared with what the CPU does
 * by itself. It runs under h4 as a guest, and on the bare machine, where every
 * line is to be the same. One line for each check: "NAME: ok" or "NAME:
 * expected X, got Y".
 */
#include "boot/kernel.h"
#include "check.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "lib/printk.h"
#include "lib/string.h"

#define CPUID_HYPERVISOR 0x40000000
#define SIGNATURE_EBX	 0x72756f54 /* "Tour" */

static bool all_good = true;

void check(const char *name, u64 value, u64 expected)
{
	if (value == expected) {
		printk("%s: ok\n", name);
	} else {
		printk("%s: expected %#lx, got %#lx\n", name, expected, value);
		all_good = false;
	}
}

void check_end(const char *name, struct probe *probe, const u8 *code,
	       u64 vector)
{
	probe_run(probe, code);
	check(name, probe->state.vector, vector);
}

void check_refused(const char *name, struct probe *probe, const u8 *code)
{
	struct trap_frame before = probe->state;
	struct trap_frame *after = &probe->state;
	bool same;

	probe_run(probe, code);
	same = after->rax == before.rax && after->rbx == before.rbx &&
	       after->rcx == before.rcx && after->rdx == before.rdx &&
	       after->rsi == before.rsi && after->rdi == before.rdi;
	if (after->vector != VECTOR_GENERAL_PROTECTION) {
		check(name, after->vector, VECTOR_GENERAL_PROTECTION);
	} else if (after->error_code != 0 || probe->offset != 0) {
		check(name, after->error_code << 32 | probe->offset, 0);
	} else {
		check(name, same, true);
	}
}

bool check_under_h4(void)
{
	return (cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_HYPERVISOR) !=
		       0 &&
	       cpuid(CPUID_HYPERVISOR, 0).ebx == SIGNATURE_EBX;
}

enum kernel_status kmain(const struct boot_info *boot)
{
	(void)boot;
	probe_init();
	check_cpuid();
	check_msrs();
	check_control_registers();
	check_xcr0();
	check_instructions();
	check_debug_registers();
	check_tables();
	check_ports();
	check_strings();
	check_memory();
	check_events();
	printk("guest-exits: %s\n", all_good ? "all good" : "something is not");
	return all_good ? KERNEL_SUCCESS : KERNEL_FAILURE;
}
