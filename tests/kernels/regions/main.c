/* stage: h4 */
/*
 * regions: h4's guest with regions of memory beside its main RAM, of fewer
 * rights, for the tests of what an access does there that is not allowed.
 *
 *	0xc0000000	16 KiB, to be read; each byte is 0x11
 *	0xc1000000	2 MiB, lazy, to be read and written
 *	0xc2000000	4 KiB, to be read and executed: the code below
 *
 * When the guest has ended, what lies in them is told.
 */
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "cpu/alarm.h"
#include "cpu/guest_reset.h"
#include "cpu/lapic.h"
#include "guest_report.h"
#include "guest_run.h"
#include "image/boot_load.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "machine/machine_alone.h"
#include "memory/frames.h"
#include "vmx_cpu.h"

#define GUEST_PATH   "/sbin/skernel-x86"
#define ALARM_VECTOR 0x40
#define VPID	     1

#define READ_ONLY  0xc0000000u
#define READ_WRITE 0xc1000000u
#define CODE	   0xc2000000u

static struct machine machine;
static struct guest_cpu cpu;

/* Reads, adds and writes where only reading is allowed, and keeps the flags. */
static const u8 code[] = {
	0xb8, 0x05, 0x00, 0x00, 0x00, /* mov eax, 5 */
	0xb9, 0x00, 0x00, 0x00, 0xc0, /* mov ecx, READ_ONLY */
	0xba, 0x00, 0x00, 0x00, 0xc1, /* mov edx, READ_WRITE */
	0x01, 0x01,		      /* add [rcx], eax */
	0x9c,			      /* pushfq */
	0x58,			      /* pop rax */
	0x48, 0x89, 0x42, 0x08,	      /* mov [rdx + 8], rax */
	0x8b, 0x01,		      /* mov eax, [rcx] */
	0x89, 0x02,		      /* mov [rdx], eax */
	0xc3,			      /* ret */
};

static struct error add(gpa_t gpa, u64 size, u64 rights, bool lazy)
{
	const struct guest_region_wish wish = {
		.kind = GUEST_REGION_RAM,
		.gpa = gpa,
		.size = size,
		.rights = rights,
		.lazy = lazy,
	};

	return guest_memory_add_region(&machine.memory, &wish);
}

static struct error add_regions(void)
{
	struct error error = add(READ_ONLY, KIB(16), EPT_READ, false);

	if (!failed(error)) {
		error = add(READ_WRITE, MIB(2), EPT_READ | EPT_WRITE, true);
	}
	if (!failed(error)) {
		error = add(CODE, KIB(4), EPT_READ | EPT_EXECUTE, false);
	}
	if (failed(error)) {
		return error;
	}
	for (gpa_t page = 0; page < KIB(16); page += KIB(4)) {
		memset(guest_memory_at(&machine.memory, READ_ONLY + page), 0x11,
		       KIB(4));
	}
	memcpy(guest_memory_at(&machine.memory, CODE), code, sizeof(code));
	return SUCCESS;
}

static u64 word_at(gpa_t gpa)
{
	u64 word = 0;

	(void)guest_memory_read(&machine.memory, gpa, &word, sizeof(word));
	return word;
}

static enum kernel_status run(const struct vmx_capabilities *caps,
			      const struct controls *controls,
			      const char *cmdline)
{
	const struct vm_options vm = {.memory_size = MIB(32)};
	const struct boot_options options = {.kind = GUEST_AUTO};
	const struct guest_acpi_machine acpi = {.cpus = 1};
	struct guest_boot boot;
	struct guest_end end;
	enum kernel_status status;
	const char *culprit;

	if (failed(machine_init(&machine, &machine_alone, caps, &vm)) ||
	    failed(boot_load(&machine.memory, GUEST_PATH, &options,
			     cmdline_guest(cmdline), &acpi, &boot, &culprit)) ||
	    failed(add_regions()) ||
	    failed(guest_cpu_init(&cpu, &machine, caps, controls,
				  &guest_cpu_single, VPID))) {
		printk("The guest cannot be set up.\n");
		return KERNEL_FAILURE;
	}
	guest_reset(&cpu, caps, &boot.start);
	end = guest_run(&cpu, &guest_run_alone);
	status = guest_report(&cpu, &end);
	printk("regions: read-only %#lx, read-write %#lx %#lx\n",
	       word_at(READ_ONLY), word_at(READ_WRITE),
	       word_at(READ_WRITE + 8));
	(void)guest_cpu_destroy(&cpu);
	machine_destroy(&machine);
	return status;
}

enum kernel_status kmain(const struct boot_info *boot)
{
	const struct guest_cpu_wishes also = {.all_exits = false};
	u64 frames = frames_free_count();
	struct controls controls;
	struct vmx_cpu vmx;
	enum kernel_status status = vmx_cpu_check(vmx_support());

	if (status == KERNEL_SUCCESS) {
		status = vmx_cpu_start(&vmx);
	}
	if (status != KERNEL_SUCCESS) {
		return status;
	}
	if (controls_gap(guest_cpu_fit(&vmx.caps, also, &controls)) ||
	    failed(alarm_init(ALARM_VECTOR))) {
		return KERNEL_UNSUPPORTED;
	}
	lapic_accept_pic();
	status = run(&vmx.caps, &controls, boot->cmdline);
	status = vmx_cpu_stop(&vmx, status);
	printk("Frames not given back: %lu\n", frames - frames_free_count());
	return status;
}
