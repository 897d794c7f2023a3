#include "boot/kernel.h"
#include "boot/cmdline.h"
#include "boot/symbols.h"
#include "console/console.h"
#include "cpu/gdt.h"
#include "cpu/instructions.h"
#include "cpu/panic.h"
#include "cpu/traps.h"
#include "firmware/debug_exit.h"
#include "firmware/fadt.h"
#include "firmware/power.h"
#include "gdb/gdb_stub.h"
#include "lib/printk.h"
#include "memory/frames.h"
#include "memory/paging.h"
#include "memory/physical.h"
#include "smp/cpu.h"
#include "smp/smp_stop.h"

/* linker.ld and boot.S */
extern char kernel_start[], kernel_text_end[], kernel_rodata_end[];
extern char kernel_end_address[], boot_stack_guard[];

#define OPTIONS_MAX 64u

#define LOW_RAM_END    KIB(640)
#define LOW_MEMORY_END MIB(1)

void kernel_main(u32 magic, hpa_t info);

static struct boot_info boot;
static struct cpu boot_cpu;

static const char *status_name(enum kernel_status status)
{
	switch (status) {
	case KERNEL_SUCCESS:
		return "success";
	case KERNEL_USAGE:
		return "usage";
	case KERNEL_UNSUPPORTED:
		return "unsupported";
	case KERNEL_FAILURE:
		break;
	}
	return "failure";
}

_Noreturn void kernel_end(enum kernel_status status)
{
	smp_stop_others();
	cli();
	if (power_available()) {
		printk("status: %d (%s)\n", status, status_name(status));
		console_flush();
	}
	gdb_stub_end((u8)status);
	if (status != KERNEL_SUCCESS) {
		debug_exit((u8)status);
	}
	power_off();
	console_flush();
	if (status != KERNEL_SUCCESS && !power_available()) {
		traps_triple_fault();
	}
	for (;;) {
		hlt();
	}
}

bool kernel_options_known(const char *const known[])
{
	const char *all[OPTIONS_MAX + 1] = {NULL};
	size_t count = 0;
	char word[64];

	for (; *known != NULL && count < OPTIONS_MAX - 1; known++) {
		all[count++] = *known;
	}
	all[count++] = "gdb";
	if (!cmdline_unknown(boot.cmdline, all, word, sizeof(word))) {
		return true;
	}
	printk("unknown option \"%s\" on the command line; known are:", word);
	for (size_t i = 0; i < count; i++) {
		printk(" %s", all[i]);
	}
	printk("\n");
	return false;
}

/* One byte a frame: taken from the first range below 4 GiB that can hold it. */
static void *take_frame_states(struct memory_map *map, u64 size)
{
	for (size_t i = 0; i < map->count; i++) {
		hpa_t start = map->ranges[i].start;

		if (min_u64(map->ranges[i].end, GIB(4)) >= start + size &&
		    memory_map_remove(map, start, size)) {
			return phys_to_virt(start);
		}
	}
	return NULL;
}

static void add_frames(const struct memory_map *map, hpa_t from, hpa_t to)
{
	for (size_t i = 0; i < map->count; i++) {
		frames_add(max_u64(map->ranges[i].start, from),
			   min_u64(map->ranges[i].end, to));
	}
}

/*
 * Firmware keeps data below 1 MiB and does not always say so: that memory is
 * left alone but for one page, as far up as RAM goes there.
 */
static hpa_t take_low_memory(struct memory_map *map)
{
	hpa_t page = 0;

	for (size_t i = 0; i < map->count; i++) {
		hpa_t end = min_u64(map->ranges[i].end, LOW_RAM_END);

		if (end > map->ranges[i].start) {
			page = end - FRAME_SIZE;
		}
	}
	if (!memory_map_remove(map, 0, LOW_MEMORY_END)) {
		panic("the memory map has too many holes");
	}
	return page;
}

/* Frames below 4 GiB first: the tables that map the others come from them. */
static void start_memory(struct memory_map *map, hpa_t top)
{
	u64 frames;
	void *states;

	top = min_u64(top, PAGING_MAPPED_MAX);
	if (!memory_map_remove(map, virt_to_phys(kernel_start),
			       (u64)(kernel_end_address - kernel_start)) ||
	    !memory_map_remove(map, PAGING_MAPPED_MAX,
			       UINT64_MAX - PAGING_MAPPED_MAX)) {
		panic("the memory map has too many holes");
	}
	frames = memory_map_end(map) / FRAME_SIZE;
	states = take_frame_states(map, frames);
	if (states == NULL) {
		panic("no room for the frame allocator's %lu bytes in %lu KiB "
		      "of free memory: give the machine more",
		      frames, memory_map_size(map) / 1024);
	}
	frames_init(states, frames);
	add_frames(map, 0, GIB(4));
	if (!paging_init(top)) {
		panic("no memory is left for page tables");
	}
	add_frames(map, GIB(4), top);
}

static bool protect(const char *start, const char *end,
		    enum paging_rights rights)
{
	return paging_protect(virt_to_phys(start), virt_to_phys(end), rights);
}

/* A wild pointer, a stack that is too deep, a write to code: page faults. */
static void protect_kernel(void)
{
	if (!paging_protect(0, FRAME_SIZE, PAGING_NONE) ||
	    !protect(kernel_start, kernel_text_end, PAGING_READ_EXEC) ||
	    !protect(kernel_text_end, kernel_rodata_end, PAGING_READ) ||
	    !protect(kernel_rodata_end, kernel_end_address,
		     PAGING_READ_WRITE) ||
	    !protect(boot_stack_guard, boot_stack_guard + FRAME_SIZE,
		     PAGING_NONE)) {
		panic("no memory is left for page tables");
	}
}

/* Only a machine with ACPI tables can be switched off by software. */
static struct error start_acpi(void)
{
	static struct acpi acpi;
	struct fadt fadt;
	struct error error;

	if (boot.rsdp == NULL) {
		return SUCCESS;
	}
	error = acpi_init(&acpi, boot.rsdp, boot.rsdp_size);
	if (failed(error)) {
		return error;
	}
	boot.acpi = &acpi;
	error = fadt_read(&fadt, &acpi);
	if (!failed(error)) {
		power_init(&fadt);
	}
	return error;
}

void kernel_main(u32 magic, hpa_t info)
{
	struct error error;

	cpu_enter(&boot_cpu);
	console_init();
	gdt_load(&boot_cpu.gdt);
	traps_init();
	error = boot_info_read(&boot, magic, info);
	if (failed(error)) {
		panic("boot: %s %#lx", error.what, error.value);
	}
	symbols_init(boot.sections);
	boot.startup_page = take_low_memory(&boot.memory);
	start_memory(&boot.memory, boot.memory_top);
	protect_kernel();
	error = start_acpi();
	if (failed(error)) {
		printk("ACPI: %s: %#lx\n", error.what, error.value);
	}
	if (cmdline_has(boot.cmdline, "gdb")) {
		gdb_stub_start();
	}
	kernel_end(kmain(&boot));
}
