#include "image/multiboot2_image.h"

/* In load_addr: the image is loaded from its first byte. */
#define LOAD_FROM_BEGINNING UINT32_MAX

/* "The address tag of Multiboot2 header" */
static struct error plan_by_address_tag(const struct image_source *source,
					const struct guest_memory *memory,
					const struct multiboot2_wishes *wishes,
					struct image_plan *plan)
{
	const struct multiboot2_header_tag_address *tag = &wishes->address;
	struct image_addresses addresses = {
		.header_offset = wishes->offset,
		.header_addr = tag->header_addr,
		.load_addr = tag->load_addr,
		.load_end_addr = tag->load_end_addr,
		.bss_end_addr = tag->bss_end_addr,
		.entry = wishes->entry,
	};

	if (!wishes->has_entry) {
		return failure("multiboot2 address tag without an entry "
			       "address tag, load_addr",
			       tag->load_addr);
	}
	if (tag->load_addr == LOAD_FROM_BEGINNING) {
		/* Where that is below 0 it wraps, and fits no image. */
		addresses.load_addr = tag->header_addr - (u32)wishes->offset;
	}
	return image_plan_by_address(source, memory, &addresses, plan);
}

/* We load where the image is linked to; is the image content with that? */
static struct error check_place(const struct image_segments *segments,
				const struct multiboot2_wishes *wishes)
{
	const struct multiboot2_header_tag_relocatable *tag =
		&wishes->relocatable;
	gpa_t lowest = image_segments_lowest(segments);

	if (!wishes->is_relocatable ||
	    (tag->head.flags & MULTIBOOT2_HEADER_TAG_OPTIONAL)) {
		return SUCCESS;
	}
	if (lowest < tag->min_addr ||
	    image_segments_end(segments) - 1 > tag->max_addr ||
	    (tag->align != 0 && lowest % tag->align != 0)) {
		return failure("relocatable image linked to where it must not "
			       "be loaded, at",
			       lowest);
	}
	return SUCCESS;
}

struct error multiboot2_image_plan(struct image_source *source,
				   const struct guest_memory *memory,
				   u32 provided, struct multiboot2_image *image)
{
	struct multiboot2_wishes wishes;
	struct error error = multiboot2_header_read(source, provided, &wishes);

	if (failed(error)) {
		return error;
	}
	if (wishes.has_address) {
		error = plan_by_address_tag(source, memory, &wishes,
					    &image->plan);
	} else {
		error = image_plan_elf(source, memory,
				       wishes.has_entry ? &wishes.entry : NULL,
				       &image->plan);
	}
	if (failed(error)) {
		return error;
	}
	image->is_relocatable = wishes.is_relocatable;
	return check_place(&image->plan.segments, &wishes);
}
