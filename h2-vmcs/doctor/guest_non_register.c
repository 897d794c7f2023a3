/*
 * SDM: "Checks on Guest Non-Register State": activity, interruptibility and
 * pending debug exceptions.
 */
#include "access_rights.h"
#include "cpu/registers.h"
#include "doctor/check.h"

#define BLOCKING_RESERVED (~0x1full)

#define PENDING_DEBUG_RESERVED (~0x1580full)

#define VECTOR_DEBUG	     1
#define VECTOR_MACHINE_CHECK 18

/* SDM: "Miscellaneous Data": bits 8:6 are HLT, shutdown and wait-for-SIPI. */
static bool supported(const struct check *check, u64 activity)
{
	return activity == ACTIVITY_ACTIVE ||
	       (activity <= ACTIVITY_WAIT_FOR_SIPI &&
		(check->subject->caps->misc >> (5 + activity) & 1));
}

/* Would a CPU in this activity state take the event to be injected? */
static bool takes_event(const struct check *check, u64 activity)
{
	u64 info = check_field(check, VM_ENTRY_INTERRUPTION_INFO);
	u32 vector = EVENT_VECTOR(info);
	bool exception = EVENT_TYPE_FIELD(info) == EVENT_HARDWARE_EXCEPTION;
	bool nmi = EVENT_TYPE_FIELD(info) == EVENT_NMI;
	bool machine_check = exception && vector == VECTOR_MACHINE_CHECK;

	switch (activity) {
	case ACTIVITY_HLT:
		return nmi || machine_check ||
		       (exception && vector == VECTOR_DEBUG) ||
		       EVENT_TYPE_FIELD(info) == EVENT_EXTERNAL_INTERRUPT ||
		       EVENT_TYPE_FIELD(info) == EVENT_OTHER;
	case ACTIVITY_SHUTDOWN:
		return nmi || machine_check;
	case ACTIVITY_WAIT_FOR_SIPI:
		return false;
	default:
		return true;
	}
}

static void check_activity(struct check *check, u64 activity, u64 blocking)
{
	u64 info = check_field(check, VM_ENTRY_INTERRUPTION_INFO);
	u64 ss_rights = check_field(check, GUEST_SS_ACCESS_RIGHTS);

	if (!check_that(check, supported(check, activity),
			RULE_ACTIVITY_STATE_SUPPORTED, GUEST_ACTIVITY_STATE)) {
		return;
	}
	check_that(check,
		   activity != ACTIVITY_HLT ||
			   ACCESS_RIGHTS_DPL(ss_rights) == 0,
		   RULE_ACTIVITY_HLT_DPL, GUEST_ACTIVITY_STATE);
	check_that(check,
		   activity == ACTIVITY_ACTIVE ||
			   !(blocking & (BLOCKING_BY_STI | BLOCKING_BY_MOV_SS)),
		   RULE_ACTIVITY_BLOCKING, GUEST_ACTIVITY_STATE);
	check_that(check, !(info & EVENT_VALID) || takes_event(check, activity),
		   RULE_ACTIVITY_EVENT, GUEST_ACTIVITY_STATE);
	check_that(check,
		   activity != ACTIVITY_WAIT_FOR_SIPI ||
			   !(check->entry & ENTRY_ENTRY_TO_SMM),
		   RULE_ACTIVITY_SIPI_SMM, GUEST_ACTIVITY_STATE);
}

/* Blocking that contradicts the event to be injected. */
static void check_blocked_event(struct check *check, u64 blocking)
{
	if (check_injects(check, EVENT_EXTERNAL_INTERRUPT)) {
		check_that(check,
			   !(blocking & (BLOCKING_BY_STI | BLOCKING_BY_MOV_SS)),
			   RULE_BLOCKED_INTERRUPT,
			   GUEST_INTERRUPTIBILITY_STATE);
	}
	if (check_injects(check, EVENT_NMI)) {
		check_that(check, !(blocking & BLOCKING_BY_MOV_SS),
			   RULE_MOV_SS_BLOCKED_NMI,
			   GUEST_INTERRUPTIBILITY_STATE);
		check_that(check, !(blocking & BLOCKING_BY_STI),
			   RULE_STI_BLOCKED_NMI, GUEST_INTERRUPTIBILITY_STATE);
		check_that(check,
			   !(check->pin & PIN_VIRTUAL_NMIS) ||
				   !(blocking & BLOCKING_BY_NMI),
			   RULE_VIRTUAL_NMI_BLOCKED,
			   GUEST_INTERRUPTIBILITY_STATE);
	}
}

