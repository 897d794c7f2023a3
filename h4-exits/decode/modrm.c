#include "decode/modrm.h"

#define MODRM_RM_SIB   4u /* a SIB byte follows */
#define SIB_NO_INDEX   4u
#define NO_BASE	       5u /* with mod 0: a displacement of 32 bits instead */
#define NO_BASE_16_BIT 6u /* the same with addresses of 16 bits */

/* Bytes of displacement for mod 0, 1 and 2. */
static const u8 displacement_size[] = {0, 1, 4};
static const u8 displacement_size_16_bit[] = {0, 1, 2};

static const struct {
	u8 base;
	u8 index;
} registers_16_bit[8] = {
	{REGISTER_RBX, REGISTER_RSI},  {REGISTER_RBX, REGISTER_RDI},
	{REGISTER_RBP, REGISTER_RSI},  {REGISTER_RBP, REGISTER_RDI},
	{REGISTER_RSI, REGISTER_NONE}, {REGISTER_RDI, REGISTER_NONE},
	{REGISTER_RBP, REGISTER_NONE}, {REGISTER_RBX, REGISTER_NONE},
};

static void read_16_bit(struct byte_reader *reader, u8 modrm,
			struct instruction *instruction)
{
	unsigned int mod = modrm_mod(modrm);
	unsigned int rm = modrm & 7;

	if (mod == 0 && rm == NO_BASE_16_BIT) {
		instruction->displacement = byte_reader_number(reader, 2);
		return;
	}
	instruction->base = registers_16_bit[rm].base;
	instruction->index = registers_16_bit[rm].index;
	instruction->displacement =
		byte_reader_number(reader, displacement_size_16_bit[mod]);
}

void modrm_read_memory(struct byte_reader *reader, u8 modrm, u8 rex,
		       struct instruction *instruction)
{
	unsigned int mod = modrm_mod(modrm);
	unsigned int base = modrm & 7;
	unsigned int size = displacement_size[mod];
	u8 without_base = REGISTER_NONE;

	if (instruction->address_size == 2) {
		read_16_bit(reader, modrm, instruction);
		return;
	}
	if (base == MODRM_RM_SIB) {
		u8 sib = byte_reader_u8(reader);
		unsigned int index = (sib >> 3 & 7) | (rex & REX_X) << 2;

		base = sib & 7;
		if (index != SIB_NO_INDEX) {
			instruction->index = (u8)index;
			instruction->scale_shift = sib >> 6;
		}
	} else if (instruction->code_size == CODE_64) {
		without_base = REGISTER_RIP;
	}
	if (mod == 0 && base == NO_BASE) {
		instruction->base = without_base;
		size = 4;
	} else {
		instruction->base = (u8)(base | (rex & REX_B) << 3);
	}
	instruction->displacement = byte_reader_number(reader, size);
}
