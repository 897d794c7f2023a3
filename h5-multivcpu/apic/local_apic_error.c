#include "apic/local_apic_error.h"
#include "apic/local_apic_interrupt.h"

/* An illegal vector here is one more error, which interrupts nobody. */
static void interrupt(struct local_apic *apic)
{
	u32 entry = local_apic_register(apic, APIC_LVT_ERROR);
	u8 vector = entry & APIC_LVT_VECTOR;

	if ((entry & APIC_LVT_MASKED) != 0) {
		return;
	}
	if (vector < APIC_FIRST_VECTOR) {
		apic->errors |= APIC_ESR_RECEIVE_ILLEGAL_VECTOR;
	} else {
		local_apic_request(apic, vector, false);
	}
}

void local_apic_error_note(struct local_apic *apic, u32 errors)
{
	bool first = apic->errors == 0;

	apic->errors |= errors;
	if (first) {
		interrupt(apic);
	}
}

void local_apic_error_update(struct local_apic *apic)
{
	local_apic_put(apic, APIC_ESR, apic->errors);
	apic->errors = 0;
}
