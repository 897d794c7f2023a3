#pragma once
/*
 * The doctor's look into memory: what VMCS fields point to may be anywhere,
 * and an address that is wrong is the very thing to be told.
 */
#include "lib/types.h"

/*
 * A doctor_read_memory for the kernel, whose page tables map physical memory
 * one to one: false for a range that is not mapped. context is not used.
 */
bool host_memory_read(hpa_t address, void *to, u64 size, void *context);
