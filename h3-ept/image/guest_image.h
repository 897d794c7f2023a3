#pragma once
/*
 * Loading a guest: a multiboot2 kernel, put into guest RAM as GRUB would put
 * it into a machine's.
 */
#include "image/image_plan.h"

/*
 * A loaded guest. It starts as the specification's "I386 machine state" says:
 * in 32-bit protected mode without paging, MULTIBOOT2_BOOTLOADER_MAGIC in EAX.
 */
struct guest_image {
	enum image_kind kind;
	u32 entry;    /* EIP */
	u32 info;     /* EBX: the gpa of the information structure */
	gpa_t lowest; /* of all that was loaded */
	gpa_t end;    /* the byte after the highest that was loaded */
};

/*
 * Loads the image and its information structure; cmdline: what the guest is to
 * find as its command line, "" for none. Everything is checked before the
 * first byte is written to guest RAM, save that reading the image or backing
 * guest RAM may fail later. Errors: no multiboot2 kernel, or one that is
 * damaged or cannot be served; segments that cannot be in guest RAM; an entry
 * point outside the segments or above 4 GiB; a command line too long; no
 * memory; what the source reports.
 */
struct error guest_image_load(struct image_source *source,
			      struct guest_memory *memory, const char *cmdline,
			      struct guest_image *image);
