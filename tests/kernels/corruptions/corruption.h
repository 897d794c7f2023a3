#pragma once
/*
 * Single-field corruptions of a VMCS, and the rule that each of them breaks.
 *
 * The table is plain data over snapshots: a kernel shows each row to the CPU,
 * and a unit test shows it to the doctor alone.
 */
#include "settings.h"

/* What a CPU must (or must not) have for the row to be true. */
enum condition {
	ON_ANY_CPU,
	WITHOUT_EPT_ACCESSED_DIRTY,
	WITHOUT_EPT_SHADOW_STACK,
	WITHOUT_MONITOR_TRAP_FLAG,
	WITHOUT_ZERO_LENGTH,
	WITHOUT_ANY_ERROR_CODE,
	WITHOUT_SGX,
	WITH_EPT_ACCESSED_DIRTY,
	WITH_EPT_SHADOW_STACK,
	WITH_EPT_UNCACHEABLE,
	WITH_ZERO_LENGTH,
	WITH_ANY_ERROR_CODE,
	WITH_PCID,
	WITH_SMM_CONTROLS,
	WITH_HLT,
	WITH_SHUTDOWN,
	WITH_WAIT_FOR_SIPI,
};

struct corruption {
	const char *name;
	enum setting setting;
	struct change change;
	enum doctor_rule rule;
	enum condition condition;
};

/* In place of a rule: the change breaks none. */
#define NO_RULE DOCTOR_RULE_COUNT

/* Each row breaks its rule, and no other. */
extern const struct corruption corruptions[];
extern const size_t corruption_count;

/* Each row breaks none: neither doctor nor CPU may mind. */
extern const struct corruption variations[];
extern const size_t variation_count;

/*
 * Why the row cannot be tried on this CPU, its setting apart: a constant
 * sentence; NULL if it can.
 */
const char *corruption_obstacle(const struct corruption *row,
				const struct ground *ground);
