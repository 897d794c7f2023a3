#include "image/guest_boot.h"
#include "bios/guest_bios.h"
#include "image/boot_contents.h"
#include "image/guest_layout.h"
#include "image/info_writer.h"
#include "image/multiboot1_header.h"
#include "image/multiboot1_image.h"
#include "image/multiboot1_info.h"
#include "image/multiboot2_boot_info.h"
#include "image/multiboot2_image.h"

/* Real mode: 64 KiB segments in 1 MiB. */
#define REAL_MODE_END	 MIB(1)
#define SEGMENT_64K_MASK 0xf0000u
#define OFFSET_MASK	 0xffffu
#define PARAGRAPH_SHIFT	 4

/* What a PC's firmware gives a boot sector: the drive, and room for a stack. */
#define FIRST_HARD_DISK	  0x80
#define BOOT_SECTOR_STACK 0x7c00

const char *guest_boot_kind_name(enum guest_kind kind)
{
	switch (kind) {
	case GUEST_AUTO:
		return "auto";
	case GUEST_MULTIBOOT1:
		return "multiboot1";
	case GUEST_MULTIBOOT2:
		return "multiboot2";
	case GUEST_FLAT:
		return "flat";
	case GUEST_FLAT16:
		return "flat16";
	}
	return "unknown";
}

static struct error recognise(struct image_source *source,
			      enum guest_kind *kind)
{
	bool is_there = false;
	struct error error = multiboot2_header_is_there(source, &is_there);

	if (!failed(error) && is_there) {
		*kind = GUEST_MULTIBOOT2;
		return SUCCESS;
	}
	if (!failed(error)) {
		error = multiboot1_header_is_there(source, &is_there);
	}
	if (!failed(error) && is_there) {
		*kind = GUEST_MULTIBOOT1;
		return SUCCESS;
	}
	if (failed(error)) {
		return error;
	}
	return failure("no sound multiboot header in the image; GUEST_KIND= "
		       "says what else it is, flat for instance; bytes",
		       source->size);
}

static bool is_flat(enum guest_kind kind)
{
	return kind == GUEST_FLAT || kind == GUEST_FLAT16;
}

static struct error plan_flat(const struct guest_boot_request *request,
			      enum guest_kind kind,
			      const struct guest_memory *memory,
			      struct image_plan *plan)
{
	struct image_addresses addresses = {
		.header_addr = request->load,
		.load_addr = request->load,
		.entry = request->entry,
	};

	if (request->cmdline[0] != '\0') {
		return failure("a flat image takes no command line, kind",
			       kind);
	}
	if (request->module_count > 0) {
		return failure("a flat image takes no modules, but there are",
			       request->module_count);
	}
	if (kind == GUEST_FLAT16 && request->entry >= REAL_MODE_END) {
		return failure("real-mode entry point above 1 MiB, at",
			       request->entry);
	}
	return image_plan_by_address(request->source, memory, &addresses, plan);
}

static struct error plan_image(const struct guest_boot_request *request,
			       enum guest_kind kind,
			       const struct guest_memory *memory,
			       struct multiboot2_image *image)
{
	image->is_relocatable = false;
	switch (kind) {
	case GUEST_MULTIBOOT1:
		return multiboot1_image_plan(request->source, memory,
					     &image->plan);
	case GUEST_MULTIBOOT2:
		return multiboot2_image_plan(request->source, memory,
					     MULTIBOOT2_BOOT_INFO_PROVIDED,
					     image);
	default:
		return plan_flat(request, kind, memory, &image->plan);
	}
}

/*
 * Real mode: an entry point in the first 64 KiB has the segment 0, as a boot
 * sector expects; one further up, the segment of its 64 KiB.
 */
static void start_flat(enum guest_kind kind, u32 entry,
		       struct start_state *start)
{
	if (kind == GUEST_FLAT) {
		*start = (struct start_state){.mode = START_PROTECTED_32,
					      .eip = entry,
					      .esp = GUEST_RESERVED_START};
		return;
	}
	*start = (struct start_state){
		.mode = START_REAL_16,
		.cs = (u16)((entry & SEGMENT_64K_MASK) >> PARAGRAPH_SHIFT),
		.eip = entry & OFFSET_MASK,
		.edx = FIRST_HARD_DISK,
		.esp = BOOT_SECTOR_STACK,
	};
}

/* The information structure, and the registers that lead to it. */
static struct error start_multiboot(enum guest_kind kind, u32 entry,
				    struct guest_memory *memory,
				    const struct boot_contents *contents,
				    struct start_state *start)
{
	*start = (struct start_state){.mode = START_PROTECTED_32, .eip = entry};
	if (kind == GUEST_MULTIBOOT1) {
		start->eax = MULTIBOOT1_BOOTLOADER_MAGIC;
		return multiboot1_info_build(memory, contents, &start->ebx);
	}
	start->eax = MULTIBOOT2_BOOTLOADER_MAGIC;
	return multiboot2_boot_info_build(memory, contents, &start->ebx);
}

/* All that is not read from a file. */
static struct error write_tables(const struct guest_boot_request *request,
				 const struct multiboot2_image *image,
				 struct guest_memory *memory,
				 struct guest_boot *boot)
{
	struct rsdp rsdp;
	struct boot_contents contents = {
		.path = request->path,
		.cmdline = request->cmdline,
		.modules = request->modules,
		.module_count = request->module_count,
		.rsdp = &rsdp,
		.is_relocatable = image->is_relocatable,
		.load_base = (u32)boot->lowest,
	};
	struct error error = guest_bios_write(memory);

	if (!failed(error)) {
		error = guest_acpi_build(memory, &request->machine, &rsdp);
	}
	if (failed(error)) {
		return error;
	}
	if (is_flat(boot->kind)) {
		start_flat(boot->kind, image->plan.entry, &boot->start);
		return SUCCESS;
	}
	return start_multiboot(boot->kind, image->plan.entry, memory, &contents,
			       &boot->start);
}

struct error guest_boot_load(struct guest_memory *memory,
			     const struct guest_boot_request *request,
			     struct guest_boot *boot, const char **culprit)
{
	struct multiboot2_image image;
	enum guest_kind kind = request->kind;
	struct error error = info_writer_check(memory, request->cmdline);

	*culprit = request->path;
	if (!failed(error) && kind == GUEST_AUTO) {
		error = recognise(request->source, &kind);
	}
	if (!failed(error)) {
		error = plan_image(request, kind, memory, &image);
	}
	if (failed(error)) {
		return error;
	}
	*boot = (struct guest_boot){
		.kind = kind,
		.format = image.plan.kind,
		.lowest = image_segments_lowest(&image.plan.segments),
		.end = image_segments_end(&image.plan.segments),
	};
	error = boot_modules_place(
		request->modules, request->module_count, memory,
		&(struct boot_image){boot->lowest, boot->end}, culprit);
	if (!failed(error)) {
		error = write_tables(request, &image, memory, boot);
	}
	if (!failed(error)) {
		error = image_segments_load(&image.plan.segments,
					    request->source, memory);
	}
	if (!failed(error)) {
		error = boot_modules_load(request->modules,
					  request->module_count, memory,
					  culprit);
	}
	return error;
}
