#include "doctor/doctor.h"
#include "doctor/check.h"

static struct check begin(const struct doctor_subject *subject,
			  doctor_report *report, void *context)
{
	const struct vmcs_snapshot *vmcs = subject->vmcs;
	struct check check = {
		.subject = subject,
		.report = report,
		.context = context,
		.pin = (u32)vmcs_snapshot_get(vmcs, PIN_BASED_CONTROLS),
		.primary = (u32)vmcs_snapshot_get(vmcs, PRIMARY_CONTROLS),
		.exit = (u32)vmcs_snapshot_get(vmcs, VM_EXIT_CONTROLS),
		.entry = (u32)vmcs_snapshot_get(vmcs, VM_ENTRY_CONTROLS),
	};

	if (check.primary & PRIMARY_ACTIVATE_SECONDARY_CONTROLS) {
		check.secondary =
			(u32)vmcs_snapshot_get(vmcs, SECONDARY_CONTROLS);
	}
	return check;
}

unsigned int doctor_examine(const struct doctor_subject *subject,
			    doctor_report *report, void *context)
{
	struct check check = begin(subject, report, context);

	reserved_controls_check(&check);
	execution_controls_check(&check);
	page_addresses_check(&check);
	ept_controls_check(&check);
	exit_entry_controls_check(&check);
	event_injection_check(&check);
	host_area_check(&check);
	if (check.findings != 0) {
		return check.findings;
	}
	guest_registers_check(&check);
	guest_segments_check(&check);
	guest_system_segments_check(&check);
	guest_rip_check(&check);
	guest_non_register_check(&check);
	link_pointer_check(&check);
	/* A guest in a mode it cannot be in has no PDPTEs worth a look. */
	if (check.findings == 0) {
		guest_pdptes_check(&check);
	}
	if (check.findings == 0) {
		msr_loading_check(&check);
	}
	return check.findings;
}
