#include "debug/vcpu_event.h"
#include "vmcs.h"

/* "VM-Entry Controls for Event Injection"; the exit's field is like it. */
#define EVENT_TYPE_SHIFT     8
#define EVENT_HAS_ERROR_CODE BIT(11)
#define EVENT_BIT_12	     BIT(12)
#define EVENT_VALID	     BIT(31)

#define BLOCKING_BY_NMI BIT(3)

void vcpu_event_exception(u8 vector, u64 error_code)
{
	u64 event = EVENT_VALID |
		    (u64)VCPU_EVENT_EXCEPTION << EVENT_TYPE_SHIFT | vector;

	if (error_code != VCPU_EVENT_NO_ERROR_CODE) {
		event |= EVENT_HAS_ERROR_CODE;
		vmcs_write(VM_ENTRY_EXCEPTION_ERROR_CODE, error_code);
	}
	vmcs_write(VM_ENTRY_INTERRUPTION_INFO, event);
}

void vcpu_event_software(enum vcpu_event_type type, u8 vector, u8 length)
{
	vmcs_write(VM_ENTRY_INSTRUCTION_LENGTH, length);
	vmcs_write(VM_ENTRY_INTERRUPTION_INFO,
		   EVENT_VALID | (u64)type << EVENT_TYPE_SHIFT | vector);
}

/*
 * Bit 12 says that an IRET has unblocked NMIs and then failed: it will be
 * executed again. In the field of the entry it is reserved.
 */
void vcpu_event_give_back(void)
{
	u64 event = vmcs_read(VM_EXIT_INTERRUPTION_INFO);

	if ((event & EVENT_HAS_ERROR_CODE) != 0) {
		vmcs_write(VM_ENTRY_EXCEPTION_ERROR_CODE,
			   vmcs_read(VM_EXIT_INTERRUPTION_ERROR_CODE));
	}
	if ((event & EVENT_BIT_12) != 0) {
		vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
			   vmcs_read(GUEST_INTERRUPTIBILITY_STATE) |
				   BLOCKING_BY_NMI);
	}
	/* Of use to INT1, INT3 and INTO alone, which return behind it. */
	vmcs_write(VM_ENTRY_INSTRUCTION_LENGTH,
		   vmcs_read(VM_EXIT_INSTRUCTION_LENGTH));
	vmcs_write(VM_ENTRY_INTERRUPTION_INFO, event & ~EVENT_BIT_12);
}

bool vcpu_event_waits(void)
{
	return (vmcs_read(VM_ENTRY_INTERRUPTION_INFO) & EVENT_VALID) != 0;
}
