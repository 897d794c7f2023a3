/*
 * SDM: "VM-Entry Control Fields", in "Checks on VMX Controls": the event that
 * VM entry is to inject.
 */
#include "cpu/registers.h"
#include "doctor/check.h"

/* SDM: "Basic VMX Information" and "Miscellaneous Data". */
#define BASIC_ANY_ERROR_CODE   BIT(56)
#define BASIC_NESTED_EXCEPTION BIT(58)
#define MISC_ZERO_LENGTH       BIT(30)

#define EVENT_RESERVED	       0x7ffff000ull
#define EVENT_NESTED_EXCEPTION BIT(13)
#define MAX_INSTRUCTION_LENGTH 15
#define LAST_EXCEPTION	       31

/* #DF, #TS, #NP, #SS, #GP, #PF and #AC push an error code. */
#define EXCEPTIONS_WITH_ERROR \
	(BIT(8) | BIT(10) | BIT(11) | BIT(12) | BIT(13) | BIT(14) | BIT(17))

static bool type_is_reserved(const struct check *check, enum event_type type)
{
	if (type == EVENT_OTHER) {
		return !vmx_allows(check->subject->caps->primary,
				   PRIMARY_MONITOR_TRAP_FLAG);
	}
	return type == EVENT_RESERVED_TYPE;
}

/* False where the vector does not suit the type. */
static bool check_vector(struct check *check, u64 info)
{
	u32 vector = EVENT_VECTOR(info);

	switch (EVENT_TYPE_FIELD(info)) {
	case EVENT_NMI:
		return check_that(check, vector == 2, RULE_EVENT_NMI_VECTOR,
				  VM_ENTRY_INTERRUPTION_INFO);
	case EVENT_HARDWARE_EXCEPTION:
		return check_that(check, vector <= LAST_EXCEPTION,
				  RULE_EVENT_EXCEPTION_VECTOR,
				  VM_ENTRY_INTERRUPTION_INFO);
	case EVENT_OTHER:
		return check_that(check, vector == 0, RULE_EVENT_OTHER_VECTOR,
				  VM_ENTRY_INTERRUPTION_INFO);
	default:
		return true;
	}
}

static void check_error_code(struct check *check, u64 info)
{
	bool deliver = info & EVENT_DELIVER_ERROR;
	bool exception = EVENT_TYPE_FIELD(info) == EVENT_HARDWARE_EXCEPTION;
	bool real_mode = check_guest_unrestricted(check) &&
			 !(check_field(check, GUEST_CR0) & CR0_PE);
	bool any = check->subject->caps->basic & BASIC_ANY_ERROR_CODE;
	bool has_error =
		exception && (EXCEPTIONS_WITH_ERROR >> EVENT_VECTOR(info) & 1);

	if (!deliver) {
		check_that(check, any || real_mode || !has_error,
			   RULE_EVENT_ERROR_CODE_MISSING,
			   VM_ENTRY_INTERRUPTION_INFO);
		return;
	}
	if (check_that(check, exception && !real_mode && (any || has_error),
		       RULE_EVENT_ERROR_CODE_UNEXPECTED,
		       VM_ENTRY_INTERRUPTION_INFO)) {
		check_that(check,
			   check_field(check, VM_ENTRY_EXCEPTION_ERROR_CODE) >>
					   16 ==
				   0,
			   RULE_EVENT_ERROR_CODE_RESERVED,
			   VM_ENTRY_EXCEPTION_ERROR_CODE);
	}
}

static void check_length(struct check *check, u64 info)
{
	u64 length = check_field(check, VM_ENTRY_INSTRUCTION_LENGTH);
	bool zero = check->subject->caps->misc & MISC_ZERO_LENGTH;

	switch (EVENT_TYPE_FIELD(info)) {
	case EVENT_SOFTWARE_INTERRUPT:
	case EVENT_PRIVILEGED_SOFTWARE_EXCEPTION:
	case EVENT_SOFTWARE_EXCEPTION:
		check_that(check,
			   length <= MAX_INSTRUCTION_LENGTH &&
				   (length != 0 || zero),
			   RULE_EVENT_INSTRUCTION_LENGTH,
			   VM_ENTRY_INSTRUCTION_LENGTH);
		break;
	default:
		break;
	}
}

void event_injection_check(struct check *check)
{
	u64 info = check_field(check, VM_ENTRY_INTERRUPTION_INFO);
	u64 reserved = EVENT_RESERVED;

	if (!(info & EVENT_VALID)) {
		return;
	}
	if (check->subject->caps->basic & BASIC_NESTED_EXCEPTION) {
		reserved &= ~EVENT_NESTED_EXCEPTION;
	}
	check_that(check, !(info & reserved), RULE_EVENT_RESERVED,
		   VM_ENTRY_INTERRUPTION_INFO);
	if (!check_that(check, !type_is_reserved(check, EVENT_TYPE_FIELD(info)),
			RULE_EVENT_TYPE, VM_ENTRY_INTERRUPTION_INFO)) {
		return;
	}
	if (check_vector(check, info)) {
		check_error_code(check, info);
	}
	check_length(check, info);
}
