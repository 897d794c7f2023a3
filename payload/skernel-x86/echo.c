#include "echo.h"
#include "console/console.h"
#include "cpu/instructions.h"
#include "cpu/pic.h"
#include "lib/printk.h"
#include "lib/string.h"

static u8 receive(void)
{
	u8 byte;

	while (!console_read(&byte)) {
		sti_hlt();
		cli();
	}
	return byte;
}

/* The next line that is not empty: so CR LF is one end of a line, not two. */
static void receive_line(char line[ECHO_LINE_MAX + 1])
{
	size_t length = 0;

	for (;;) {
		u8 byte = receive();

		if (byte != '\r' && byte != '\n') {
			line[length] = (char)byte;
			length += length < ECHO_LINE_MAX ? 1 : 0;
		} else if (length > 0) {
			line[length] = '\0';
			return;
		}
	}
}

static char upper(char c)
{
	if (c >= 'a' && c <= 'z') {
		return (char)(c - ('a' - 'A'));
	}
	return c;
}

void echo_run(void)
{
	char line[ECHO_LINE_MAX + 1];
	bool at_end;

	pic_init();
	console_receive_interrupt(true);
	printk("echo: ready, until a line says \"end\"\n");
	do {
		receive_line(line);
		at_end = strcmp(line, "end") == 0;
		for (char *c = line; *c != '\0'; c++) {
			*c = upper(*c);
		}
		printk("echo: %s\n", line);
	} while (!at_end);
	console_receive_interrupt(false);
}
