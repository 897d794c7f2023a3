#pragma once
/*
 * The guest's DSDT, a whole table with its header and checksum, compiled from
 * dsdt.asl.
 */
#include "lib/types.h"

extern const u8 dsdt_aml[];
extern const u32 dsdt_aml_size; /* bytes */
