#pragma once
/*
 * A multiboot1 kernel as a guest image: an ELF executable of 32 or 64 bits, or
 * of any format if its header has the address fields, which then count whatever
 * an ELF header says.
 */
#include "image/image_plan.h"

/*
 * Plans to load the image. Errors: those of multiboot1_header_read(),
 * image_plan_elf() and image_plan_by_address().
 */
struct error multiboot1_image_plan(struct image_source *source,
				   const struct guest_memory *memory,
				   struct image_plan *plan);
