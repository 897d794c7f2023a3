#include "cpu/guest_period.h"
#include "cpu/tsc.h"
#include "vmcs.h"

#define PERIOD_NS 1000000u

/* IA32_VMX_MISC: the timer counts when this bit of the TSC changes. */
#define MISC_TIMER_RATE(misc) ((misc)&0x1f)

void guest_period_wish(struct control_wishes *wishes)
{
	wishes->pin.optional |= (u32)PIN_ACTIVATE_VMX_PREEMPTION_TIMER;
	wishes->exit.optional |= (u32)EXIT_SAVE_VMX_PREEMPTION_TIMER_VALUE;
}

void guest_period_start(struct guest_cpu *cpu,
			const struct vmx_capabilities *caps)
{
	u64 ticks = tsc_from_ns(PERIOD_NS) >> MISC_TIMER_RATE(caps->misc);

	if ((cpu->vcpu.vcpu.controls.pin & PIN_ACTIVATE_VMX_PREEMPTION_TIMER) !=
	    0) {
		cpu->period = (u32)max_u64(min_u64(ticks, UINT32_MAX), 1);
		guest_period_renew(cpu);
	}
}

void guest_period_renew(const struct guest_cpu *cpu)
{
	vmcs_write(VMX_PREEMPTION_TIMER_VALUE, cpu->period);
}
