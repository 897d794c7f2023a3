#pragma once
/*
 * The memory map that a guest is told.
 */
#include "boot/multiboot2.h"
#include "guest_memory.h"

#define GUEST_MAP_ENTRIES 5u

/*
 * In ascending order and without gaps: conventional memory, what is reserved,
 * the ACPI tables, the FACS, and all from 1 MiB up. Guest RAM reaches beyond
 * 1 MiB.
 */
void guest_map_make(const struct guest_memory *memory,
		    struct multiboot2_mmap_entry entries[GUEST_MAP_ENTRIES]);
