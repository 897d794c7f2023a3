#include "channel/guest_channel.h"

const char *guest_channel_code(s64 code)
{
	switch (code) {
#define CODE_NAME(NAME, value, text) \
	case (value):                \
		return #NAME;
		CHANNEL_CODES(CODE_NAME)
#undef CODE_NAME
	default:
		return "no code";
	}
}
