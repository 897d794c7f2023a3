#pragma once
/*
 * The ELF files that can be guests: executables for i386 or x86-64, little
 * endian, linked to a fixed address.
 */
#include "image/image_segments.h"

#define ELF_IMAGE_HEADERS_MAX 64u /* program headers */

/* Does the image begin like an ELF file? An image too short does not. */
bool elf_image_is_elf(struct image_source *source);

struct elf_image {
	u8 class; /* ELFCLASS32 or ELFCLASS64 */
	u64 e_entry;
	/*
	 * Where that is physically. An address among a segment's virtual ones
	 * is virtual: the first such segment says what it is physically. One
	 * that is only among the physical addresses is taken as it stands.
	 */
	gpa_t entry;
	bool entry_is_loaded; /* is it in a segment at all? */
};

/*
 * Reads the file's headers and adds its loadable segments, by their physical
 * addresses. Errors: an ELF file of another kind; no program headers, more
 * than ELF_IMAGE_HEADERS_MAX, or of another size than the class's; no segment
 * to load; those of image_segments_add() and of the source.
 */
struct error elf_image_parse(struct image_source *source,
			     const struct guest_memory *memory,
			     struct image_segments *segments,
			     struct elf_image *elf);
