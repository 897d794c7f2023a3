/* stage: h2 */
/*
 * The entry doctor against the CPU: each row of the corruption table is set up
 * in a VMCS, examined, and entered.
 *
 * One line for each row, its parts separated by tabs:
 *
 *	corruption: NAME  RULE  doctor=RULES|none  hardware=VERDICT
 *	corruption: NAME  RULE  skipped: REASON
 *
 * VERDICT is "VMfailValid 7", "VMfailValid 8", "exit 33", "exit 34" or
 * "accepted". Where the SDM demands another one, a last part says which. Ahead
 * of the rows each setting is entered as it is: "sound: NAME ...".
 *
 * The kernel succeeds if the doctor is right about every row and setting, and
 * the CPU takes every setting. Whether it is known that the CPU takes a
 * corruption, too, is for the caller to judge.
 *
 * skip=NAME,NAME on the command line leaves rows out: an emulator may stop at
 * what it has not implemented.
 */
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "corruption.h"
#include "doctor/host_memory.h"
#include "ground.h"
#include "guest_state.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "vcpu.h"
#include "vmcs.h"
#include "vmx_cpu.h"

#define TIMER_VALUE    1000000
#define TEXT_SIZE      160
#define ALL_EXCEPTIONS 0xffffffff

/*
 * The guest: it hands back at once. A guest in another mode, or one that the
 * CPU should not have entered, finds a fault here, which is an exit as well.
 */
extern const char corruption_guest[];
asm(".pushsection .text\n"
    ".global corruption_guest\n"
    "corruption_guest: vmcall\n"
    "1: jmp 1b\n"
    ".popsection");

static const struct control_wishes wishes = {
	.pin = {.required = PIN_EXTERNAL_INTERRUPT_EXITING | PIN_NMI_EXITING,
		.optional = PIN_ACTIVATE_VMX_PREEMPTION_TIMER},
	.primary = {.required = PRIMARY_HLT_EXITING},
	.exit = {.required = EXIT_HOST_ADDRESS_SPACE_SIZE},
	.entry = {.required = ENTRY_IA32E_MODE_GUEST},
};

/* The bench on which the rows are tried. */
static struct vcpu vcpu;
static struct cpu_facts cpu;
static struct ground ground;
static struct vmcs_snapshot base;    /* h2's VMCS, as it was set up */
static struct vmcs_snapshot changed; /* what is to be entered next */

/* What the doctor says: how many findings, and their rules by name. */
struct diagnosis {
	unsigned int findings;
	enum doctor_rule first;
	char rules[TEXT_SIZE];
};

static const char *const options[] = {"skip=", NULL};
static char left_out[TEXT_SIZE];

static unsigned int rows_refused, rows_accepted, rows_skipped;
static unsigned int rows_otherwise, mistakes;

static void note_finding(const struct doctor_finding *finding, void *context)
{
	struct diagnosis *diagnosis = context;
	size_t at = strlen(diagnosis->rules);

	if (diagnosis->findings++ == 0) {
		diagnosis->first = finding->rule;
	}
	format(diagnosis->rules + at, TEXT_SIZE - at, "%s%s",
	       at == 0 ? "" : ",", rules_name(finding->rule));
}

static struct diagnosis examine(void)
{
	static struct vmcs_snapshot seen;
	struct diagnosis diagnosis = {.findings = 0};
	struct doctor_subject subject = {
		.vmcs = &seen,
		.caps = ground.caps,
		.cpu = &cpu,
		.current_vmcs = vcpu.vmcs,
		.read_memory = host_memory_read,
	};

	seen = base;
	vmcs_snapshot_refresh(&seen);
	doctor_examine(&subject, note_finding, &diagnosis);
	if (diagnosis.findings == 0) {
		format(diagnosis.rules, TEXT_SIZE, "none");
	}
	return diagnosis;
}

/* Makes the changed snapshot the current VMCS, not yet launched. */
static bool load_changed(void)
{
	enum vmcs_field refused;

	if (vmcs_clear(vcpu.vmcs) != VM_SUCCEED ||
	    vmcs_load(vcpu.vmcs) != VM_SUCCEED) {
		return false;
	}
	vcpu.launched = false;
	if (!vmcs_snapshot_restore(&changed, &refused)) {
		printk("VMWRITE of %s failed\n", vmcs_field_name(refused));
		return false;
	}
	return true;
}

/* What the SDM demands of the CPU, in the words of enter(). */
static const char *const demands[] = {
	[REFUSAL_CONTROL] = "VMfailValid 7",
	[REFUSAL_HOST_STATE] = "VMfailValid 8",
	[REFUSAL_GUEST_STATE] = "exit 33",
	[REFUSAL_MSR_LOADING] = "exit 34",
};

/* Enters; true if the guest ran. */
static bool enter(char *verdict)
{
	struct vcpu_exit exit = vcpu_run(&vcpu);

	if (vcpu_entered(exit)) {
		format(verdict, TEXT_SIZE, "accepted");
		return true;
	}
	switch (exit.outcome) {
	case VM_FAIL_VALID:
		format(verdict, TEXT_SIZE, "VMfailValid %lu",
		       vmcs_read(VM_INSTRUCTION_ERROR));
		break;
	case VM_FAIL_INVALID:
		format(verdict, TEXT_SIZE, "VMfailInvalid");
		break;
	case VM_SUCCEED:
		format(verdict, TEXT_SIZE, "exit %u", vcpu_basic_reason(exit));
		break;
	}
	return false;
}

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

