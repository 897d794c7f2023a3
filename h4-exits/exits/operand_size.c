#include "exits/operand_size.h"
#include "decode/decode.h"
#include "decode/prefixes.h"

unsigned int operand_size_of(struct guest_accessor *accessor)
{
	u8 bytes[INSTRUCTION_LENGTH_MAX];
	unsigned int count = guest_access_fetch(accessor, bytes);
	struct byte_reader reader = {.at = bytes, .end = bytes + count};
	struct prefixes prefixes;

	if (count == 0) {
		return 0;
	}
	(void)prefixes_read(&reader, guest_access_code_size(accessor),
			    &prefixes);
	return (prefixes.rex & REX_W) != 0 ? 8 : prefixes.operand_size;
}
