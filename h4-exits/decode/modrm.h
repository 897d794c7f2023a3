#pragma once
/*
 * The ModRM byte and what follows it: how an instruction names its memory.
 *
 * SDM: "ModR/M and SIB Bytes", "Addressing-Mode Encoding of ModR/M and SIB
 * Bytes" and, for 64-bit mode, "REX Prefixes" and "RIP-Relative Addressing".
 */
#include "decode/prefixes.h"

static inline unsigned int modrm_mod(u8 modrm)
{
	return modrm >> 6;
}

static inline unsigned int modrm_reg(u8 modrm)
{
	return modrm >> 3 & 7;
}

/*
 * Reads what follows modrm, whose mod is not 3, from at on, and gives where it
 * ends. It fills base, index, scale_shift and displacement of the instruction;
 * base and index are REGISTER_NONE before, code_size and address_size are
 * there. rex: the prefix, or 0.
 */
const u8 *modrm_read_memory(const u8 *at, u8 modrm, u8 rex,
			    struct instruction *instruction);