/* Puts the setting into the changed snapshot; if it cannot be had, says why. */
static bool make_setting(enum setting setting, char *missing)
{
	enum vmcs_field field;
	u64 gap;
	unsigned int bit;
	const char *name;

	changed = base;
	if (settings_apply(setting, &ground, &changed, &field, &gap)) {
		return true;
	}
	bit = (unsigned int)__builtin_ctzll(gap);
	name = vmx_control_name(field, bit);
	if (name != NULL) {
		format(missing, TEXT_SIZE, "this CPU has no \"%s\"", name);
	} else {
		format(missing, TEXT_SIZE, "this CPU has no bit %u of %s", bit,
		       vmcs_field_name(field));
	}
	return false;
}

static void try_sound(enum setting setting)
{
	struct diagnosis diagnosis;
	char text[TEXT_SIZE];
	bool entered;

	if (!make_setting(setting, text)) {
		printk("sound: %s\tskipped: %s\n", settings_name(setting),
		       text);
		return;
	}
	if (!load_changed()) {
		mistakes++;
		return;
	}
	diagnosis = examine();
	entered = enter(text);
	printk("sound: %s\tdoctor=%s\thardware=%s\n", settings_name(setting),
	       diagnosis.rules, text);
	if (diagnosis.findings != 0 || !entered) {
		mistakes++;
	}
}

static void print_row(const struct corruption *row, const char *rules,
		      const char *verdict)
{
	const char *demand = demands[rules_refusal(row->rule)];

	printk("corruption: %s\t%s\tdoctor=%s\thardware=%s", row->name,
	       rules_name(row->rule), rules, verdict);
	if (strcmp(verdict, demand) == 0) {
		rows_refused++;
		printk("\n");
		return;
	}
	if (strcmp(verdict, "accepted") == 0) {
		rows_accepted++;
	} else {
		rows_otherwise++;
	}
	printk("\tSDM=%s\n", demand);
}

static void try_row(const struct corruption *row)
{
	const char *obstacle = corruption_obstacle(row, &ground);
	const char *rule = rules_name(row->rule);
	struct diagnosis diagnosis;
	char text[TEXT_SIZE];

	if (is_left_out(row->name)) {
		obstacle = "left out";
	}
	if (obstacle != NULL) {
		format(text, TEXT_SIZE, "%s", obstacle);
	}
	if (obstacle != NULL || !make_setting(row->setting, text)) {
		printk("corruption: %s\t%s\tskipped: %s\n", row->name, rule,
		       text);
		rows_skipped++;
		return;
	}
	change_apply(&row->change, &ground, &changed);
	if (!load_changed()) {
		mistakes++;
		return;
	}
	diagnosis = examine();
	enter(text);
	print_row(row, diagnosis.rules, text);
	if (diagnosis.findings != 1 || diagnosis.first != row->rule) {
		mistakes++;
	}
}

static void try_everything(void)
{
	for (enum setting s = SETTING_PLAIN; s < SETTING_COUNT; s++) {
		try_sound(s);
	}
	for (size_t i = 0; i < corruption_count; i++) {
		try_row(&corruptions[i]);
	}
	printk("corruptions: %u refused as the SDM says, %u otherwise, "
	       "%u accepted, %u skipped\n",
	       rows_refused, rows_otherwise, rows_accepted, rows_skipped);
	printk("doctor: %u mistakes in %zu rows and %u settings\n", mistakes,
	       corruption_count, SETTING_COUNT);
}

/*
 * h2's VMCS with the guest above. Whatever goes wrong in the guest must come
 * back as an exit: every exception does, an injected event does because there
 * is no IDT for it, and the timer ends what would last for ever.
 */
static struct error set_up(const struct vmx_capabilities *caps)
{
	struct controls controls;
	struct control_gap gap = controls_fit(caps, &wishes, &controls);
	struct error error;

	if (gap.missing != 0) {
		return failure("a control is missing in field", gap.field);
	}
	error = vcpu_init(&vcpu, caps, &controls);
	if (failed(error)) {
		return error;
	}
	guest_state_write_own(&controls, (u64)(uintptr_t)corruption_guest, 0);
	vmcs_write(EXCEPTION_BITMAP, ALL_EXCEPTIONS);
	vmcs_write(GUEST_IDTR_LIMIT, 0);
	if ((controls.pin & PIN_ACTIVATE_VMX_PREEMPTION_TIMER) != 0) {
		vmcs_write(VMX_PREEMPTION_TIMER_VALUE, TIMER_VALUE);
	}
	vmcs_snapshot_take(&base);
	cpu_facts_read(&cpu);
	ground = (struct ground){
		.caps = caps,
		.cpu = &cpu,
		.vmcall = (u64)(uintptr_t)corruption_guest,
		.vmcs = vcpu.vmcs,
	};
	return ground_prepare(&ground);
}

enum kernel_status kmain(const struct boot_info *boot)
{
	struct vmx_cpu vmx;
	enum kernel_status status = vmx_cpu_check(vmx_support());
	struct error error;

	if (!kernel_options_known(options)) {
		return KERNEL_FAILURE;
	}
	(void)cmdline_value(boot->cmdline, "skip", left_out, sizeof(left_out));
	if (status == KERNEL_SUCCESS) {
		status = vmx_cpu_start(&vmx);
	}
	if (status != KERNEL_SUCCESS) {
		return status;
	}
	error = set_up(&vmx.caps);
	if (failed(error)) {
		printk("%s: %#lx\n", error.what, error.value);
		return KERNEL_FAILURE;
	}
	try_everything();
	error = vcpu_destroy(&vcpu);
	if (failed(error)) {
		printk("%s: %#lx\n", error.what, error.value);
		return KERNEL_FAILURE;
	}
	return vmx_cpu_stop(&vmx,
			    mistakes == 0 ? KERNEL_SUCCESS : KERNEL_FAILURE);
}
