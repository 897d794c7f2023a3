#pragma once
/*
 * What the files of the doctor share: an examination that is under way, and
 * one function for each group of the SDM's checks.
 */
#include "doctor/doctor.h"
#include "guest_events.h"
#include "vmx_controls.h"

struct check {
	const struct doctor_subject *subject;
	doctor_report *report;
	void *context;
	unsigned int findings;

	/* The control fields as the CPU takes them, 0 where not activated. */
	u32 pin;
	u32 primary;
	u32 secondary;
	u32 exit;
	u32 entry;
};

/* The field's value in the subject. */
static inline u64 check_field(const struct check *check, enum vmcs_field field)
{
	return vmcs_snapshot_get(check->subject->vmcs, field);
}

/*
 * States that a rule holds. Where it does not, the finding is reported with
 * the field's value. Returns holds, so that what depends on the rule can be
 * skipped where it is broken.
 */
bool check_that(struct check *check, bool holds, enum doctor_rule rule,
		enum vmcs_field field);

/* No bit at or above the physical-address width. */
bool check_fits_physical(const struct check *check, u64 address);

/*
 * The same for an address of a VMX structure, which IA32_VMX_BASIC[48] may
 * restrict to 32 bits. SDM: "Basic VMX Information".
 */
bool check_fits_vmx(const struct check *check, u64 address);

/* Canonical for the CPU's linear-address width. */
bool check_canonical(const struct check *check, u64 address);

/* Bits 63:N identical, N being the linear-address width: a bit laxer. */
bool check_fits_linear(const struct check *check, u64 address);

/* Does each of the PAT's eight bytes name a memory type? */
bool check_pat(u64 pat);

/* The bits that are reserved in these MSRs of this CPU. */
u64 check_efer_reserved(const struct check *check);
u64 check_perf_global_ctrl_reserved(const struct check *check);

/* SDM: "IA32_S_CET", in "Control-flow Enforcement Technology". */
#define S_CET_RESERVED 0x3c0ull
#define S_CET_SUPPRESS BIT(10)
#define S_CET_TRACKER  BIT(11)

/* Is an event of this type to be injected? */
bool check_injects(const struct check *check, enum event_type type);

/* Facts about the guest to be, as the SDM's guest-state checks use them. */
bool check_guest_ia32e(const struct check *check);
bool check_guest_64bit(const struct check *check);
bool check_guest_unrestricted(const struct check *check);
bool check_guest_virtual_8086(const struct check *check);

/*
 * Present, reserved bits and granularity: the same for every segment register
 * that the guest can use.
 */
void check_descriptor(struct check *check, enum vmcs_field rights_field,
		      enum vmcs_field limit_field);

/* The groups. Each is named after the file that it lies in. */
void reserved_controls_check(struct check *check);
void execution_controls_check(struct check *check);
void page_addresses_check(struct check *check);
void ept_controls_check(struct check *check);
void exit_entry_controls_check(struct check *check);
void event_injection_check(struct check *check);
void host_area_check(struct check *check);
void guest_registers_check(struct check *check);
void guest_segments_check(struct check *check);
void guest_system_segments_check(struct check *check);
void guest_rip_check(struct check *check);
void guest_non_register_check(struct check *check);
void link_pointer_check(struct check *check);
void guest_pdptes_check(struct check *check);
void msr_loading_check(struct check *check);
