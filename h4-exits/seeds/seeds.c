#include "seeds/seeds.h"
#include "cpu/guest_reset.h"
#include "doctor/doctor_print.h"
#include "guest_run.h"
#include "image/boot_load.h"
#include "image/guest_layout.h"
#include "lib/printk.h"
#include "machine/machine_alone.h"
#include "machine/machine_flash.h"
#include "memory/frames.h"
#include "seeds/canary.h"
#include "seeds/seeds_end.h"

#define VPID 1

static struct machine machine;
static struct guest_cpu cpu;
static struct canary canary;

static bool fail(const char *step, struct error error)
{
	printk("%s: %s: %#lx\n", step, error.what, error.value);
	return false;
}

/* FNV-1a, of what the guest says. */
static void hear(void *checksum, u8 byte)
{
	u32 *sum = checksum;

	*sum = (*sum ^ byte) * 16777619u;
}

static bool run(const struct seeds_guest *guest, u64 seed, u32 *checksum)
{
	struct guest_end end = guest_run(&cpu, &guest_run_alone);

	printk("seed %lu: ", seed);
	if (end.kind == GUEST_NOT_ENTERED) {
		printk("not entered\n");
		doctor_print_failed_entry(end.last, guest->caps);
		return end.last.outcome == VM_SUCCEED;
	}
	seeds_end_print(&cpu, &end);
	printk("; console %08x\n", *checksum);
	return seeds_end_is_the_guests(&end);
}

static bool run_on_cpu(const struct seeds_guest *guest,
		       const struct start_state *start, u64 seed)
{
	u32 checksum = 2166136261u;
	struct error error =
		guest_cpu_init(&cpu, &machine, guest->caps, guest->controls,
			       &guest_cpu_single, VPID);
	bool well;

	if (failed(error)) {
		return fail("Guest CPU", error);
	}
	guest_cpu_pass_ports(&cpu, &guest->options->machine);
	guest_reset(&cpu, guest->caps, start);
	machine_hear(&machine, hear, &checksum);
	machine_options_limit(&guest->options->machine, &machine);
	well = run(guest, seed, &checksum);
	error = guest_cpu_destroy(&cpu);
	return failed(error) ? fail("Guest CPU", error) : well;
}

static bool run_in_machine(const struct seeds_guest *guest, u64 seed)
{
	static char cmdline[GUEST_CMDLINE_MAX];
	const struct guest_acpi_machine acpi = {.cpus = 1};
	const char *culprit;
	struct guest_boot boot;
	struct error error =
		machine_flash_fill(&machine, &guest->options->machine);

	if (failed(error)) {
		return fail("Flash", error);
	}
	(void)format(cmdline, sizeof(cmdline), "%s fuzz seed=%lu",
		     guest->options->guest_cmdline, seed);
	error = boot_load(&machine.memory, guest->options->vm.path,
			  &guest->options->boot, cmdline, &acpi, &boot,
			  &culprit);
	if (failed(error)) {
		return fail(culprit, error);
	}
	return run_on_cpu(guest, &boot.start, seed);
}

static bool run_seed(const struct seeds_guest *guest, u64 seed)
{
	u64 frames = frames_free_count();
	hpa_t damage;
	struct error error = machine_init(&machine, &machine_alone, guest->caps,
					  &guest->options->vm);
	bool well;

	if (failed(error)) {
		return fail("Machine", error);
	}
	well = run_in_machine(guest, seed);
	machine_destroy(&machine);
	if (frames_free_count() != frames) {
		printk("seed %lu: frames not given back: %lu\n", seed,
		       frames - frames_free_count());
		well = false;
	}
	if (!canary_guards_are_whole(&canary, &damage)) {
		printk("seed %lu: memory beside the guest's was written, at "
		       "%#lx\n",
		       seed, damage);
		well = false;
	}
	return well;
}

enum kernel_status seeds_run(const struct seeds_guest *guest)
{
	const struct seed_range *seeds = &guest->options->seeds;
	struct error error =
		canary_init(&canary, guest->options->vm.memory_size);
	u64 seed = seeds->first;
	bool well = true;
	hpa_t damage;

	if (failed(error)) {
		(void)fail("Canary", error);
		return KERNEL_FAILURE;
	}
	while (seed <= seeds->last && run_seed(guest, seed)) {
		seed++;
	}
	printk("Seeds: %lu survived\n", seed - seeds->first);
	if (seed <= seeds->last) {
		printk("Seed %lu has failed\n", seed);
		well = false;
	}
	if (!canary_is_whole(&canary, &damage)) {
		printk("Memory that is nobody's was written, at %#lx\n",
		       damage);
		well = false;
	}
	canary_destroy(&canary);
	return well ? KERNEL_SUCCESS : KERNEL_FAILURE;
}
