#include "image/info_writer.h"
#include "image/guest_layout.h"
#include "lib/string.h"

#define ALIGN_MAX 16

struct error info_writer_check(const struct guest_memory *memory,
			       const char *cmdline)
{
	if (strnlen(cmdline, GUEST_CMDLINE_MAX) >= GUEST_CMDLINE_MAX) {
		return failure("command line too long; it must be shorter than",
			       GUEST_CMDLINE_MAX);
	}
	if (memory->size <= GUEST_RESERVED_END) {
		return failure("guest RAM too small, bytes", memory->size);
	}
	return SUCCESS;
}

void info_writer_put(struct info_writer *writer, const void *bytes, u64 size)
{
	if (failed(writer->error)) {
		return;
	}
	if (writer->at > writer->end || size > writer->end - writer->at) {
		writer->error = failure("boot information too long; there is "
					"room for it up to",
					writer->end);
		return;
	}
	if (!guest_memory_write(writer->memory, writer->at, bytes, size)) {
		writer->error =
			failure("no memory for guest RAM at", writer->at);
		return;
	}
	writer->at += size;
}

u32 info_writer_string(struct info_writer *writer, const char *string)
{
	gpa_t at = writer->at;

	info_writer_put(writer, string, strlen(string) + 1);
	return (u32)at;
}

void info_writer_align(struct info_writer *writer, unsigned int to)
{
	static const u8 zeros[ALIGN_MAX];

	info_writer_put(writer, zeros, ALIGN_UP(writer->at, to) - writer->at);
}
