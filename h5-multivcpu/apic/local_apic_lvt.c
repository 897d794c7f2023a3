#include "apic/local_apic_lvt.h"
#include "apic/local_apic_lint.h"
#include "apic/local_apic_timer.h"

#define OF_ALL	  (APIC_LVT_VECTOR | APIC_LVT_MASKED)
#define OF_TIMER  (OF_ALL | APIC_LVT_TIMER_MODE)
#define OF_SENSOR (OF_ALL | APIC_LVT_MODE)
#define OF_PIN	  (OF_SENSOR | APIC_LVT_ACTIVE_LOW | APIC_LVT_LEVEL)

u32 local_apic_lvt_writable(u32 offset)
{
	switch (offset) {
	case APIC_LVT_TIMER:
		return OF_TIMER;
	case APIC_LVT_THERMAL:
	case APIC_LVT_PERFORMANCE:
		return OF_SENSOR;
	case APIC_LVT_LINT0:
	case APIC_LVT_LINT1:
		return OF_PIN;
	case APIC_LVT_ERROR:
		return OF_ALL;
	default:
		return 0;
	}
}

u32 local_apic_lvt_read_only(u32 offset)
{
	bool is_pin = offset == APIC_LVT_LINT0 || offset == APIC_LVT_LINT1;

	return APIC_LVT_DELIVERY_STATUS | (is_pin ? APIC_LVT_REMOTE_IRR : 0);
}

void local_apic_lvt_write(struct local_apic *apic, u32 offset, u32 value)
{
	value &= local_apic_lvt_writable(offset);
	if ((local_apic_register(apic, APIC_SVR) & APIC_SVR_ENABLE) == 0) {
		value |= APIC_LVT_MASKED;
	}
	local_apic_put(apic, offset, value);
	if (offset == APIC_LVT_TIMER) {
		local_apic_timer_set_mode(apic, value & APIC_LVT_TIMER_MODE);
	} else if (offset == APIC_LVT_LINT0) {
		local_apic_lint_programmed(apic);
	}
}

void local_apic_lvt_mask_all(struct local_apic *apic)
{
	for (u32 offset = APIC_LVT_TIMER; offset <= APIC_LVT_ERROR;
	     offset += 16) {
		local_apic_put(apic, offset,
			       local_apic_register(apic, offset) |
				       APIC_LVT_MASKED);
	}
}
