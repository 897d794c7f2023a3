#pragma once
/*
 * The memory map that a guest is told.
 */
#include "boot/multiboot2.h"
#include "guest_memory.h"

#define GUEST_MAP_ENTRIES (5u + GUEST_REGIONS_MAX)

/*
 * In ascending order: conventional memory, what is reserved, the ACPI tables,
 * the FACS, and all main RAM from 1 MiB up, without gaps; then the other
 * regions, of which RAM of every right is available. Main RAM reaches beyond
 * 1 MiB. The answer is their number.
 */
unsigned int
guest_map_make(const struct guest_memory *memory,
	       struct multiboot2_mmap_entry entries[GUEST_MAP_ENTRIES]);
