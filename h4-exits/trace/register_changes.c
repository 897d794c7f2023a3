#include "trace/register_changes.h"

static const char *const names[TRACED_REGISTER_COUNT] = {
#define TRACED_REGISTER_NAME(NAME) #NAME,
	TRACED_REGISTERS(TRACED_REGISTER_NAME)
#undef TRACED_REGISTER_NAME
};

void register_changes_print(const struct traced_registers *before,
			    const struct traced_registers *after,
			    void (*print)(const char *fmt, ...)
				    __attribute__((format(printf, 1, 2))))
{
	for (unsigned int i = 0; i < TRACED_REGISTER_COUNT; i++) {
		if (before->value[i] != after->value[i]) {
			print(" %s %#lx->%#lx", names[i], before->value[i],
			      after->value[i]);
		}
	}
}
