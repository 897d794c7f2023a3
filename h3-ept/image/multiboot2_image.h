#pragma once
/*
 * A multiboot2 kernel as a guest image.
 *
 * "Multiboot2 Specification version 2.0". The image is an ELF executable of 32
 * or 64 bits, or of any format if its multiboot2 header says by an address tag
 * what goes where.
 */
#include "image/image_plan.h"
#include "image/multiboot2_header.h"

struct multiboot2_image {
	struct image_plan plan;
	bool is_relocatable; /* then it wants to learn where it was loaded */
};

/*
 * Plans to load the image. provided: the tags of information that the guest
 * will find, see multiboot2_header_read(). Errors: those of that function; an
 * address tag without an entry address tag; those of image_plan_elf() and
 * image_plan_by_address(); a relocatable image that is linked to where it must
 * not be.
 */
struct error multiboot2_image_plan(struct image_source *source,
				   const struct guest_memory *memory,
				   u32 provided,
				   struct multiboot2_image *image);
