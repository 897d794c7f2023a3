#pragma once
/*
 * The multiboot2 header of a guest image: what the guest asks of its loader.
 *
 * "Multiboot2 Specification version 2.0": "OS image format".
 */
#include "boot/multiboot2.h"
#include "image/image_source.h"

struct multiboot2_wishes {
	u64 offset;	  /* of the header in the image */
	bool has_address; /* load by the address tag, whatever the format */
	struct multiboot2_header_tag_address address;
	bool has_entry; /* start at entry, whatever an ELF header says */
	u32 entry;
	bool is_relocatable;
	struct multiboot2_header_tag_relocatable relocatable;
};

/*
 * Finds the header and takes the guest's wishes from its tags. Tags that are
 * marked optional are passed over where we cannot serve them. provided: bit n
 * is set where the guest will find the information of tag type n. Errors: no
 * header in the first 32 KiB, or one that is damaged or for another
 * architecture; a required tag, or a required piece of information, that is
 * not provided, by its number; no memory; what the source reports.
 */
struct error multiboot2_header_read(struct image_source *source, u32 provided,
				    struct multiboot2_wishes *wishes);

/* Is there a header that is sound, whatever it asks for? */
struct error multiboot2_header_is_there(struct image_source *source,
					bool *is_there);
