#include "console/line_key.h"

#define ESC LINE_KEY_CTRL('[')

/* Known by the last byte of what it sends; for ~, by the number before. */
static u8 control_of(u8 byte, u32 number)
{
	static const struct {
		u8 byte;
		u8 number;
		char letter;
	} keys[] = {
		{'A', 0, 'P'}, {'B', 0, 'N'}, {'C', 0, 'F'}, {'D', 0, 'B'},
		{'H', 0, 'A'}, {'F', 0, 'E'}, {'~', 1, 'A'}, {'~', 7, 'A'},
		{'~', 4, 'E'}, {'~', 8, 'E'}, {'~', 3, 'D'},
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (keys[i].byte == byte &&
		    (byte != '~' || keys[i].number == number)) {
			return LINE_KEY_CTRL(keys[i].letter);
		}
	}
	return LINE_KEY_NONE;
}

static u8 plain_key(struct line_keys *keys, u8 byte)
{
	if (byte == '\r') {
		keys->cr = true;
		return '\n';
	}
	if (byte == ESC) {
		keys->state = LINE_KEY_ESCAPE;
		return LINE_KEY_NONE;
	}
	return byte;
}

static u8 sequence_key(struct line_keys *keys, u8 byte)
{
	if (keys->state == LINE_KEY_ESCAPE) {
		bool begins = byte == '[' || byte == 'O';

		keys->state = begins ? LINE_KEY_SEQUENCE : LINE_KEY_PLAIN;
		keys->number = 0;
		return LINE_KEY_NONE;
	}
	if (byte >= '@') {
		keys->state = LINE_KEY_PLAIN;
		return control_of(byte, keys->number);
	}
	/* A semicolon and a number: whether Shift, Alt or Ctrl is held. */
	if (byte >= '0' && byte <= '9' && keys->number < 100) {
		keys->number = keys->number * 10 + (u32)(byte - '0');
	}
	return LINE_KEY_NONE;
}

u8 line_key_decode(struct line_keys *keys, u8 byte)
{
	bool cr = keys->cr;

	keys->cr = false;
	if (byte == '\n' && cr) {
		return LINE_KEY_NONE;
	}
	/* No key sends a control character behind its first byte. */
	if (byte < ' ' || byte >= LINE_KEY_DEL) {
		keys->state = LINE_KEY_PLAIN;
	}
	return keys->state == LINE_KEY_PLAIN ? plain_key(keys, byte)
					     : sequence_key(keys, byte);
}
