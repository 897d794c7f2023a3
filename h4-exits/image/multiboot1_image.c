#include "image/multiboot1_image.h"
#include "image/multiboot1_header.h"

struct error multiboot1_image_plan(struct image_source *source,
				   const struct guest_memory *memory,
				   struct image_plan *plan)
{
	struct multiboot1_wishes wishes;
	struct error error = multiboot1_header_read(source, &wishes);

	if (failed(error)) {
		return error;
	}
	if (!(wishes.flags & MULTIBOOT1_AOUT_KLUDGE)) {
		return image_plan_elf(source, memory, NULL, plan);
	}
	struct image_addresses addresses = {
		.header_offset = wishes.offset,
		.header_addr = wishes.address.header_addr,
		.load_addr = wishes.address.load_addr,
		.load_end_addr = wishes.address.load_end_addr,
		.bss_end_addr = wishes.address.bss_end_addr,
		.entry = wishes.address.entry_addr,
	};

	return image_plan_by_address(source, memory, &addresses, plan);
}
