/* stage: h2 */
/*
 * The entry doctor against the CPU: VMCSs that are sound and VMCSs with one
 * field corrupted are examined and entered.
 *
 * A line for each, its parts separated by tabs:
 *
 *	sound: SETTING                        \
 *	variation: NAME                        >  doctor=RULES  hardware=VERDICT
 *	corruption: NAME  RULE that is broken /
 *
 * or, in place of the last two, "skipped: REASON". RULES is "none" where the
 * doctor finds nothing. VERDICT is "VMfailValid 7", "VMfailValid 8", "exit
 * 33", "exit 34" or "accepted"; where the SDM demands another, a last part
 * says which.
 *
 * The kernel succeeds if the doctor is right about every one of them, and the
 * CPU takes all that is sound. Whether it is known that the CPU takes some of
 * the corruptions, too, is for the caller to judge.
 *
 * On the command line, skip=NAME,NAME leaves rows out: an emulator may stop at
 * what it has not implemented. show=NAME enters that one corruption alone, and
 * shows what people are told of a failed entry.
 */
#include "bench.h"
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "corruption.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "vmx_controls.h"
#include "vmx_cpu.h"

static const char *const options[] = {"skip=", "show=", NULL};
static char left_out[TRIAL_TEXT];
static char shown[TRIAL_TEXT];

static struct ground ground;
static struct vmcs_snapshot vmcs; /* what is to be tried next */

static unsigned int refused, accepted, otherwise, skipped, mistakes;

/* What the SDM demands, in the words of a trial's verdict. */
static const char *const demands[] = {
	[REFUSAL_CONTROL] = "VMfailValid 7",
	[REFUSAL_HOST_STATE] = "VMfailValid 8",
	[REFUSAL_GUEST_STATE] = "exit 33",
	[REFUSAL_MSR_LOADING] = "exit 34",
};

/* Does the skip= option hold the name? */
static bool is_left_out(const char *name)
{
	size_t length = strlen(name);

	for (const char *at = left_out; at != NULL; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, name, length) == 0 &&
		    (at[length] == ',' || at[length] == '\0')) {
			return true;
		}
	}
	return false;
}

/* Makes the setting; if this CPU cannot have it, says why in missing. */
static bool make_setting(enum setting setting, char missing[TRIAL_TEXT])
{
	enum vmcs_field field;
	u64 gap;
	unsigned int bit;
	const char *name;

	vmcs = *bench_base();
	if (settings_apply(setting, &ground, &vmcs, &field, &gap)) {
		return true;
	}
	bit = (unsigned int)__builtin_ctzll(gap);
	name = vmx_control_name(field, bit);
	if (name != NULL) {
		format(missing, TRIAL_TEXT, "there is no \"%s\"", name);
	} else {
		format(missing, TRIAL_TEXT, "%s cannot have %#lx",
		       vmcs_field_name(field), gap);
	}
	return false;
}

/* Makes the row's VMCS; if this CPU cannot have it, says why in missing. */
static bool make_row(const struct corruption *row, char missing[TRIAL_TEXT])
{
	const char *obstacle = corruption_obstacle(row, &ground);
	enum vmcs_field field = row->change.field;

	if (is_left_out(row->name)) {
		obstacle = "left out";
	}
	if (obstacle != NULL) {
		format(missing, TRIAL_TEXT, "%s", obstacle);
		return false;
	}
	if (!make_setting(row->setting, missing)) {
		return false;
	}
	if (!bench_base()->present[vmcs_field_index(field)]) {
		format(missing, TRIAL_TEXT, "there is no field %s",
		       vmcs_field_name(field));
		return false;
	}
	change_apply(&row->change, &ground, &vmcs);
	return true;
}

static const char not_kept[] = "this CPU does not keep the value";

/* What is made is sound: neither doctor nor CPU may mind. */
static void try_sound(const char *kind, const char *name)
{
	struct trial trial;
	bool tried = bench_try(&vmcs, &trial);

	if (tried && !trial.kept) {
		printk("%s: %s\tskipped: %s\n", kind, name, not_kept);
		return;
	}
	printk("%s: %s\tdoctor=%s\thardware=%s\n", kind, name, trial.rules,
	       trial.verdict);
	if (!tried || trial.findings != 0 || !trial.entered) {
		mistakes++;
	}
}

