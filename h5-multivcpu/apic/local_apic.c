#include "apic/local_apic.h"
#include "apic/local_apic_lvt.h"
#include "apic/local_apic_timer.h"
#include "devices/machine_layout.h"

#define EXTINT_ENTRY ((u32)APIC_EXTINT << APIC_LVT_MODE_SHIFT)
#define NMI_ENTRY    ((u32)APIC_NMI << APIC_LVT_MODE_SHIFT)

/*
 * The ID as the mode has it, and with it in x2APIC mode the logical ID: a bit
 * in a cluster of 16. "Deriving Logical x2APIC ID from the Local x2APIC ID".
 */
static void identify(struct local_apic *apic)
{
	if (local_apic_in_x2apic_mode(apic)) {
		local_apic_put(apic, APIC_ID, apic->id);
		local_apic_put(apic, APIC_LDR,
			       apic->id >> 4 << 16 | 1u << (apic->id & 0xf));
	} else {
		local_apic_put(apic, APIC_ID, apic->id << APIC_XAPIC_ID_SHIFT);
	}
}

static void forget_posted(struct local_apic *apic)
{
	struct local_apic_posted *posted = &apic->posted;

	for (size_t i = 0; i < ARRAY_SIZE(posted->vectors); i++) {
		__atomic_store_n(&posted->vectors[i], 0, __ATOMIC_RELAXED);
		__atomic_store_n(&posted->level[i], 0, __ATOMIC_RELAXED);
	}
	__atomic_store_n(&posted->outstanding, 0, __ATOMIC_RELAXED);
}

/* SDM: "Local APIC State After Power-Up or Reset" */
static void clear(struct local_apic *apic)
{
	for (u32 offset = 0; offset < APIC_REGISTERS_END; offset += 16) {
		local_apic_put(apic, offset, 0);
	}
	local_apic_put(apic, APIC_ICR_X2APIC_HIGH, 0);
	local_apic_put(apic, APIC_VERSION, APIC_VERSION_VALUE);
	local_apic_put(apic, APIC_DFR, UINT32_MAX);
	local_apic_put(apic, APIC_SVR, APIC_SVR_RESET);
	identify(apic);
	local_apic_lvt_mask_all(apic);
	local_apic_timer_reset(apic);
	apic->errors = 0;
	apic->lint0_vector = 0;
	apic->requested = 0;
	apic->levels_changed = true;
	apic->mode_changed = true;
	forget_posted(apic);
}

void local_apic_reset(struct local_apic *apic)
{
	u64 base = MACHINE_LOCAL_APIC_BASE | APIC_BASE_EN;

	if (apic->boot_processor) {
		base |= APIC_BASE_BSP;
	}
	__atomic_store_n(&apic->base, base, __ATOMIC_RELAXED);
	clear(apic);
	if (apic->boot_processor) {
		local_apic_put(apic, APIC_SVR,
			       APIC_SVR_ENABLE | APIC_SVR_RESET);
		local_apic_put(apic, APIC_LVT_LINT0, EXTINT_ENTRY);
		local_apic_put(apic, APIC_LVT_LINT1, NMI_ENTRY);
	}
}

void local_apic_receive_init(struct local_apic *apic)
{
	clear(apic);
}

/* SDM: "x2APIC State Transitions". Modes: the bits EN and EXTD. */
static bool may_change_mode(u64 old, u64 new)
{
	switch (new) {
	case 0:
		return true;
	case APIC_BASE_EN:
		return old != (APIC_BASE_EN | APIC_BASE_EXTD);
	case APIC_BASE_EN | APIC_BASE_EXTD:
		return old != 0;
	default:
		return false;
	}
}

bool local_apic_set_base(struct local_apic *apic, u64 base)
{
	u64 modes = APIC_BASE_EN | APIC_BASE_EXTD;
	u64 address = ALIGN_DOWN(BIT(apic->maxphyaddr) - 1, 0x1000);
	u64 old = apic->base & modes;
	u64 new = base &modes;

	if ((base & ~(address | modes | APIC_BASE_BSP)) != 0 ||
	    !may_change_mode(old, new)) {
		return false;
	}
	__atomic_store_n(&apic->base, base, __ATOMIC_RELAXED);
	apic->mode_changed = true;
	if (old == new) {
		return true;
	}
	if (new == modes) {
		/* The upper half of the ICR moves; what was in it is gone. */
		local_apic_put(apic, APIC_ICR_HIGH, 0);
		identify(apic);
	} else {
		/* Off, or on again: nothing is kept from before. */
		clear(apic);
	}
	return true;
}
