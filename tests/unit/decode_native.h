#pragma once
/*
 * Runs one instruction of 64-bit code on the CPU that the tests run on.
 */
#include "decode/instruction.h"

/* What the instruction finds, and afterwards what it has left behind. */
extern u64 decode_native_registers[GENERAL_REGISTERS];
extern u64 decode_native_rflags;

/*
 * Has decode_native_run() survive exceptions of its instruction. Once, before
 * anything is run.
 */
void decode_native_begin(void);

/*
 * Runs the instruction at code, where it is copied to; 32 bytes there can be
 * written and executed. It must not go anywhere else. Gives 0, or the signal
 * that came of an exception.
 */
int decode_native_run(u8 *code, const u8 *instruction, size_t length);
