#include "apic/local_apic_lint.h"
#include "apic/local_apic_interrupt.h"

static bool is_active(const struct local_apic *apic, unsigned int pin,
		      u32 entry)
{
	return local_apic_lint_is_high(apic, pin) !=
	       ((entry & APIC_LVT_ACTIVE_LOW) != 0);
}

static enum apic_delivery_mode mode_of(u32 entry)
{
	return (entry & APIC_LVT_MODE) >> APIC_LVT_MODE_SHIFT;
}

/* The trigger mode is heeded for fixed interrupts, and at LINT0 alone. */
static bool is_level(unsigned int pin, u32 entry)
{
	return pin == LOCAL_APIC_LINT0 && mode_of(entry) == APIC_FIXED &&
	       (entry & APIC_LVT_LEVEL) != 0;
}

/* The guest may read the entry from the page without an exit. */
static void await_eoi(struct local_apic *apic, u8 vector)
{
	u32 entry = local_apic_register(apic, APIC_LVT_LINT0);

	apic->lint0_vector = vector;
	local_apic_put(apic, APIC_LVT_LINT0,
		       vector == 0 ? entry & ~APIC_LVT_REMOTE_IRR
				   : entry | APIC_LVT_REMOTE_IRR);
}

/* A level interrupts once, until its EOI. */
static void accept_level(struct local_apic *apic, u8 vector)
{
	if (apic->lint0_vector == 0) {
		await_eoi(apic, vector);
		local_apic_accept(apic, vector, true);
	}
}

static enum local_apic_lint_outcome become_active(struct local_apic *apic,
						  unsigned int pin, u32 entry)
{
	u8 vector = entry & APIC_LVT_VECTOR;

	switch (mode_of(entry)) {
	case APIC_FIXED:
		if (is_level(pin, entry)) {
			accept_level(apic, vector);
		} else {
			local_apic_accept(apic, vector, false);
		}
		return LOCAL_APIC_LINT_ACCEPTED;
	case APIC_NMI:
		return LOCAL_APIC_LINT_NMI;
	case APIC_INIT:
		return LOCAL_APIC_LINT_INIT;
	case APIC_EXTINT:
		return LOCAL_APIC_LINT_EXTINT;
	default: /* SMI, and what is reserved */
		return LOCAL_APIC_LINT_NOTHING;
	}
}

enum local_apic_lint_outcome local_apic_lint(struct local_apic *apic,
					     unsigned int pin, bool high)
{
	u32 entry = local_apic_register(apic, APIC_LVT_LINT0 + 16 * pin);

	if (local_apic_lint_is_high(apic, pin) == high) {
		return LOCAL_APIC_LINT_NOTHING;
	}
	apic->pins ^= (u8)(1u << pin);
	if ((local_apic_base(apic) & APIC_BASE_EN) == 0) {
		if (!high) {
			return LOCAL_APIC_LINT_NOTHING;
		}
		return pin == LOCAL_APIC_LINT0 ? LOCAL_APIC_LINT_EXTINT
					       : LOCAL_APIC_LINT_NMI;
	}
	if ((entry & APIC_LVT_MASKED) != 0 ||
	    high == ((entry & APIC_LVT_ACTIVE_LOW) != 0)) {
		return LOCAL_APIC_LINT_NOTHING;
	}
	return become_active(apic, pin, entry);
}

bool local_apic_accepts_extint(const struct local_apic *apic)
{
	u32 entry = local_apic_register(apic, APIC_LVT_LINT0);

	return (local_apic_base(apic) & APIC_BASE_EN) == 0 ||
	       ((entry & APIC_LVT_MASKED) == 0 &&
		mode_of(entry) == APIC_EXTINT);
}

void local_apic_lint_programmed(struct local_apic *apic)
{
	u32 entry = local_apic_register(apic, APIC_LVT_LINT0);

	if (!is_level(LOCAL_APIC_LINT0, entry)) {
		await_eoi(apic, 0);
		return;
	}
	await_eoi(apic, apic->lint0_vector);
	if ((entry & APIC_LVT_MASKED) == 0 &&
	    is_active(apic, LOCAL_APIC_LINT0, entry)) {
		accept_level(apic, entry & APIC_LVT_VECTOR);
	}
}

void local_apic_lint_eoi(struct local_apic *apic, u8 vector)
{
	if (apic->lint0_vector == vector) {
		apic->lint0_vector = 0;
		local_apic_lint_programmed(apic);
	}
}
