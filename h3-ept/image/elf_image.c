#include "image/elf_image.h"
#include "lib/elf.h"
#include "lib/string.h"

/* What both classes' file headers say, in the larger class's types. */
struct file_header {
	u8 class;
	u16 type;
	u16 machine;
	u32 version;
	u64 entry;
	u64 phoff;
	u16 phentsize;
	u16 phnum;
};

bool elf_image_is_elf(struct image_source *source)
{
	u8 magic[SELFMAG];

	return !failed(image_source_read(source, 0, magic, SELFMAG)) &&
	       memcmp(magic, ELFMAG, SELFMAG) == 0;
}

#define TAKE_FILE_HEADER(elf)                     \
	((struct file_header){                    \
		.class = (elf).e_ident[EI_CLASS], \
		.type = (elf).e_type,             \
		.machine = (elf).e_machine,       \
		.version = (elf).e_version,       \
		.entry = (elf).e_entry,           \
		.phoff = (elf).e_phoff,           \
		.phentsize = (elf).e_phentsize,   \
		.phnum = (elf).e_phnum,           \
	})

static struct error read_file_header(struct image_source *source,
				     struct file_header *header)
{
	u8 ident[EI_NIDENT];
	Elf32_Ehdr elf32;
	Elf64_Ehdr elf64;
	struct error error = image_source_read(source, 0, ident, EI_NIDENT);

	if (failed(error)) {
		return error;
	}
	if (ident[EI_DATA] != ELFDATA2LSB) {
		return failure("ELF file not little endian, EI_DATA",
			       ident[EI_DATA]);
	}
	switch (ident[EI_CLASS]) {
	case ELFCLASS32:
		error = image_source_read(source, 0, &elf32, sizeof(elf32));
		if (!failed(error)) {
			*header = TAKE_FILE_HEADER(elf32);
		}
		return error;
	case ELFCLASS64:
		error = image_source_read(source, 0, &elf64, sizeof(elf64));
		if (!failed(error)) {
			*header = TAKE_FILE_HEADER(elf64);
		}
		return error;
	default:
		return failure("ELF file neither of 32 nor of 64 bits, "
			       "EI_CLASS",
			       ident[EI_CLASS]);
	}
}

static struct error check_file_header(const struct file_header *header)
{
	size_t size = header->class == ELFCLASS32 ? sizeof(Elf32_Phdr)
						  : sizeof(Elf64_Phdr);

	if (header->version != EV_CURRENT) {
		return failure("ELF file of an unknown version, e_version",
			       header->version);
	}
	if (header->machine != EM_386 && header->machine != EM_X86_64) {
		return failure("ELF file for another kind of CPU, e_machine",
			       header->machine);
	}
	if (header->type != ET_EXEC) {
		return failure("ELF file that is no executable linked to a "
			       "fixed address, e_type",
			       header->type);
	}
	if (header->phentsize != size) {
		return failure("ELF program headers of a wrong size, "
			       "e_phentsize",
			       header->phentsize);
	}
	if (header->phnum == 0 || header->phnum > ELF_IMAGE_HEADERS_MAX) {
		return failure("ELF file with no program headers, or too many, "
			       "e_phnum",
			       header->phnum);
	}
	return SUCCESS;
}

static struct error read_program_header(struct image_source *source,
					const struct file_header *header,
					unsigned int index, Elf64_Phdr *out)
{
	u64 table_size = (u64)header->phnum * header->phentsize;
	u64 offset = header->phoff + (u64)index * header->phentsize;
	Elf32_Phdr elf32;

	if (!image_source_contains(source, header->phoff, table_size)) {
		return failure("ELF program headers past the end of the file, "
			       "e_phoff",
			       header->phoff);
	}
	if (header->class == ELFCLASS64) {
		return image_source_read(source, offset, out, sizeof(*out));
	}
	struct error error =
		image_source_read(source, offset, &elf32, sizeof(elf32));

	if (!failed(error)) {
		*out = (Elf64_Phdr){
			.p_type = elf32.p_type,
			.p_offset = elf32.p_offset,
			.p_vaddr = elf32.p_vaddr,
			.p_paddr = elf32.p_paddr,
			.p_filesz = elf32.p_filesz,
			.p_memsz = elf32.p_memsz,
		};
	}
	return error;
}

static void note_entry(struct elf_image *elf, const Elf64_Phdr *program)
{
	u64 address = elf->e_entry;

	if (!elf->entry_is_loaded && address >= program->p_vaddr &&
	    address - program->p_vaddr < program->p_memsz) {
		elf->entry = address - program->p_vaddr + program->p_paddr;
		elf->entry_is_loaded = true;
	}
}

static struct error add_segments(struct image_source *source,
				 const struct guest_memory *memory,
				 const struct file_header *header,
				 struct image_segments *segments,
				 struct elf_image *elf)
{
	for (unsigned int i = 0; i < header->phnum; i++) {
		Elf64_Phdr program = {.p_type = PT_NULL};
		struct error error =
			read_program_header(source, header, i, &program);

		if (!failed(error) && program.p_type == PT_LOAD) {
			note_entry(elf, &program);
			error = image_segments_add(
				segments, source, memory,
				(struct image_segment){
					.offset = program.p_offset,
					.file_size = program.p_filesz,
					.gpa = program.p_paddr,
					.memory_size = program.p_memsz,
				});
		}
		if (failed(error)) {
			return error;
		}
	}
	if (segments->count == 0) {
		return failure("ELF file with nothing to load among its "
			       "program headers, e_phnum",
			       header->phnum);
	}
	if (!elf->entry_is_loaded &&
	    image_segments_contain(segments, elf->e_entry)) {
		elf->entry = elf->e_entry;
		elf->entry_is_loaded = true;
	}
	return SUCCESS;
}

struct error elf_image_parse(struct image_source *source,
			     const struct guest_memory *memory,
			     struct image_segments *segments,
			     struct elf_image *elf)
{
	struct file_header header = {.class = 0};
	struct error error = read_file_header(source, &header);

	if (!failed(error)) {
		error = check_file_header(&header);
	}
	if (failed(error)) {
		return error;
	}
	*elf = (struct elf_image){.class = header.class,
				  .e_entry = header.entry};
	return add_segments(source, memory, &header, segments, elf);
}
