#include "exit_reason.h"

const char *exit_reason_name(u32 basic)
{
	static const char *const names[EXIT_REASON_COUNT] = {
#define EXIT_REASON_NAME(number, NAME, sdm_name) [NAME] = (sdm_name),
		VMX_EXIT_REASONS(EXIT_REASON_NAME)
#undef EXIT_REASON_NAME
	};

	if (basic >= EXIT_REASON_COUNT || names[basic] == NULL) {
		return "unknown exit reason";
	}
	return names[basic];
}
