#pragma once
/*
 * A memory map: which physical addresses are RAM that may be used.
 *
 * It is a sorted list of disjoint, non-adjacent ranges in whole pages, made by
 * adding what the boot loader calls available and removing what is in use.
 */
#include "lib/types.h"

#define MEMORY_MAP_MAX 128

struct memory_range {
	hpa_t start;
	hpa_t end; /* the byte after the last */
};

struct memory_map {
	size_t count;
	struct memory_range ranges[MEMORY_MAP_MAX];
};

/*
 * Adds the whole pages inside [start, start + size). False, and the map as it
 * was, when it has no room for another range.
 */
bool memory_map_add(struct memory_map *map, hpa_t start, u64 size);

/* Removes every page that [start, start + size) touches; errors as above. */
bool memory_map_remove(struct memory_map *map, hpa_t start, u64 size);

/* How many bytes the ranges hold. */
u64 memory_map_size(const struct memory_map *map);

/* The end of the last range; 0 for an empty map. */
hpa_t memory_map_end(const struct memory_map *map);
