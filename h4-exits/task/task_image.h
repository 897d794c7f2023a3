#pragma once
/*
 * The task-state segment, of 32 and of 16 bits.
 *
 * SDM: "Task-State Segment (TSS)" and "16-Bit Task-State Segment (TSS)".
 */
#include "task/task_state.h"

#define TASK_IMAGE_MAX	104u
#define TASK_SEGMENTS	6u /* ES .. GS */
#define TASK_IMAGE_LINK 0u /* offset of the previous task link, 2 bytes */

/* Offsets of what a TSS holds, and sizes, in bytes. */
struct task_layout {
	u8 size;	  /* as small as a TSS may be */
	u8 register_size; /* of EIP, EFLAGS and the general registers */
	u8 eip;		  /* and what follows it up to saved_end is dynamic */
	u8 eflags;
	u8 registers;
	u8 segments;
	u8 segment_step;
	u8 segment_count;
	u8 saved_end;
	u8 ldt;
};

/* What a new task begins with. */
struct task_image {
	u32 registers[TASK_REGISTERS];
	u32 eip, eflags;
	u32 cr3; /* of a 32-bit TSS */
	u16 selectors[TASK_SEGMENTS];
	u16 ldt;
	bool trap; /* the T flag: a debug exception before it runs */
};

/* The layout of a TSS with these access rights. */
const struct task_layout *task_image_layout(u32 access_rights);

static inline bool task_image_is_32_bit(const struct task_layout *layout)
{
	return layout->register_size == sizeof(u32);
}

/*
 * Puts state's registers, with eip and eflags for its own, into the bytes of
 * a TSS; what the manual reserves stays as it is.
 */
void task_image_save(const struct task_layout *layout,
		     const struct task_state *state, u32 eip, u32 eflags,
		     u8 bytes[TASK_IMAGE_MAX]);

/* Of a 16-bit TSS, FS, GS, CR3 and the registers' upper halves are 0. */
struct task_image task_image_load(const struct task_layout *layout,
				  const u8 bytes[TASK_IMAGE_MAX]);
