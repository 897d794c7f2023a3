#pragma once
/*
 * What has changed between two looks at a guest's registers.
 */
#include "lib/types.h"

/* The first sixteen stand where their numbers in instructions say. */
/* clang-format off */
#define TRACED_REGISTERS(REGISTER)                                             \
	REGISTER(RAX) REGISTER(RCX) REGISTER(RDX) REGISTER(RBX)                \
	REGISTER(RSP) REGISTER(RBP) REGISTER(RSI) REGISTER(RDI)                \
	REGISTER(R8) REGISTER(R9) REGISTER(R10) REGISTER(R11)                  \
	REGISTER(R12) REGISTER(R13) REGISTER(R14) REGISTER(R15)                \
	REGISTER(RIP) REGISTER(RFLAGS)                                         \
	REGISTER(CR0) REGISTER(CR3) REGISTER(CR4) REGISTER(EFER)
/* clang-format on */

enum traced_register {
#define TRACED_REGISTER(NAME) TRACED_##NAME,
	TRACED_REGISTERS(TRACED_REGISTER)
#undef TRACED_REGISTER
		TRACED_REGISTER_COUNT
};

struct traced_registers {
	u64 value[TRACED_REGISTER_COUNT];
};

/*
 * Prints " NAME old->new" for each register that is another in after, in
 * hexadecimal and without a newline. print: printk, or whatever takes its
 * arguments.
 */
void register_changes_print(const struct traced_registers *before,
			    const struct traced_registers *after,
			    void (*print)(const char *fmt, ...)
				    __attribute__((format(printf, 1, 2))));
