#include "exits/stop_reason.h"

const char *stop_reason_text(enum stop_reason reason)
{
	switch (reason) {
#define STOP_REASON_TEXT(NAME, text) \
	case STOP_##NAME:            \
		return text;
		STOP_REASONS(STOP_REASON_TEXT)
#undef STOP_REASON_TEXT
	}
	return "unknown";
}
