#include "event_delivery.h"
#include "lib/types.h"
#include "vmcs.h"

/*
 * The IDT-vectoring information field has the format of the VM-entry
 * interruption-information field, but for bit 12, which is undefined in the
 * one and must be 0 in the other.
 */
#define EVENT_TYPE(info)     ((info) >> 8 & 7)
#define EVENT_TYPE_NMI	     2
#define EVENT_HAS_ERROR_CODE BIT(11)
#define EVENT_BIT_12	     BIT(12)
#define EVENT_VALID	     BIT(31)
#define INTERRUPTIBILITY_NMI BIT(3)

void event_delivery_resume(void)
{
	u64 event = vmcs_read(IDT_VECTORING_INFO);

	if ((event & EVENT_VALID) == 0) {
		return;
	}
	if ((event & EVENT_HAS_ERROR_CODE) != 0) {
		vmcs_write(VM_ENTRY_EXCEPTION_ERROR_CODE,
			   vmcs_read(IDT_VECTORING_ERROR_CODE));
	}
	/* An NMI that has begun to be delivered blocks itself. */
	if (EVENT_TYPE(event) == EVENT_TYPE_NMI) {
		vmcs_write(GUEST_INTERRUPTIBILITY_STATE,
			   vmcs_read(GUEST_INTERRUPTIBILITY_STATE) &
				   ~INTERRUPTIBILITY_NMI);
	}
	/* Of use to INT n, INT3 and INTO alone, which return behind it. */
	vmcs_write(VM_ENTRY_INSTRUCTION_LENGTH,
		   vmcs_read(VM_EXIT_INSTRUCTION_LENGTH));
	vmcs_write(VM_ENTRY_INTERRUPTION_INFO, event & ~EVENT_BIT_12);
}
