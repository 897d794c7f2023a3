#include "bench.h"
#include "doctor/doctor_print.h"
#include "doctor/host_memory.h"
#include "ground.h"
#include "guest_state.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "vcpu.h"
#include "vmcs.h"

#define TIMER_VALUE    1000000
#define ALL_EXCEPTIONS 0xffffffff

/*
 * The guest: it hands back at once. A guest in another mode, or one that the
 * CPU should not have entered, finds a fault here, which is an exit as well.
 */
extern const char bench_guest[];
asm(".pushsection .text\n"
    ".global bench_guest\n"
    "bench_guest: vmcall\n"
    "1: jmp 1b\n"
    ".popsection");

static const struct control_wishes wishes = {
	.pin = {.required = PIN_EXTERNAL_INTERRUPT_EXITING | PIN_NMI_EXITING,
		.optional = PIN_ACTIVATE_VMX_PREEMPTION_TIMER},
	.primary = {.required = PRIMARY_HLT_EXITING},
	.exit = {.required = EXIT_HOST_ADDRESS_SPACE_SIZE},
	.entry = {.required = ENTRY_IA32E_MODE_GUEST},
};

static struct vcpu vcpu;
static struct cpu_facts cpu;
static const struct vmx_capabilities *capabilities;
static struct vmcs_snapshot base;

/*
 * Whatever goes wrong in the guest must come back as an exit: every exception
 * does, an injected event does because there is no IDT for it, and the timer
 * ends what would last for ever.
 */
static void write_guest(const struct controls *controls)
{
	guest_state_write_own(controls, (u64)(uintptr_t)bench_guest, 0);
	vmcs_write(EXCEPTION_BITMAP, ALL_EXCEPTIONS);
	vmcs_write(GUEST_IDTR_LIMIT, 0);
	if ((controls->pin & PIN_ACTIVATE_VMX_PREEMPTION_TIMER) != 0) {
		vmcs_write(VMX_PREEMPTION_TIMER_VALUE, TIMER_VALUE);
	}
}

struct error bench_set_up(const struct vmx_capabilities *caps,
			  struct ground *ground)
{
	struct controls controls;
	struct control_gap gap = controls_fit(caps, &wishes, &controls);
	struct error error;

	if (controls_gap(gap)) {
		return failure("a control is missing in field", gap.field);
	}
	error = vcpu_init(&vcpu, caps, &controls);
	if (failed(error)) {
		return error;
	}
	write_guest(&controls);
	vmcs_snapshot_take(&base);
	cpu_facts_read(&cpu);
	capabilities = caps;
	*ground = (struct ground){
		.caps = caps,
		.cpu = &cpu,
		.vmcall = (u64)(uintptr_t)bench_guest,
		.vmcs = vcpu.vmcs,
	};
	return ground_prepare(ground);
}

const struct vmcs_snapshot *bench_base(void)
{
	return &base;
}

static void note_finding(const struct doctor_finding *finding, void *context)
{
	struct trial *trial = context;
	size_t at = strlen(trial->rules);

	if (trial->findings++ == 0) {
		trial->rule = finding->rule;
	}
	format(trial->rules + at, TRIAL_TEXT - at, "%s%s", at == 0 ? "" : ",",
	       rules_name(finding->rule));
}

/* Are all fields that software writes the same? */
static bool same(const struct vmcs_snapshot *a, const struct vmcs_snapshot *b)
{
	for (enum vmcs_index i = 0; i < VMCS_FIELD_COUNT; i++) {
		enum vmcs_type type = vmcs_field_type(vmcs_field_at(i));

		if (type != VMCS_TYPE_EXIT_INFORMATION && a->present[i] &&
		    a->value[i] != b->value[i]) {
			return false;
		}
	}
	return true;
}

/* The doctor sees what the CPU will: the VMCS, not the snapshot put into it. */
static void examine(const struct vmcs_snapshot *vmcs, struct trial *trial)
{
	static struct vmcs_snapshot seen;
	struct doctor_subject subject = {
		.vmcs = &seen,
		.caps = capabilities,
		.cpu = &cpu,
		.current_vmcs = vcpu.vmcs,
		.read_memory = host_memory_read,
	};

	seen = base;
	vmcs_snapshot_refresh(&seen);
	trial->kept = same(&seen, vmcs);
	doctor_examine(&subject, note_finding, trial);
	if (trial->findings == 0) {
		format(trial->rules, TRIAL_TEXT, "none");
	}
}

static void enter(struct trial *trial)
{
	struct vcpu_exit exit = vcpu_run(&vcpu);

	trial->entered = vcpu_entered(exit);
	if (trial->entered) {
		format(trial->verdict, TRIAL_TEXT, "accepted");
		return;
	}
	switch (exit.outcome) {
	case VM_FAIL_VALID:
		format(trial->verdict, TRIAL_TEXT, "VMfailValid %lu",
		       vmcs_read(VM_INSTRUCTION_ERROR));
		break;
	case VM_FAIL_INVALID:
		format(trial->verdict, TRIAL_TEXT, "VMfailInvalid");
		break;
	case VM_SUCCEED:
		format(trial->verdict, TRIAL_TEXT, "exit %u",
		       vcpu_basic_reason(exit));
		break;
	}
}

/* Makes the snapshot the current VMCS, not yet launched. */
static bool load(const struct vmcs_snapshot *vmcs)
{
	enum vmcs_field refused;

	if (vmcs_clear(vcpu.vmcs) != VM_SUCCEED ||
	    vmcs_load(vcpu.vmcs) != VM_SUCCEED) {
		return false;
	}
	vcpu.launched = false;
	if (!vmcs_snapshot_restore(vmcs, &refused)) {
		printk("VMWRITE of %s failed\n", vmcs_field_name(refused));
		return false;
	}
	return true;
}

bool bench_try(const struct vmcs_snapshot *vmcs, struct trial *trial)
{
	memset(trial, 0, sizeof(*trial));
	if (!load(vmcs)) {
		return false;
	}
	examine(vmcs, trial);
	enter(trial);
	return true;
}

bool bench_show(const struct vmcs_snapshot *vmcs)
{
	struct vcpu_exit exit;

	if (!load(vmcs)) {
		return false;
	}
	exit = vcpu_run(&vcpu);
	if (vcpu_entered(exit)) {
		return false;
	}
	doctor_print_failed_entry(exit, capabilities);
	return true;
}

struct error bench_clear(void)
{
	return vcpu_destroy(&vcpu);
}
