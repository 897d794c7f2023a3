#pragma once
/*
 * The multiboot1 header of a guest image: what the guest asks of its loader.
 *
 * "Multiboot Specification version 0.6.96": "OS image format".
 */
#include "image/image_source.h"
#include "image/multiboot1.h"

struct multiboot1_wishes {
	u64 offset; /* of the header in the image */
	u32 flags;
	/* Valid where flags has MULTIBOOT1_AOUT_KLUDGE. */
	struct multiboot1_address_fields address;
};

/*
 * Finds the header and takes the guest's wishes from it. Errors: no header in
 * the first 8 KiB, or a damaged one; a flag that must be served and is not; no
 * memory; what the source reports.
 */
struct error multiboot1_header_read(struct image_source *source,
				    struct multiboot1_wishes *wishes);

/* Is there a header that is sound, whatever it asks for? */
struct error multiboot1_header_is_there(struct image_source *source,
					bool *is_there);
