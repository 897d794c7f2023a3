#include "firmware/aml.h"
#include "lib/string.h"

enum {
	ZERO_OP = 0x00,
	ONE_OP = 0x01,
	NAME_OP = 0x08,
	BYTE_PREFIX = 0x0a,
	WORD_PREFIX = 0x0b,
	DWORD_PREFIX = 0x0c,
	PACKAGE_OP = 0x12,
	ROOT_CHAR = '\\',
};

#define SLEEP_TYPE_MAX 7 /* SLP_TYP is 3 bits wide */

/* The bytes not read yet. */
struct cursor {
	const u8 *at;
	u64 left;
};

static bool take(struct cursor *from, u8 *byte)
{
	if (from->left == 0) {
		return false;
	}
	*byte = *from->at++;
	from->left--;
	return true;
}

/* Takes count bytes (0 .. 4), the least significant first. */
static bool take_number(struct cursor *from, unsigned int count, u32 *number)
{
	*number = 0;
	for (unsigned int i = 0; i < count; i++) {
		u8 byte;

		if (!take(from, &byte)) {
			return false;
		}
		*number |= (u32)byte << (8 * i);
	}
	return true;
}

static bool take_text(struct cursor *from, const char *text, u64 length)
{
	if (from->left < length || memcmp(from->at, text, length) != 0) {
		return false;
	}
	from->at += length;
	from->left -= length;
	return true;
}

/*
 * "Package Length Encoding": bits 7:6 of the first byte say how many follow.
 * The length counts its own bytes; what is taken here shortens from to what
 * the package holds.
 */
static bool enter_package(struct cursor *from)
{
	u64 before = from->left;
	u32 rest, length;
	u64 own;
	u8 lead;

	if (!take(from, &lead) || !take_number(from, lead >> 6, &rest)) {
		return false;
	}
	length = lead >> 6 ? (lead & 0x0f) | rest << 4 : lead & 0x3f;
	own = before - from->left;
	if (length < own || length > before) {
		return false;
	}
	from->left = length - own;
	return true;
}

/* A constant integer that can be an SLP_TYP. */
static bool take_sleep_type(struct cursor *from, u8 *sleep_type)
{
	u32 value;
	u8 op;

	if (!take(from, &op)) {
		return false;
	}
	switch (op) {
	case ZERO_OP:
	case ONE_OP:
		value = op;
		break;
	case BYTE_PREFIX:
	case WORD_PREFIX:
	case DWORD_PREFIX:
		/* The prefixes are in order: 1, 2 and 4 bytes. */
		if (!take_number(from, 1u << (op - BYTE_PREFIX), &value)) {
			return false;
		}
		break;
	default:
		return false;
	}
	*sleep_type = (u8)value;
	return value <= SLEEP_TYPE_MAX;
}

/* from: begins after a NameOp. */
static bool read_s5(struct cursor from, u8 *sleep_type_a, u8 *sleep_type_b)
{
	u8 op, elements;

	if (from.left > 0 && from.at[0] == ROOT_CHAR) {
		take(&from, &op);
	}
	return take_text(&from, "_S5_", 4) && take(&from, &op) &&
	       op == PACKAGE_OP && enter_package(&from) &&
	       take(&from, &elements) && elements >= 2 &&
	       take_sleep_type(&from, sleep_type_a) &&
	       take_sleep_type(&from, sleep_type_b);
}

bool aml_find_s5(const u8 *aml, u64 size, u8 *sleep_type_a, u8 *sleep_type_b)
{
	for (u64 i = 0; i < size; i++) {
		struct cursor after = {.at = aml + i + 1, .left = size - i - 1};

		if (aml[i] == NAME_OP &&
		    read_s5(after, sleep_type_a, sleep_type_b)) {
			return true;
		}
	}
	return false;
}
