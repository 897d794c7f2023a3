#pragma once
/*
 * Reads the bytes of an instruction in order, and never one past their end.
 *
 * A read past the end gives 0 and is remembered, so that a decoder need not
 * look after each byte whether it was there: once at its end is enough.
 */
#include "lib/types.h"

struct byte_reader {
	const u8 *at;
	const u8 *end;
	bool ran_out; /* something past the end was asked for */
};

static inline u8 byte_reader_u8(struct byte_reader *reader)
{
	if (reader->at == reader->end) {
		reader->ran_out = true;
		return 0;
	}
	return *reader->at++;
}

/* A number of 0, 1, 2, 4 or 8 bytes, sign-extended; of 0 bytes it is 0. */
static inline u64 byte_reader_number(struct byte_reader *reader,
				     unsigned int size)
{
	const u8 *at = reader->at;
	u64 value = 0;

	if (size == 0) {
		return 0;
	}
	if ((size_t)(reader->end - at) < size) {
		reader->at = reader->end;
		reader->ran_out = true;
		return 0;
	}
	reader->at += size;
	if (size == 1) {
		return (u64)(int8_t)*at;
	}
	for (unsigned int i = 0; i < size; i++) {
		value |= (u64)at[i] << 8 * i;
	}
	/* Up to the top and down again: the sign fills the bits above. */
	return (u64)((s64)(value << (64 - 8 * size)) >> (64 - 8 * size));
}
