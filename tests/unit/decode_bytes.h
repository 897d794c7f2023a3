#pragma once
/*
 * Byte strings that a CPU may take for an instruction: random ones, but with
 * prefixes, opcodes and addressing forms of the decoder far more often than
 * chance would have it.
 */
#include "decode/decode.h"
#include "random.h"

/* Opcodes of one byte that access memory, as the decoder knows them. */
static const u8 decode_bytes_plain[] = {
	0x00, 0x01, 0x02, 0x03, 0x08, 0x09, 0x0a, 0x0b, 0x10, 0x11, 0x12, 0x13,
	0x18, 0x19, 0x1a, 0x1b, 0x20, 0x21, 0x22, 0x23, 0x28, 0x29, 0x2a, 0x2b,
	0x30, 0x31, 0x32, 0x33, 0x38, 0x39, 0x3a, 0x3b, 0x63, 0x80, 0x81, 0x82,
	0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8b, 0x8f, 0xa0, 0xa1,
	0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf,
	0xc0, 0xc1, 0xc6, 0xc7, 0xd0, 0xd1, 0xd2, 0xd3, 0xf6, 0xf7, 0xfe, 0xff,
};

/* The same behind 0F; 40 and 90 stand for all sixteen of their row. */
static const u8 decode_bytes_0f[] = {0x40, 0x90, 0xa3, 0xab, 0xb0, 0xb1,
				     0xb3, 0xb6, 0xb7, 0xba, 0xbb, 0xbe,
				     0xbf, 0xc0, 0xc1, 0xc7};

static const u8 decode_bytes_prefixes[] = {0x26, 0x2e, 0x36, 0x3e, 0x64,
					   0x65, 0x66, 0x66, 0x67, 0x67,
					   0xf0, 0xf2, 0xf3};

static inline size_t decode_bytes_add_prefixes(u8 *bytes, enum code_size code)
{
	size_t count = random_below(3) ? random_below(3) : random_below(4);
	size_t at = 0;

	if (random_below(64) == 0) {
		count = random_below(16);
	}
	while (at < count) {
		bytes[at++] = decode_bytes_prefixes[random_below(
			ARRAY_SIZE(decode_bytes_prefixes))];
		if (code == CODE_64 && random_below(32) == 0) {
			bytes[at++] = (u8)(0x40 | random_below(16));
		}
	}
	if (code == CODE_64 && random_below(2) == 0) {
		bytes[at++] = (u8)(0x40 | random_below(16));
	}
	return at;
}

/* Gives its length, or 0 if it is any byte: a prefix, an escape ... */
static inline size_t decode_bytes_add_opcode(u8 *bytes)
{
	u8 second;

	switch (random_below(16)) {
	case 0:
		bytes[0] = (u8)random_u64();
		return 0;
	case 1:
		bytes[0] = 0x0f;
		bytes[1] = (u8)random_u64();
		return 0;
	case 2:
		bytes[0] = 0x0f;
		bytes[1] = 0x38;
		bytes[2] = (u8)(random_below(8) ? 0xf0 + random_below(2)
						: random_u64());
		return 3;
	case 3:
	case 4:
	case 5:
	case 6:
		second = decode_bytes_0f[random_below(
			ARRAY_SIZE(decode_bytes_0f))];
		if (second == 0x40 || second == 0x90) {
			second |= (u8)random_below(16);
		}
		bytes[0] = 0x0f;
		bytes[1] = second;
		return 2;
	default:
		bytes[0] = decode_bytes_plain[random_below(
			ARRAY_SIZE(decode_bytes_plain))];
		return 1;
	}
}

/*
 * Fills bytes; gives where the opcode ends, which is where ModRM would be, or
 * 0 if that is not known.
 */
static inline size_t decode_bytes_make(u8 bytes[DECODE_BYTES_SIZE],
				       enum code_size code)
{
	size_t at;
	size_t length;

	for (size_t i = 0; i < DECODE_BYTES_SIZE; i++) {
		u64 random = random_u64();

		/* Zeros and ones make displacements with special signs. */
		bytes[i] = (u8)((random >> 8 & 7) != 0	  ? random
				: (random >> 11 & 1) != 0 ? 0xff
							  : 0);
	}
	at = decode_bytes_add_prefixes(bytes, code);
	length = decode_bytes_add_opcode(bytes + at);
	if (length == 0) {
		return 0;
	}
	at += length;
	if (bytes[at] >= 0xc0 && random_below(8) != 0) {
		bytes[at] ^= (u8)(0x40 << random_below(2));
	}
	/* POP is a group of one. */
	if (bytes[at - 1] == 0x8f && random_below(8) != 0) {
		bytes[at] &= 0xc7;
	}
	/* RSP as a base, which takes a SIB byte. */
	if (random_below(16) == 0) {
		bytes[at] = (u8)((bytes[at] & 0x78) | 4);
		bytes[at + 1] = 0x24;
	}
	return at;
}
