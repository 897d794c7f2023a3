#pragma once
/*
 * Events that the next entry delivers to the guest.
 *
 * SDM: "VM-Entry Controls for Event Injection".
 */
#include "lib/types.h"

/* The types of "Interruption type" that are injected here. */
enum vcpu_event_type {
	VCPU_EVENT_NMI = 2,
	VCPU_EVENT_EXCEPTION = 3,
	VCPU_EVENT_SOFTWARE_INTERRUPT = 4,   /* INT n */
	VCPU_EVENT_PRIVILEGED_EXCEPTION = 5, /* INT1 */
	VCPU_EVENT_SOFTWARE_EXCEPTION = 6,   /* INT3, INTO */
};

#define VCPU_EVENT_NO_ERROR_CODE UINT64_MAX

/* A hardware exception at the guest's RIP, with its error code or none. */
void vcpu_event_exception(u8 vector, u64 error_code);

/* What an instruction of this length at the guest's RIP would do: INT n. */
void vcpu_event_software(enum vcpu_event_type type, u8 vector, u8 length);

/* Gives the guest the exception that has just exited. CR2 is the caller's. */
void vcpu_event_give_back(void);

/* Does the next entry deliver an event? */
bool vcpu_event_waits(void);
