#include "image/guest_image.h"
#include "image/multiboot2_image.h"
#include "image/multiboot2_info.h"

struct error guest_image_load(struct image_source *source,
			      struct guest_memory *memory, const char *cmdline,
			      struct guest_image *image)
{
	struct multiboot2_image multiboot2;
	const struct image_plan *plan = &multiboot2.plan;
	struct error error = multiboot2_image_plan(
		source, memory, MULTIBOOT2_INFO_PROVIDED, &multiboot2);

	if (failed(error)) {
		return error;
	}
	*image = (struct guest_image){
		.kind = plan->kind,
		.entry = plan->entry,
		.lowest = image_segments_lowest(&plan->segments),
		.end = image_segments_end(&plan->segments),
	};

	struct multiboot2_info_contents contents = {
		.cmdline = cmdline,
		.is_relocatable = multiboot2.is_relocatable,
		.load_base = (u32)image->lowest,
	};

	error = multiboot2_info_build(memory, &contents, &image->info);
	if (failed(error)) {
		return error;
	}
	return image_segments_load(&plan->segments, source, memory);
}
