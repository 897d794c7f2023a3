#include "image/boot_modules.h"
#include "image/guest_layout.h"
#include "image/image_segments.h"

#define MODULE_ALIGN KIB(4)

/* Does the module, which has its place, lie anywhere in that range? */
static bool lies_in(const struct boot_module *module, gpa_t start, gpa_t end)
{
	return module->start < end && start < module->end;
}

/* Modules that have been placed for sure: those of a wanted address. */
static const struct boot_module *wanted_in(const struct boot_module *modules,
					   unsigned int count, gpa_t start,
					   gpa_t end)
{
	for (unsigned int i = 0; i < count; i++) {
		if (modules[i].wanted != BOOT_MODULE_ANYWHERE &&
		    lies_in(&modules[i], start, end)) {
			return &modules[i];
		}
	}
	return NULL;
}

/* others: the modules before it, count of them. */
static struct error place_as_wanted(struct boot_module *module,
				    const struct boot_module *others,
				    unsigned int count, gpa_t end,
				    const struct boot_image *image)
{
	u64 size = module->source->size;
	gpa_t at = module->wanted;

	if (!IS_ALIGNED(at, MODULE_ALIGN)) {
		return failure("a module is to begin inside a page, at", at);
	}
	if (at < GUEST_RESERVED_END) {
		return failure("a module is to lie below 1 MiB, which is the "
			       "machine's, at",
			       at);
	}
	if (at > end || size > end - at) {
		return failure("a module would end beyond guest RAM or 4 GiB; "
			       "it is to lie at",
			       at);
	}
	module->start = at;
	module->end = at + size;
	if (lies_in(module, image->start, image->end)) {
		return failure("a module would lie over the guest's image, at",
			       at);
	}
	if (wanted_in(others, count, module->start, module->end) != NULL) {
		return failure("a module would lie over another one, at", at);
	}
	return SUCCESS;
}

/* The first place from at on; whole is the list that it is one of. */
static struct error place_from(struct boot_module *module, gpa_t at,
			       const struct boot_module *whole,
			       unsigned int count, gpa_t end)
{
	u64 size = module->source->size;

	for (;;) {
		const struct boot_module *other;

		at = ALIGN_UP(at, MODULE_ALIGN);
		if (at > end || size > end - at) {
			return failure("no room in guest RAM for a module, "
				       "bytes",
				       size);
		}
		other = wanted_in(whole, count, at, at + size);
		if (other == NULL) {
			module->start = at;
			module->end = at + size;
			return SUCCESS;
		}
		at = other->end;
	}
}

struct error boot_modules_place(struct boot_module *modules, unsigned int count,
				const struct guest_memory *memory,
				const struct boot_image *image,
				const char **culprit)
{
	gpa_t end = min_u64(memory->size, GIB(4));
	gpa_t at = max_u64(image->end, GUEST_RESERVED_END);
	struct error error = SUCCESS;

	for (unsigned int i = 0; i < count && !failed(error); i++) {
		if (modules[i].wanted != BOOT_MODULE_ANYWHERE) {
			*culprit = modules[i].path;
			error = place_as_wanted(&modules[i], modules, i, end,
						image);
		}
	}
	for (unsigned int i = 0; i < count && !failed(error); i++) {
		if (modules[i].wanted == BOOT_MODULE_ANYWHERE) {
			*culprit = modules[i].path;
			error = place_from(&modules[i], at, modules, count,
					   end);
			at = modules[i].end;
		}
	}
	return error;
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
