#pragma once
/*
 * Boot modules: files that a guest finds in its memory when it starts, for
 * instance an initial RAM disk.
 */
#include "guest_memory.h"
#include "image/image_source.h"

#define BOOT_MODULES_MAX 32u

struct boot_module {
	struct image_source *source;
	const char *path; /* on the disk */
	const char *args; /* NUL-terminated; "" for none */
	gpa_t start;
	gpa_t end; /* the byte after the last */
};

/*
 * Finds a place for each module: page-aligned, one behind the other, above the
 * address and above 1 MiB; fills in start and end. Error: guest RAM, or the
 * first 4 GiB, end too early. culprit: the path of that module.
 */
struct error boot_modules_place(struct boot_module *modules, unsigned int count,
				const struct guest_memory *memory, gpa_t above,
				const char **culprit);

/*
 * Reads every module into its place. Errors: no memory for guest RAM; what the
 * source reports. culprit: the path of the module that it concerns.
 */
struct error boot_modules_load(const struct boot_module *modules,
			       unsigned int count, struct guest_memory *memory,
			       const char **culprit);
