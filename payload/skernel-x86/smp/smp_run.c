#include "smp/smp_run.h"
#include "boot/cmdline.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "lib/printk.h"
#include "smp/apic.h"
#include "smp/checks.h"
#include "smp/crew.h"
#include "smp/mp_table.h"
#include "smp/under_tour.h"

/* What of the machine a check needs. */
enum needs {
	NOTHING,
	DEADLINES,
	TOUR, /* the tour's hypervisor: emulators have it wrong */
};

struct check {
	const char *name;
	struct error (*run)(void);
	enum needs needs;
};

static const struct check in_any_mode[] = {
	{"ids", check_ids, NOTHING},
	{"locks", check_locks, NOTHING},
	{"atomics", check_atomics, NOTHING},
	{"ipi-one", check_ipi_one, NOTHING},
	{"ipi-all", check_ipi_all, NOTHING},
	{"ipi-broadcast", check_ipi_broadcast, NOTHING},
	{"ipi-others", check_ipi_others, NOTHING},
	{"ipi-self", check_ipi_self, NOTHING},
	{"ipi-logical", check_ipi_logical, NOTHING},
	{"ipi-nmi", check_ipi_nmi, NOTHING},
	{"ipi-nmi-two", check_ipi_nmi_two, TOUR},
	{"priority", check_priority, NOTHING},
	{"halt", check_halt, NOTHING},
	{"shoot-down", check_shoot_down, NOTHING},
	{"timer-once", check_timer_once, NOTHING},
	{"timer-periodic", check_timer_periodic, NOTHING},
	{"timer-deadline", check_timer_deadline, DEADLINES},
	{"io-apic-edge", check_io_apic_edge, NOTHING},
	{"io-apic-level", check_io_apic_level, NOTHING},
	{"io-apic-masked", check_io_apic_masked, NOTHING},
	{"registers", check_registers, NOTHING},
	{"tsc", check_tsc, NOTHING},
};

static const struct check in_xapic_mode[] = {
	{"ipi-lowest", check_ipi_lowest, NOTHING},
	{"apic-base", check_apic_base, NOTHING},
	{"apic-off", check_apic_off, TOUR},
};

static const struct check change_over[] = {
	{"x2apic", check_x2apic, NOTHING},
};

static u64 rounds;
static bool all_good;

static bool offered(u64 ecx_bit)
{
	return (cpuid(CPUID_FEATURES, 0).ecx & ecx_bit) != 0;
}

static void report(const char *mode, const char *name, struct error error)
{
	if (failed(error)) {
		printk("smp: %s%s: BAD: CPU %u: %s %#lx\n", mode, name,
		       crew_culprit(), error.what, error.value);
		all_good = false;
	} else {
		printk("smp: %s%s: good\n", mode, name);
	}
}

static void run_check(const char *mode, const struct check *check)
{
	struct error error = SUCCESS;

	if (crew_is_lost() || (check->needs == TOUR && !under_tour())) {
		return;
	}
	if (check->needs == DEADLINES &&
	    !offered(CPUID_FEATURES_ECX_TSC_DEADLINE)) {
		printk("smp: %s%s: skipped: not offered\n", mode, check->name);
		return;
	}
	for (u64 i = 0; i < rounds && !failed(error); i++) {
		error = check->run();
	}
	report(mode, check->name, error);
}

static void run_checks(const char *mode, const struct check *checks,
		       size_t count)
{
	for (size_t i = 0; i < count; i++) {
		run_check(mode, &checks[i]);
	}
}

static void run_all(const char *cmdline)
{
	bool x2apic = apic_in_x2apic_mode();

	if (!x2apic) {
		run_checks("", in_any_mode, ARRAY_SIZE(in_any_mode));
		run_checks("", in_xapic_mode, ARRAY_SIZE(in_xapic_mode));
		if (!offered(CPUID_FEATURES_ECX_X2APIC) ||
		    cmdline_has(cmdline, "without-x2apic")) {
			return;
		}
		run_checks("", change_over, ARRAY_SIZE(change_over));
	}
	run_checks("x2apic-", in_any_mode, ARRAY_SIZE(in_any_mode));
}

enum kernel_status smp_run(const struct boot_info *boot)
{
	struct error error = crew_start(boot);

	rounds = 1;
	(void)cmdline_number(boot->cmdline, "rounds", &rounds);
	all_good = true;
	if (!failed(error)) {
		error = checks_init(boot);
	}
	printk("smp: %u CPUs\n", smp_count());
	report("", "start", error);
	if (!failed(error) && cmdline_has(boot->cmdline, "mp-table")) {
		report("", "mp-table", mp_table_check());
	}
	if (!failed(error)) {
		run_all(boot->cmdline);
	}
	cli();
	return all_good ? KERNEL_SUCCESS : KERNEL_FAILURE;
}
