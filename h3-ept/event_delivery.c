#include "event_delivery.h"
#include "guest_events.h"
#include "vmcs.h"

void event_delivery_resume(void)
{
	u64 event = vmcs_read(IDT_VECTORING_INFO);

	if ((event & EVENT_VALID) == 0) {
		return;
	}
	if ((event & EVENT_DELIVER_ERROR) != 0) {
		vmcs_write(VM_ENTRY_EXCEPTION_ERROR_CODE,
			   vmcs_read(IDT_VECTORING_ERROR_CODE));
	}
	/* An NMI that has begun to be delivered blocks itself. */
	if (EVENT_TYPE_FIELD(event) == EVENT_NMI) {
		vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
			   vmcs_read(GUEST_INTERRUPTIBILITY_STATE) &
				   ~BLOCKING_BY_NMI);
	}
	/* Of use to INT n, INT3 and INTO alone, which return behind it. */
	vmcs_write(VM_ENTRY_INSTRUCTION_LENGTH,
		   vmcs_read(VM_EXIT_INSTRUCTION_LENGTH));
	/* Bit 12 is undefined there, and must be 0 here. */
	vmcs_write(VM_ENTRY_INTERRUPTION_INFO, event & ~EVENT_NMI_UNBLOCKING);
}
