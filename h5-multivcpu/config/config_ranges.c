#include "config/config_ranges.h"
#include "lib/printk.h"

#define PLACE_SIZE 32u

bool config_ranges_add(struct config_ranges *ranges, struct config_range range,
		       const struct toml_node *node, struct config_error *error)
{
	char place[PLACE_SIZE] = "every machine's";

	for (u32 i = 0; i < ranges->count; i++) {
		const struct config_range *other = &ranges->ranges[i];

		if (range.last < other->first || range.first > other->last) {
			continue;
		}
		if (other->line != 0) {
			format(place, sizeof(place), "of line %u", other->line);
		}
		return config_error_set(
			error, node->line, node->column,
			"%s at %#lx-%#lx overlaps %s, %s, at %#lx-%#lx",
			range.name, range.first, range.last, other->name, place,
			other->first, other->last);
	}
	ranges->ranges[ranges->count++] = range;
	return true;
}
