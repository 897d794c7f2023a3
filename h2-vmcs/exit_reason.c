#include "exit_reason.h"
#include "lib/printk.h"
#include "lib/string.h"

static const char *const names[EXIT_REASON_COUNT] = {
#define EXIT_REASON_NAME(number, NAME, sdm_name) [NAME] = (sdm_name),
	VMX_EXIT_REASONS(EXIT_REASON_NAME)
#undef EXIT_REASON_NAME
};

const char *exit_reason_name(u32 basic)
{
	if (basic >= EXIT_REASON_COUNT || names[basic] == NULL) {
		return "unknown exit reason";
	}
	return names[basic];
}

static bool same_name(const char *a, const char *b)
{
	while (*a != '\0' && ascii_lower(*a) == ascii_lower(*b)) {
		a++;
		b++;
	}
	return *a == *b;
}

bool exit_reason_parse(const char *text, u32 *basic)
{
	char number[12];

	for (u32 i = 0; i < EXIT_REASON_COUNT; i++) {
		if (names[i] == NULL) {
			continue;
		}
		format(number, sizeof(number), "%u", i);
		if (same_name(text, names[i]) || strcmp(text, number) == 0) {
			*basic = i;
			return true;
		}
	}
	return false;
}
