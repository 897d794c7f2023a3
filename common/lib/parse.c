#include "lib/parse.h"

static int digit_value(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	if (c >= 'A' && c <= 'F') {
		return c - 'A' + 10;
	}
	return -1;
}

bool parse_number(const char *text, u64 *number)
{
	u64 base = 10;
	u64 value = 0;

	if (text[0] == '0' && text[1] == 'x') {
		base = 16;
		text += 2;
	}
	if (*text == '\0') {
		return false;
	}
	for (; *text != '\0'; text++) {
		int digit = digit_value(*text);

		if (digit < 0 || (u64)digit >= base ||
		    __builtin_mul_overflow(value, base, &value) ||
		    __builtin_add_overflow(value, (u64)digit, &value)) {
			return false;
		}
	}
	*number = value;
	return true;
}
