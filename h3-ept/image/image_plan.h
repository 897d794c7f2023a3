#pragma once
/*
 * What loading a guest image will do: which bytes go where, and where the
 * guest starts. Making the plan checks everything and writes nothing.
 */
#include "image/image_segments.h"

enum image_kind {
	IMAGE_ELF32,
	IMAGE_ELF64,
	IMAGE_BY_ADDRESS,
};

struct image_plan {
	enum image_kind kind;
	struct image_segments segments;
	u32 entry; /* in one of the segments */
};

/* The addresses that a multiboot header may give, for any format of image. */
struct image_addresses {
	u64 header_offset; /* of the multiboot header in the image */
	u32 header_addr;   /* where that is to be loaded */
	u32 load_addr;	   /* where the first byte that is loaded goes */
	u32 load_end_addr; /* 0: load to the end of the image */
	u32 bss_end_addr;  /* 0: no bss */
	u32 entry;
};

/*
 * Plans to load an ELF file's segments. entry: where the guest starts whatever
 * the ELF header says, or NULL. Errors: the image is no ELF file; those of
 * elf_image_parse(); an entry point outside the segments or above 4 GiB.
 */
struct error image_plan_elf(struct image_source *source,
			    const struct guest_memory *memory, const u32 *entry,
			    struct image_plan *plan);

/*
 * Plans to load by addresses: what lies before the header in the image lies
 * before it in memory, at the same distance. Errors: addresses that contradict
 * each other or the image; those of image_segments_add(); an entry point
 * outside of what is loaded.
 */
struct error image_plan_by_address(const struct image_source *source,
				   const struct guest_memory *memory,
				   const struct image_addresses *addresses,
				   struct image_plan *plan);

/* "ELF32", for instance. */
const char *image_plan_kind_name(enum image_kind kind);