static void check_interruptibility(struct check *check, u64 blocking)
{
	bool sti = blocking & BLOCKING_BY_STI;
	bool mov_ss = blocking & BLOCKING_BY_MOV_SS;
	bool smi = blocking & BLOCKING_BY_SMI;
	bool enclave = blocking & BLOCKING_ENCLAVE;
	bool interrupts = check_field(check, GUEST_RFLAGS) & RFLAGS_IF;

	check_that(check, !(blocking & BLOCKING_RESERVED),
		   RULE_INTERRUPTIBILITY_RESERVED,
		   GUEST_INTERRUPTIBILITY_STATE);
	check_that(check, !sti || !mov_ss, RULE_STI_AND_MOV_SS,
		   GUEST_INTERRUPTIBILITY_STATE);
	check_that(check, !sti || interrupts, RULE_STI_WITHOUT_IF,
		   GUEST_INTERRUPTIBILITY_STATE);
	check_that(check, !smi || check->subject->cpu->smm,
		   RULE_SMI_BLOCKING_OUTSIDE_SMM, GUEST_INTERRUPTIBILITY_STATE);
	check_that(check, smi || !(check->entry & ENTRY_ENTRY_TO_SMM),
		   RULE_SMI_BLOCKING_ENTRY, GUEST_INTERRUPTIBILITY_STATE);
	check_that(check, !enclave || (check->subject->cpu->sgx && !mov_ss),
		   RULE_ENCLAVE_INTERRUPTION, GUEST_INTERRUPTIBILITY_STATE);
	check_blocked_event(check, blocking);
}

/*
 * An instruction that has just run with TF set has a single-step trap
 * pending, unless BTF confines the traps to branches. Where something still
 * blocks that trap, the field must show it, and must show none otherwise.
 */
static void check_single_step(struct check *check, u64 pending)
{
	bool trap = check_field(check, GUEST_RFLAGS) & RFLAGS_TF;
	bool branches = check_field(check, GUEST_IA32_DEBUGCTL) & DEBUGCTL_BTF;
	bool bs = pending & PENDING_DEBUG_BS;

	if (trap && !branches) {
		check_that(check, bs, RULE_PENDING_DEBUG_BS_MISSING,
			   GUEST_PENDING_DEBUG_EXCEPTIONS);
	} else {
		check_that(check, !bs, RULE_PENDING_DEBUG_BS_UNEXPECTED,
			   GUEST_PENDING_DEBUG_EXCEPTIONS);
	}
}

static void check_pending_debug(struct check *check, u64 activity, u64 blocking)
{
	u64 pending = check_field(check, GUEST_PENDING_DEBUG_EXCEPTIONS);
	u64 reserved = PENDING_DEBUG_RESERVED;

	if (!check->subject->cpu->bus_lock_detection) {
		reserved |= PENDING_DEBUG_BUS_LOCK;
	}
	check_that(check, !(pending & reserved), RULE_PENDING_DEBUG_RESERVED,
		   GUEST_PENDING_DEBUG_EXCEPTIONS);
	if ((blocking & (BLOCKING_BY_STI | BLOCKING_BY_MOV_SS)) ||
	    activity == ACTIVITY_HLT) {
		check_single_step(check, pending);
	}
	if (pending & PENDING_DEBUG_IN_RTM) {
		check_that(check,
			   pending == (PENDING_DEBUG_IN_RTM |
				       PENDING_DEBUG_ENABLED) &&
				   check->subject->cpu->rtm &&
				   !(blocking & BLOCKING_BY_MOV_SS),
			   RULE_PENDING_DEBUG_RTM,
			   GUEST_PENDING_DEBUG_EXCEPTIONS);
	}
}

void guest_non_register_check(struct check *check)
{
	u64 activity = check_field(check, GUEST_ACTIVITY_STATE);
	u64 blocking = check_field(check, GUEST_INTERRUPTIBILITY_STATE);

	check_activity(check, activity, blocking);
	check_interruptibility(check, blocking);
	check_pending_debug(check, activity, blocking);
}
