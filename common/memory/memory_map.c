#include "memory/memory_map.h"
#include "lib/string.h"

#define PAGE_SIZE 4096u

/* The end of a range that may be said to go past the last address. */
static hpa_t end_of(hpa_t start, u64 size)
{
	return size > UINT64_MAX - start ? UINT64_MAX : start + size;
}

/* Puts in place of ranges [first, last) the count ranges of with. */
static bool splice(struct memory_map *map, size_t first, size_t last,
		   const struct memory_range *with, size_t count)
{
	size_t after = map->count - last;

	if (first + count + after > MEMORY_MAP_MAX) {
		return false;
	}
	memmove(&map->ranges[first + count], &map->ranges[last],
		after * sizeof(map->ranges[0]));
	memcpy(&map->ranges[first], with, count * sizeof(map->ranges[0]));
	map->count = first + count + after;
	return true;
}

bool memory_map_add(struct memory_map *map, hpa_t start, u64 size)
{
	hpa_t limit = ALIGN_DOWN(end_of(start, size), PAGE_SIZE);
	size_t first = 0;
	size_t last;

	if (start > UINT64_MAX - PAGE_SIZE ||
	    ALIGN_UP(start, PAGE_SIZE) >= limit) {
		return true;
	}
	struct memory_range added = {ALIGN_UP(start, PAGE_SIZE), limit};

	while (first < map->count && map->ranges[first].end < added.start) {
		first++;
	}
	for (last = first;
	     last < map->count && map->ranges[last].start <= added.end;
	     last++) {
		added.start = min_u64(added.start, map->ranges[last].start);
		added.end = max_u64(added.end, map->ranges[last].end);
	}
	return splice(map, first, last, &added, 1);
}

bool memory_map_remove(struct memory_map *map, hpa_t start, u64 size)
{
	hpa_t end = end_of(start, size);
	struct memory_range kept[2];
	size_t count = 0;
	size_t first = 0;
	size_t last;

	if (size == 0) {
		return true;
	}
	start = ALIGN_DOWN(start, PAGE_SIZE);
	end = end > UINT64_MAX - PAGE_SIZE ? UINT64_MAX
					   : ALIGN_UP(end, PAGE_SIZE);
	while (first < map->count && map->ranges[first].end <= start) {
		first++;
	}
	last = first;
	while (last < map->count && map->ranges[last].start < end) {
		last++;
	}
	if (first == last) {
		return true;
	}
	if (map->ranges[first].start < start) {
		kept[count++] =
			(struct memory_range){map->ranges[first].start, start};
	}
	if (map->ranges[last - 1].end > end) {
		kept[count++] =
			(struct memory_range){end, map->ranges[last - 1].end};
	}
	return splice(map, first, last, kept, count);
}

u64 memory_map_size(const struct memory_map *map)
{
	u64 size = 0;

	for (size_t i = 0; i < map->count; i++) {
		size += map->ranges[i].end - map->ranges[i].start;
	}
	return size;
}

hpa_t memory_map_end(const struct memory_map *map)
{
	return map->count == 0 ? 0 : map->ranges[map->count - 1].end;
}
