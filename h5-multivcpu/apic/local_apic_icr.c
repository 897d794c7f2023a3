#include "apic/local_apic_icr.h"
#include "apic/local_apic_error.h"
#include "apic/local_apic_interrupt.h"

enum shorthand {
	NO_SHORTHAND = 0,
	SELF = 1,
	ALL_INCLUDING_SELF = 2,
	ALL_EXCLUDING_SELF = 3,
};

static bool has_vector(enum apic_delivery_mode mode)
{
	return mode == APIC_FIXED || mode == APIC_LOWEST_PRIORITY;
}

/* An SMI would come to nothing. The others cannot be sent by the ICR. */
static bool can_be_sent(enum apic_delivery_mode mode, u32 command)
{
	switch (mode) {
	case APIC_FIXED:
	case APIC_LOWEST_PRIORITY:
	case APIC_NMI:
	case APIC_STARTUP:
		return true;
	case APIC_INIT: /* not its level de-assert */
		return (command & APIC_ICR_LEVEL) == 0 ||
		       (command & APIC_ICR_ASSERT) != 0;
	default:
		return false;
	}
}

void local_apic_icr_send_self(struct local_apic *apic, u8 vector)
{
	if (vector < APIC_FIRST_VECTOR) {
		local_apic_error_note(apic,
				      APIC_ESR_SEND_ILLEGAL_VECTOR |
					      APIC_ESR_RECEIVE_ILLEGAL_VECTOR);
	} else if (local_apic_is_enabled(apic)) {
		local_apic_request(apic, vector, false);
	}
}

static void send(struct local_apic *apic, enum shorthand shorthand,
		 struct apic_message message)
{
	if (has_vector(message.mode) && message.vector < APIC_FIRST_VECTOR) {
		local_apic_error_note(apic, APIC_ESR_SEND_ILLEGAL_VECTOR);
		return;
	}
	if (shorthand != NO_SHORTHAND) {
		message.destination = APIC_BROADCAST;
	}
	if (shorthand == ALL_EXCLUDING_SELF) {
		message.all_but = apic->id;
	}
	apic->ops->send(apic->context, &message);
}

/*
 * A fixed interrupt to this APIC's ID, and nothing wrong about it: the bus need
 * not be asked who that is.
 */
static bool is_to_self_alone(const struct local_apic *apic, u32 command,
			     u32 destination)
{
	const u32 all = APIC_ICR_MODE | APIC_ICR_LOGICAL | APIC_ICR_SHORTHAND;

	return destination == apic->id && (command & all) == 0 &&
	       (command & APIC_ICR_VECTOR) >= APIC_FIRST_VECTOR &&
	       local_apic_is_enabled(apic);
}

void local_apic_icr_send(struct local_apic *apic, u32 command, u32 destination)
{
	enum apic_delivery_mode mode =
		(command & APIC_ICR_MODE) >> APIC_ICR_MODE_SHIFT;
	enum shorthand shorthand =
		(command & APIC_ICR_SHORTHAND) >> APIC_ICR_SHORTHAND_SHIFT;
	u8 vector = command & APIC_ICR_VECTOR;

	if (is_to_self_alone(apic, command, destination)) {
		local_apic_request(apic, vector, false);
	} else if (shorthand == SELF && mode == APIC_FIXED) {
		local_apic_icr_send_self(apic, vector);
	} else if (shorthand != SELF && can_be_sent(mode, command) &&
		   (shorthand != ALL_INCLUDING_SELF || mode == APIC_FIXED)) {
		send(apic, shorthand,
		     (struct apic_message){
			     .destination = destination,
			     .all_but = APIC_NOBODY,
			     .mode = (u8)mode,
			     .vector = vector,
			     .logical = (command & APIC_ICR_LOGICAL) != 0,
		     });
	}
}
