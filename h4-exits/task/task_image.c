#include "task/task_image.h"
#include "lib/string.h"

/* Where a 32-bit TSS alone has something. */
#define CR3_OFFSET  28u
#define TRAP_OFFSET 100u
#define TRAP_FLAG   1u

static const struct task_layout layout_32 = {
	.size = TASK_IMAGE_MAX,
	.register_size = 4,
	.eip = 32,
	.eflags = 36,
	.registers = 40,
	.segments = 72,
	.segment_step = 4,
	.segment_count = 6,
	.saved_end = 96,
	.ldt = 96,
};

static const struct task_layout layout_16 = {
	.size = 44,
	.register_size = 2,
	.eip = 14,
	.eflags = 16,
	.registers = 18,
	.segments = 34,
	.segment_step = 2,
	.segment_count = 4,
	.saved_end = 42,
	.ldt = 42,
};

const struct task_layout *task_image_layout(u32 access_rights)
{
	return (ACCESS_RIGHTS_TYPE(access_rights) & TYPE_TSS_32_BIT) != 0
		       ? &layout_32
		       : &layout_16;
}

void task_image_save(const struct task_layout *layout,
		     const struct task_state *state, u32 eip, u32 eflags,
		     u8 bytes[TASK_IMAGE_MAX])
{
	unsigned int size = layout->register_size;

	memcpy(bytes + layout->eip, &eip, size);
	memcpy(bytes + layout->eflags, &eflags, size);
	for (unsigned int i = 0; i < TASK_REGISTERS; i++) {
		memcpy(bytes + layout->registers + i * size,
		       &state->registers[i], size);
	}
	for (unsigned int i = 0; i < layout->segment_count; i++) {
		memcpy(bytes + layout->segments + i * layout->segment_step,
		       &state->segments[i].selector, sizeof(u16));
	}
}

/* size bytes of a TSS as a number. */
static u32 field(const u8 *bytes, unsigned int offset, unsigned int size)
{
	u32 value = 0;

	memcpy(&value, bytes + offset, size);
	return value;
}

struct task_image task_image_load(const struct task_layout *layout,
				  const u8 bytes[TASK_IMAGE_MAX])
{
	unsigned int size = layout->register_size;
	struct task_image image = {
		.eip = field(bytes, layout->eip, size),
		.eflags = field(bytes, layout->eflags, size),
		.ldt = (u16)field(bytes, layout->ldt, sizeof(u16)),
	};

	for (unsigned int i = 0; i < TASK_REGISTERS; i++) {
		image.registers[i] =
			field(bytes, layout->registers + i * size, size);
	}
	for (unsigned int i = 0; i < layout->segment_count; i++) {
		image.selectors[i] = (u16)field(
			bytes, layout->segments + i * layout->segment_step,
			sizeof(u16));
	}
	if (task_image_is_32_bit(layout)) {
		image.cr3 = field(bytes, CR3_OFFSET, sizeof(u32));
		image.trap = (bytes[TRAP_OFFSET] & TRAP_FLAG) != 0;
	}
	return image;
}
