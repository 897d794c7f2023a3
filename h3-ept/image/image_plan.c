#include "image/image_plan.h"
#include "image/elf_image.h"
#include "lib/elf.h"

const char *image_plan_kind_name(enum image_kind kind)
{
	switch (kind) {
	case IMAGE_ELF32:
		return "ELF32";
	case IMAGE_ELF64:
		return "ELF64";
	case IMAGE_BY_ADDRESS:
		return "image loaded by address";
	}
	return "unknown";
}

static struct error set_entry(struct image_plan *plan, gpa_t entry)
{
	if (entry > UINT32_MAX) {
		return failure("entry point above 4 GiB, at", entry);
	}
	if (!image_segments_contain(&plan->segments, entry)) {
		return failure("entry point in no segment, at", entry);
	}
	plan->entry = (u32)entry;
	return SUCCESS;
}

struct error image_plan_elf(struct image_source *source,
			    const struct guest_memory *memory, const u32 *entry,
			    struct image_plan *plan)
{
	struct elf_image elf;

	if (!elf_image_is_elf(source)) {
		return failure("the image is no ELF file, and its multiboot "
			       "header gives no addresses, bytes",
			       source->size);
	}
	plan->segments.count = 0;
	struct error error =
		elf_image_parse(source, memory, &plan->segments, &elf);

	if (failed(error)) {
		return error;
	}
	plan->kind = elf.class == ELFCLASS32 ? IMAGE_ELF32 : IMAGE_ELF64;
	if (entry != NULL) {
		return set_entry(plan, *entry);
	}
	if (!elf.entry_is_loaded) {
		return failure("ELF entry point in no segment, e_entry",
			       elf.e_entry);
	}
	return set_entry(plan, elf.entry);
}

struct error image_plan_by_address(const struct image_source *source,
				   const struct guest_memory *memory,
				   const struct image_addresses *addresses,
				   struct image_plan *plan)
{
	u64 before = (u64)addresses->header_addr - addresses->load_addr;

	if (before > addresses->header_offset ||
	    before > addresses->header_addr) {
		return failure("multiboot addresses that fit no image, "
			       "load_addr",
			       addresses->load_addr);
	}
	u64 offset = addresses->header_offset - before;
	gpa_t start = addresses->load_addr;
	u64 file_end = addresses->load_end_addr != 0
			       ? addresses->load_end_addr
			       : start + (source->size - offset);
	u64 memory_end = addresses->bss_end_addr != 0 ? addresses->bss_end_addr
						      : file_end;

	if (file_end < start || memory_end < file_end) {
		return failure("multiboot addresses with an end before their "
			       "beginning, load_end_addr",
			       addresses->load_end_addr);
	}
	plan->kind = IMAGE_BY_ADDRESS;
	plan->segments.count = 0;
	struct error error =
		image_segments_add(&plan->segments, source, memory,
				   (struct image_segment){
					   .offset = offset,
					   .file_size = file_end - start,
					   .gpa = start,
					   .memory_size = memory_end - start,
				   });

	return failed(error) ? error : set_entry(plan, addresses->entry);
}
