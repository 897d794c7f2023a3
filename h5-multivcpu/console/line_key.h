#pragma once
/*
 * Which key of a terminal was hit, whatever bytes it sends. A key that sends
 * several, as the arrows do (ESC [ A, or ESC O A), is taken for the control key
 * that does the same.
 */
#include "lib/types.h"

#define LINE_KEY_CTRL(letter) ((letter) - '@')
#define LINE_KEY_DEL	      0x7f
#define LINE_KEY_NONE	      0 /* no key, or not the last byte of one */

enum line_key_state {
	LINE_KEY_PLAIN,
	LINE_KEY_ESCAPE,   /* ESC has come */
	LINE_KEY_SEQUENCE, /* ESC [ or ESC O, and perhaps a number */
};

/* All zeros, no byte has come. */
struct line_keys {
	enum line_key_state state;
	u32 number; /* of the sequence */
	bool cr;    /* a CR came last: an LF belongs to it */
};

/*
 * A byte has come. Gives a character, a control key, LINE_KEY_NONE, or for each
 * end of a line, which is CR, LF or CR LF, one LF.
 */
u8 line_key_decode(struct line_keys *keys, u8 byte);
