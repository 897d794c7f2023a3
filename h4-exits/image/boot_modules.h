#pragma once
/*
 * Boot modules: files that a guest finds in its memory when it starts, for
 * instance an initial RAM disk.
 */
#include "guest_memory.h"
#include "image/image_source.h"

#define BOOT_MODULES_MAX 32u

#define BOOT_MODULE_ANYWHERE 0u /* of boot_module.wanted */

struct boot_module {
	struct image_source *source;
	const char *path; /* on the disk */
	const char *args; /* NUL-terminated; "" for none */
	gpa_t wanted;	  /* where it has to lie */
	gpa_t start;
	gpa_t end; /* the byte after the last */
};

/* Where the guest's image lies: modules are to keep away from it. */
struct boot_image {
	gpa_t start;
	gpa_t end; /* the byte after the last */
};

/*
 * Finds a place for each module, and fills in start and end: the one that is
 * wanted, or page-aligned, behind the image and above 1 MiB, in their order.
 * Errors: guest RAM, or the first 4 GiB, end too early; a wanted address that
 * is not page-aligned, lies below 1 MiB, or would put the module over the image
 * or another one. culprit: the path of that module.
 */
struct error boot_modules_place(struct boot_module *modules, unsigned int count,
				const struct guest_memory *memory,
				const struct boot_image *image,
				const char **culprit);

/*
 * Reads every module into its place. Errors: no memory for guest RAM; what the
 * source reports. culprit: the path of the module that it concerns.
 */
struct error boot_modules_load(const struct boot_module *modules,
			       unsigned int count, struct guest_memory *memory,
			       const char **culprit);
