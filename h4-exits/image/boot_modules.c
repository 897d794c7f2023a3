#include "image/boot_modules.h"
#include "image/guest_layout.h"
#include "image/image_segments.h"

#define MODULE_ALIGN KIB(4)

struct error boot_modules_place(struct boot_module *modules, unsigned int count,
				const struct guest_memory *memory, gpa_t above,
				const char **culprit)
{
	gpa_t end = min_u64(memory->size, GIB(4));
	gpa_t at = max_u64(above, GUEST_RESERVED_END);

	for (unsigned int i = 0; i < count; i++) {
		u64 size = modules[i].source->size;

		at = ALIGN_UP(at, MODULE_ALIGN);
		if (at > end || size > end - at) {
			*culprit = modules[i].path;
			return failure("no room in guest RAM for a module, "
				       "bytes",
				       size);
		}
		modules[i].start = at;
		modules[i].end = at + size;
		at += size;
	}
	return SUCCESS;
}

struct error boot_modules_load(const struct boot_module *modules,
			       unsigned int count, struct guest_memory *memory,
			       const char **culprit)
{
	for (unsigned int i = 0; i < count; i++) {
		const struct boot_module *module = &modules[i];
		struct image_segments whole = {.count = 0};
		struct error error = image_segments_add(
			&whole, module->source, memory,
			(struct image_segment){
				.file_size = module->source->size,
				.gpa = module->start,
				.memory_size = module->source->size,
			});

		if (!failed(error)) {
			error = image_segments_load(&whole, module->source,
						    memory);
		}
		if (failed(error)) {
			*culprit = module->path;
			return error;
		}
	}
	return SUCCESS;
}
