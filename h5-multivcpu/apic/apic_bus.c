#include "apic/apic_bus.h"
#include "apic/local_apic_interrupt.h"

/* SDM: "Logical Destination Mode": the flat and the cluster model */
static bool matches_xapic_mda(const struct local_apic *apic, u32 mda)
{
	u32 id = local_apic_register(apic, APIC_LDR) >> APIC_XAPIC_ID_SHIFT;
	u32 model = local_apic_register(apic, APIC_DFR) >> APIC_DFR_MODEL_SHIFT;

	if (mda > UINT8_MAX) {
		return false;
	}
	if (model == APIC_DFR_CLUSTER) {
		return mda >> 4 == id >> 4 && (mda & id & 0xf) != 0;
	}
	return model == APIC_DFR_FLAT && (mda & id) != 0;
}

/* SDM: "Logical Destination Mode in x2APIC Mode": a cluster has 16. */
static bool matches_x2apic_mda(const struct local_apic *apic, u32 mda)
{
	u32 id = local_apic_register(apic, APIC_LDR);

	return mda >> 16 == id >> 16 && (mda & id & 0xffff) != 0;
}

static bool is_meant(const struct local_apic *apic,
		     const struct apic_message *message)
{
	u32 destination = message->destination;

	if (message->all_but == apic->id) {
		return false;
	}
	if (destination == APIC_BROADCAST) {
		return true;
	}
	if (!message->logical) {
		return destination == apic->id;
	}
	return local_apic_in_x2apic_mode(apic)
		       ? matches_x2apic_mda(apic, destination)
		       : matches_xapic_mda(apic, destination);
}

static bool is_taken(const struct local_apic *apic,
		     const struct apic_message *message)
{
	switch (message->mode) {
	case APIC_NMI:
	case APIC_INIT:
	case APIC_STARTUP:
		return (local_apic_base(apic) & APIC_BASE_EN) != 0;
	case APIC_FIXED:
	case APIC_LOWEST_PRIORITY:
	case APIC_EXTINT:
		return local_apic_is_enabled(apic);
	default: /* SMI, and what is reserved */
		return false;
	}
}

static void hand_over(struct apic_bus *bus, u32 index,
		      const struct apic_message *message)
{
	switch (message->mode) {
	case APIC_NMI:
		bus->ops->nmi(bus->context, index);
		break;
	case APIC_INIT:
		bus->ops->init(bus->context, index);
		break;
	case APIC_STARTUP:
		bus->ops->startup(bus->context, index, message->vector);
		break;
	case APIC_EXTINT:
		bus->ops->extint(bus->context, index);
		break;
	default:
		local_apic_post(bus->apics[index], message->vector,
				message->level);
		bus->ops->kick(bus->context, index);
		break;
	}
}

static bool deliver_to(struct apic_bus *bus, u32 index,
		       const struct apic_message *message)
{
	const struct local_apic *apic = bus->apics[index];

	if (!is_meant(apic, message) || !is_taken(apic, message)) {
		return false;
	}
	hand_over(bus, index, message);
	return true;
}

/*
 * To one of those with the lowest priority. The search begins behind the one
 * that was found last, so that equals take turns.
 */
static bool deliver_to_lowest(struct apic_bus *bus,
			      const struct apic_message *message)
{
	u32 index = __atomic_load_n(&bus->turn, __ATOMIC_RELAXED);
	u32 lowest = APIC_NOBODY;
	u8 priority = UINT8_MAX;

	for (u32 i = 0; i < bus->count; i++) {
		const struct local_apic *apic;
		u8 own;

		index = index + 1 < bus->count ? index + 1 : 0;
		apic = bus->apics[index];
		if (!is_meant(apic, message) || !is_taken(apic, message)) {
			continue;
		}
		own = local_apic_processor_priority(apic);
		if (lowest == APIC_NOBODY || own < priority) {
			lowest = index;
			priority = own;
		}
	}
	if (lowest == APIC_NOBODY) {
		return false;
	}
	__atomic_store_n(&bus->turn, lowest, __ATOMIC_RELAXED);
	hand_over(bus, lowest, message);
	return true;
}

bool apic_bus_deliver(struct apic_bus *bus, const struct apic_message *message)
{
	u32 destination = message->destination;
	bool delivered = false;

	if (!message->logical && destination != APIC_BROADCAST) {
		return destination < bus->count &&
		       deliver_to(bus, destination, message);
	}
	if (message->mode == APIC_LOWEST_PRIORITY) {
		return deliver_to_lowest(bus, message);
	}
	for (u32 i = 0; i < bus->count; i++) {
		delivered |= deliver_to(bus, i, message);
	}
	return delivered;
}