static void try_settings(void)
{
	char missing[TRIAL_TEXT];

	for (enum setting s = SETTING_PLAIN; s < SETTING_COUNT; s++) {
		if (make_setting(s, missing)) {
			try_sound("sound", settings_name(s));
		} else {
			printk("sound: %s\tskipped: %s\n", settings_name(s),
			       missing);
		}
	}
}

static void try_variations(void)
{
	char missing[TRIAL_TEXT];

	for (size_t i = 0; i < variation_count; i++) {
		if (make_row(&variations[i], missing)) {
			try_sound("variation", variations[i].name);
		} else {
			printk("variation: %s\tskipped: %s\n",
			       variations[i].name, missing);
		}
	}
}

static void print_skipped(const struct corruption *row, const char *reason)
{
	printk("corruption: %s\t%s\tskipped: %s\n", row->name,
	       rules_name(row->rule), reason);
	skipped++;
}

static void try_corrupted(const struct corruption *row)
{
	const char *demand = demands[rules_refusal(row->rule)];
	struct trial trial;
	bool tried = bench_try(&vmcs, &trial);

	if (tried && !trial.kept) {
		print_skipped(row, not_kept);
		return;
	}
	printk("corruption: %s\t%s\tdoctor=%s\thardware=%s", row->name,
	       rules_name(row->rule), trial.rules, trial.verdict);
	if (strcmp(trial.verdict, demand) == 0) {
		refused++;
	} else {
		printk("\tSDM=%s", demand);
		*(trial.entered ? &accepted : &otherwise) += 1;
	}
	printk("\n");
	if (!tried || trial.findings != 1 || trial.rule != row->rule) {
		mistakes++;
	}
}

static void try_corruptions(void)
{
	char missing[TRIAL_TEXT];

	for (size_t i = 0; i < corruption_count; i++) {
		const struct corruption *row = &corruptions[i];

		if (make_row(row, missing)) {
			try_corrupted(row);
		} else {
			print_skipped(row, missing);
		}
	}
	printk("corruptions: %u refused as the SDM says, %u otherwise, "
	       "%u accepted, %u skipped\n",
	       refused, otherwise, accepted, skipped);
}

/* Shows the corruption of that name; false if there is nothing to see. */
static bool show(const char *name)
{
	char missing[TRIAL_TEXT];

	for (size_t i = 0; i < corruption_count; i++) {
		if (strcmp(corruptions[i].name, name) != 0) {
			continue;
		}
		if (!make_row(&corruptions[i], missing)) {
			printk("%s: %s\n", name, missing);
			return false;
		}
		return bench_show(&vmcs);
	}
	printk("there is no corruption %s\n", name);
	return false;
}

static void try_everything(void)
{
	try_settings();
	try_variations();
	try_corruptions();
	printk("mistakes: %u\n", mistakes);
}

static enum kernel_status try_all(const struct vmx_capabilities *caps)
{
	struct error error = bench_set_up(caps, &ground);

	if (!failed(error)) {
		if (shown[0] == '\0') {
			try_everything();
		} else if (!show(shown)) {
			mistakes++;
		}
		error = bench_clear();
	}
	if (failed(error)) {
		printk("%s: %#lx\n", error.what, error.value);
		return KERNEL_FAILURE;
	}
	return mistakes == 0 ? KERNEL_SUCCESS : KERNEL_FAILURE;
}

enum kernel_status kmain(const struct boot_info *boot)
{
	struct vmx_cpu cpu;
	enum kernel_status status;

	if (!kernel_options_known(options)) {
		return KERNEL_USAGE;
	}
	(void)cmdline_value(boot->cmdline, "skip", left_out, sizeof(left_out));
	(void)cmdline_value(boot->cmdline, "show", shown, sizeof(shown));
	status = vmx_cpu_check(vmx_support());
	if (status == KERNEL_SUCCESS) {
		status = vmx_cpu_start(&cpu);
	}
	if (status != KERNEL_SUCCESS) {
		return status;
	}
	return vmx_cpu_stop(&cpu, try_all(&cpu.caps));
}
