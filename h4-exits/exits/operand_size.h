#pragma once
/*
 * How wide the operand is of the instruction that has exited, by its prefixes.
 *
 * "VM-Exit Instruction Information" does not tell it of SLDT and STR; Bochs 2.7
 * does not of LGDT and LIDT, and takes the address size for it of RDRAND and
 * RDSEED.
 */
#include "exits/guest_access.h"

/* 2, 4 or 8 bytes. 0: the instruction cannot be read, see accessor->fault. */
unsigned int operand_size_of(struct guest_accessor *accessor);
