#include "decode/modrm.h"
#include "decode/number.h"

#define MODRM_RM_SIB   4u /* a SIB byte follows */
#define SIB_NO_INDEX   4u
#define NO_BASE	       5u /* with mod 0: a displacement of 32 bits instead */
#define NO_BASE_16_BIT 6u /* the same with addresses of 16 bits */

static const struct {
	u8 base;
	u8 index;
} registers_16_bit[8] = {
	{REGISTER_RBX, REGISTER_RSI},  {REGISTER_RBX, REGISTER_RDI},
	{REGISTER_RBP, REGISTER_RSI},  {REGISTER_RBP, REGISTER_RDI},
	{REGISTER_RSI, REGISTER_NONE}, {REGISTER_RDI, REGISTER_NONE},
	{REGISTER_RBP, REGISTER_NONE}, {REGISTER_RBX, REGISTER_NONE},
};

static const u8 *read_number(const u8 *at, unsigned int size,
			     struct instruction *instruction)
{
	instruction->displacement = number_read(at, size);
	return at + size;
}

/* mod 1: one byte, mod 2: size bytes, mod 0: none. */
static const u8 *read_displacement(const u8 *at, unsigned int mod,
				   unsigned int size,
				   struct instruction *instruction)
{
	if (mod == 1) {
		return read_number(at, 1, instruction);
	}
	return mod == 2 ? read_number(at, size, instruction) : at;
}

static const u8 *read_16_bit(const u8 *at, u8 modrm,
			     struct instruction *instruction)
{
	unsigned int mod = modrm_mod(modrm);
	unsigned int rm = modrm & 7;

	if (mod == 0 && rm == NO_BASE_16_BIT) {
		return read_number(at, 2, instruction);
	}
	instruction->base = registers_16_bit[rm].base;
	instruction->index = registers_16_bit[rm].index;
	return read_displacement(at, mod, 2, instruction);
}

const u8 *modrm_read_memory(const u8 *at, u8 modrm, u8 rex,
			    struct instruction *instruction)
{
	unsigned int mod = modrm_mod(modrm);
	unsigned int base = modrm & 7;
	bool has_sib = base == MODRM_RM_SIB;

	if (instruction->address_size == 2) {
		return read_16_bit(at, modrm, instruction);
	}
	if (has_sib) {
		u8 sib = *at++;
		unsigned int index = (sib >> 3 & 7) | (rex & REX_X) << 2;

		base = sib & 7;
		if (index != SIB_NO_INDEX) {
			instruction->index = (u8)index;
			instruction->scale_shift = sib >> 6;
		}
	}
	if (mod == 0 && base == NO_BASE) {
		if (!has_sib && instruction->code_size == CODE_64) {
			instruction->base = REGISTER_RIP;
		}
		return read_number(at, 4, instruction);
	}
	instruction->base = (u8)(base | (rex & REX_B) << 3);
	return read_displacement(at, mod, 4, instruction);
}
