#include "gdb/gdb_output.h"
#include "gdb/gdb_link.h"

#define LINE_MAX 512

static struct {
	char text[LINE_MAX];
	size_t length;
} line;

void gdb_output_flush(void)
{
	static struct gdb_packet packet;

	if (line.length == 0) {
		return;
	}
	gdb_packet_begin(&packet);
	gdb_packet_byte(&packet, 'O');
	gdb_packet_hex(&packet, line.text, line.length);
	gdb_link_send(&packet);
	line.length = 0;
}

void gdb_output_text(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		line.text[line.length++] = text[i];
		if (text[i] == '\n' || line.length == sizeof(line.text)) {
			gdb_output_flush();
		}
	}
}
