#pragma once
/*
 * Guest images for tests, made in memory: a multiboot2 header with any tags,
 * and an ELF file of either class around it.
 */
#include "boot/multiboot2.h"
#include "image/image_source.h"
#include "lib/elf.h"
#include <string.h>

#define IMAGE_BYTES_MAX KIB(128)
#define IMAGE_HEADER_AT 0x200u /* the multiboot2 header's place, if any */

/* An image, and itself the source that it is read from. */
struct test_image {
	struct image_source source;
	u32 header_size; /* of the multiboot2 header so far */
	u64 fail_at;	 /* reading the byte at this offset fails; 0: none */
	_Alignas(8) u8 bytes[IMAGE_BYTES_MAX];
};

static inline struct error test_image_read(struct image_source *source,
					   u64 offset, void *buffer, u64 size)
{
	struct test_image *image = (struct test_image *)source;

	if (image->fail_at > 0 && offset <= image->fail_at &&
	    image->fail_at - offset < size) {
		return failure("the test's disk is broken at", image->fail_at);
	}
	memcpy(buffer, image->bytes + offset, size);
	return SUCCESS;
}

/* An image of size bytes, all different from zero and from their neighbours. */
static inline void test_image_init(struct test_image *image, u64 size)
{
	*image = (struct test_image){
		.source = {.size = size, .read = test_image_read}};
	for (u64 i = 0; i < size; i++) {
		image->bytes[i] = (u8)(i * 37 % 251 + 1);
	}
}

/* Makes the checksum right, after the header was changed by hand. */
static inline void test_image_seal(struct test_image *image)
{
	struct multiboot2_header header;

	memcpy(&header, image->bytes + IMAGE_HEADER_AT, sizeof(header));
	header.header_length = image->header_size;
	header.checksum =
		-(header.magic + header.architecture + header.header_length);
	memcpy(image->bytes + IMAGE_HEADER_AT, &header, sizeof(header));
}

/* Appends a header tag; payload: what follows its type, flags and size. */
static inline void test_image_tag(struct test_image *image, u16 type, u16 flags,
				  const u32 *payload, u32 words)
{
	struct multiboot2_header_tag head = {
		.type = type,
		.flags = flags,
		.size = (u32)(sizeof(head) + words * sizeof(u32))};
	u8 *at = image->bytes + IMAGE_HEADER_AT + image->header_size;

	memset(at, 0, ALIGN_UP(head.size, 8));
	memcpy(at, &head, sizeof(head));
	if (words > 0) {
		memcpy(at + sizeof(head), payload, words * sizeof(u32));
	}
	image->header_size += (u32)ALIGN_UP(head.size, 8);
	test_image_seal(image);
}

/* Begins a multiboot2 header; test_image_end() completes it. */
static inline void test_image_begin(struct test_image *image)
{
	struct multiboot2_header header = {.magic = MULTIBOOT2_HEADER_MAGIC};

	memcpy(image->bytes + IMAGE_HEADER_AT, &header, sizeof(header));
	image->header_size = sizeof(header);
}

static inline void test_image_end(struct test_image *image)
{
	test_image_tag(image, MULTIBOOT2_HEADER_TAG_END, 0, NULL, 0);
}

static inline Elf32_Ehdr *test_image_elf32(struct test_image *image)
{
	return (Elf32_Ehdr *)image->bytes;
}

static inline Elf64_Ehdr *test_image_elf64(struct test_image *image)
{
	return (Elf64_Ehdr *)image->bytes;
}

static inline Elf32_Phdr *test_image_program32(struct test_image *image,
					       unsigned int index)
{
	return (Elf32_Phdr *)(image->bytes + sizeof(Elf32_Ehdr)) + index;
}

static inline Elf64_Phdr *test_image_program64(struct test_image *image,
					       unsigned int index)
{
	return (Elf64_Phdr *)(image->bytes + sizeof(Elf64_Ehdr)) + index;
}

/* Puts an ELF header at the beginning, with no program header yet. */
static inline void test_image_make_elf32(struct test_image *image, u32 entry)
{
	Elf32_Ehdr header = {
		.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS32, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_EXEC,
		.e_machine = EM_386,
		.e_version = EV_CURRENT,
		.e_entry = entry,
		.e_phoff = sizeof(Elf32_Ehdr),
		.e_ehsize = sizeof(Elf32_Ehdr),
		.e_phentsize = sizeof(Elf32_Phdr),
	};

	memcpy(image->bytes, &header, sizeof(header));
}

static inline void test_image_make_elf64(struct test_image *image, u64 entry)
{
	Elf64_Ehdr header = {
		.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_EXEC,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_entry = entry,
		.e_phoff = sizeof(Elf64_Ehdr),
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_phentsize = sizeof(Elf64_Phdr),
	};

	memcpy(image->bytes, &header, sizeof(header));
}

static inline void test_image_load32(struct test_image *image, u32 offset,
				     u32 filesz, u32 paddr, u32 memsz)
{
	Elf32_Phdr program = {.p_type = PT_LOAD,
			      .p_offset = offset,
			      .p_vaddr = paddr,
			      .p_paddr = paddr,
			      .p_filesz = filesz,
			      .p_memsz = memsz};
	u16 index = test_image_elf32(image)->e_phnum++;

	*test_image_program32(image, index) = program;
}

static inline void test_image_load64(struct test_image *image, u64 offset,
				     u64 filesz, u64 vaddr, u64 paddr,
				     u64 memsz)
{
	Elf64_Phdr program = {.p_type = PT_LOAD,
			      .p_offset = offset,
			      .p_vaddr = vaddr,
			      .p_paddr = paddr,
			      .p_filesz = filesz,
			      .p_memsz = memsz};
	u16 index = test_image_elf64(image)->e_phnum++;

	*test_image_program64(image, index) = program;
}
