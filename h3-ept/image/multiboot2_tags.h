#pragma once
/*
 * The pieces that a multiboot2 information structure is made of.
 *
 * "Multiboot2 Specification version 2.0": "Boot information". The structure
 * begins at GUEST_INFO_START and ends before GUEST_INFO_END: see
 * guest_layout.h. Between multiboot2_tags_begin() and multiboot2_tags_end()
 * tags are added in any order.
 */
#include "boot/multiboot2.h"
#include "image/info_writer.h"

struct info_writer multiboot2_tags_begin(struct guest_memory *memory);

/* A tag that holds a string. */
void multiboot2_tags_string(struct info_writer *writer, u32 type,
			    const char *string);

/* A tag of a head, which says how large the whole is, and its remainder. */
void multiboot2_tags_put(struct info_writer *writer, const void *head,
			 u64 head_size, const void *rest, u64 rest_size);

/* "Basic memory information": for guest RAM that reaches beyond 1 MiB. */
void multiboot2_tags_meminfo(struct info_writer *writer);

void multiboot2_tags_mmap(struct info_writer *writer,
			  const struct multiboot2_mmap_entry *entries,
			  unsigned int count);

/* "Image load base physical address" */
void multiboot2_tags_load_base(struct info_writer *writer, u32 load_base);

/*
 * Ends the structure and gives its address, which the guest gets in EBX.
 * Error: the first that adding a tag met with.
 */
struct error multiboot2_tags_end(struct info_writer *writer, u32 *info);
