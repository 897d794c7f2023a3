#pragma once
/*
 * Why the hypervisor ends a guest.
 */

/* clang-format off */
#define STOP_REASONS(REASON)                                                   \
	REASON(TRIPLE_FAULT, "a triple fault: an exception that the guest could not deliver, three deep") \
	REASON(EPT_MISCONFIGURATION, "an entry of the EPT that has no meaning") \
	REASON(NOT_ASKED_FOR, "an exit that no control asks for")              \
	REASON(UNKNOWN_EXIT, "an exit reason that the manual does not list")   \
	REASON(EXCEPTION, "an exception that the exception bitmap does not ask for") \
	REASON(NOT_EMULATED, "it accesses a device with an instruction that is not emulated") \
	REASON(EXECUTES_DEVICE, "it executes a device's memory")               \
	REASON(EXECUTES_DATA, "it executes RAM that it may not execute")       \
	REASON(READ_ONLY, "an event is delivered through RAM that it may only read, or its page tables lie there") \
	REASON(OUT_OF_MEMORY, "no memory is left to back the guest's RAM")     \
	REASON(DELIVERY, "an event is delivered through memory that is no RAM") \
	REASON(PAGE_TABLES, "page tables of the guest's lie where no RAM is")
/* clang-format on */

enum stop_reason {
#define STOP_REASON_NAME(NAME, text) STOP_##NAME,
	STOP_REASONS(STOP_REASON_NAME)
#undef STOP_REASON_NAME
};

/* The reason as a sentence, without a full stop. */
const char *stop_reason_text(enum stop_reason reason);
