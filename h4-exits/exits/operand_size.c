#include "exits/operand_size.h"
#include "decode/decode.h"
#include "decode/prefixes.h"

unsigned int operand_size_of(struct guest_accessor *accessor)
{
	u8 bytes[DECODE_BYTES_SIZE] = {0};
	enum code_size code = guest_access_code_size(accessor);
	struct instruction instruction = {
		.operand_size = code == CODE_16 ? 2 : 4,
		.address_size = (u8)code,
	};
	u8 rex = 0;

	if (guest_access_fetch(accessor, bytes) == 0) {
		return 0;
	}
	(void)prefixes_read(bytes, &instruction, &rex);
	return (rex & REX_W) != 0 ? 8 : instruction.operand_size;
}
