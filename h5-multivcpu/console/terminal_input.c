#include "console/terminal_input.h"

const char terminal_input_help[] =
	"Ctrl-A c       the monitor, or back to the virtual machine\n"
	"Ctrl-A n       the next virtual machine\n"
	"Ctrl-A 1 .. 9  the virtual machine of that id\n"
	"Ctrl-A x       end all virtual machines and the hypervisor\n"
	"Ctrl-A h       this list\n"
	"Ctrl-A Ctrl-A  Ctrl-A itself\n";

static struct terminal_key key(enum terminal_key_kind kind)
{
	return (struct terminal_key){.kind = kind};
}

static struct terminal_key plain(u8 byte)
{
	return (struct terminal_key){.kind = TERMINAL_KEY_BYTE, .byte = byte};
}

static struct terminal_key second(u8 byte)
{
	if (byte >= '1' && byte <= '9') {
		return (struct terminal_key){
			.kind = TERMINAL_KEY_VM,
			.vm = byte - (u32)'0',
		};
	}
	switch (byte) {
	case 'h':
	case '?':
		return key(TERMINAL_KEY_HELP);
	case 'c':
		return key(TERMINAL_KEY_MONITOR);
	case 'n':
		return key(TERMINAL_KEY_NEXT);
	case 'x':
		return key(TERMINAL_KEY_QUIT);
	case TERMINAL_ESCAPE:
		return plain(byte);
	default:
		return key(TERMINAL_KEY_UNKNOWN);
	}
}

struct terminal_key terminal_input_key(struct terminal_input *input, u8 byte)
{
	if (input->escaped) {
		input->escaped = false;
		return second(byte);
	}
	if (byte == TERMINAL_ESCAPE) {
		input->escaped = true;
		return key(TERMINAL_KEY_NONE);
	}
	return plain(byte);
}
