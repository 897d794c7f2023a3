#pragma once
/*
 * Two exceptions at once.
 *
 * SDM: "Interrupt 8--Double Fault Exception (#DF)", table "Conditions for
 * Generating a Double Fault".
 */
#include "lib/types.h"

enum second_event {
	SECOND_ALONE,	     /* it is delivered, and the first one is lost */
	SECOND_DOUBLE_FAULT, /* a double fault instead of both */
	SECOND_SHUTDOWN,     /* a triple fault */
};

/*
 * What becomes of an exception with this vector, raised while the event first
 * was being delivered. first: IDT-vectoring information, 0 for none.
 */
enum second_event double_fault_rule(u32 first, u8 vector);
