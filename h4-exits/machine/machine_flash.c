#include "machine/machine_flash.h"
#include "devices/machine_layout.h"
#include "guest_disk.h"
#include "memory/frames.h"
#include "memory/physical.h"

static struct error read_file(struct image_source *source, hpa_t *block,
			      unsigned int *order)
{
	if (source->size > MACHINE_FLASH_SIZE) {
		return failure("larger than the flash chip, bytes",
			       source->size);
	}
	*order = 0;
	while (((u64)FRAME_SIZE << *order) < source->size) {
		(*order)++;
	}
	*block = frames_alloc(*order);
	if (*block == FRAME_NONE) {
		return failure("no memory for what the flash chip holds, bytes",
			       source->size);
	}
	return image_source_read(source, 0, phys_to_virt(*block), source->size);
}

static struct error load(struct machine *machine, const char *path)
{
	static struct guest_disk disk;
	struct guest_disk_file file;
	struct error error = guest_disk_open(&disk);

	if (!failed(error)) {
		error = guest_disk_open_file(&disk, path, &file);
	}
	if (!failed(error)) {
		error = read_file(&file.source, &machine->flash_block,
				  &machine->flash_order);
	}
	if (!failed(error)) {
		error = flash_attach(&machine->flash, &machine->mmio,
				     phys_to_virt(machine->flash_block),
				     file.source.size);
	}
	return error;
}

/* The host's devices are uncacheable: SDM, "Memory Types". */
static struct error pass_through(struct machine *machine)
{
	struct error error =
		ept_map(&machine->ept, MACHINE_FLASH_BASE, MACHINE_FLASH_BASE,
			MACHINE_FLASH_SIZE, EPT_READ, EPT_UC);

	machine->flash_passed_through = !failed(error);
	return error;
}

struct error machine_flash_fill(struct machine *machine,
				const struct machine_options *options)
{
	if (options->flash_pass_through) {
		return pass_through(machine);
	}
	return options->flash[0] == '\0' ? SUCCESS
					 : load(machine, options->flash);
}

void machine_flash_release(struct machine *machine)
{
	if (machine->flash_block != FRAME_NONE) {
		frames_free(machine->flash_block, machine->flash_order);
		machine->flash_block = FRAME_NONE;
	}
	if (machine->flash_passed_through) {
		(void)ept_unmap(&machine->ept, MACHINE_FLASH_BASE,
				MACHINE_FLASH_SIZE);
		machine->flash_passed_through = false;
	}
}
