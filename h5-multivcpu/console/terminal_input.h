#pragma once
/*
 * The terminal's keys. Ctrl-A and a second key are for the hypervisor, as in
 * QEMU's monitor; all others are for whoever has the terminal.
 */
#include "lib/types.h"

#define TERMINAL_ESCAPE 0x01 /* Ctrl-A */

enum terminal_key_kind {
	TERMINAL_KEY_NONE,    /* the first half of two */
	TERMINAL_KEY_BYTE,    /* a byte for whoever has the terminal */
	TERMINAL_KEY_HELP,    /* Ctrl-A h */
	TERMINAL_KEY_MONITOR, /* Ctrl-A c: to the monitor and back */
	TERMINAL_KEY_NEXT,    /* Ctrl-A n: the next virtual machine */
	TERMINAL_KEY_VM,      /* Ctrl-A 1 .. 9: that one */
	TERMINAL_KEY_QUIT,    /* Ctrl-A x */
	TERMINAL_KEY_UNKNOWN, /* Ctrl-A and something else */
};

struct terminal_key {
	enum terminal_key_kind kind;
	u8 byte; /* TERMINAL_KEY_BYTE */
	u32 vm;	 /* TERMINAL_KEY_VM: 1 .. 9 */
};

/* All zeros, no key has been typed. */
struct terminal_input {
	bool escaped;
};

struct terminal_key terminal_input_key(struct terminal_input *input, u8 byte);

/* The keys explained, a line each, for Ctrl-A h. */
extern const char terminal_input_help[];
