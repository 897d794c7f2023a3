#pragma once
/*
 * Ranges that must not meet: addresses, or ports.
 */
#include "config/config_error.h"
#include "config/toml.h"

#define CONFIG_RANGES_MAX 36u

struct config_range {
	u64 first;
	u64 last;	  /* the last that belongs to it; not below first */
	const char *name; /* lasts as long as the ranges */
	u32 line;	  /* 0: no line says so, the machine has it */
};

struct config_ranges {
	u32 count;
	struct config_range ranges[CONFIG_RANGES_MAX];
};

/*
 * Adds a range, of which there are not more than CONFIG_RANGES_MAX. Error, with
 * the place of node: it meets another.
 */
bool config_ranges_add(struct config_ranges *ranges, struct config_range range,
		       const struct toml_node *node,
		       struct config_error *error);
