#include "fuzz/fuzz_ground.h"
#include "cpu/instructions.h"
#include "fuzz/fuzz_tables.h"
#include "lib/string.h"
#include "memory/physical.h"

#define VECTORS 256

_Static_assert(offsetof(struct fuzz_cpu, rip) == FUZZ_AT_RIP, "RIP");
_Static_assert(offsetof(struct fuzz_cpu, mode) == FUZZ_AT_MODE, "MODE");
_Static_assert(FUZZ_REAL_CPU + sizeof(struct fuzz_cpu) <= FUZZ_REAL_IDT_POINTER,
	       "what real mode needs does not overlap");

static u64 offset_of(const u8 *part)
{
	return (u64)(uintptr_t)part - (u64)(uintptr_t)fuzz_real_start;
}

/* The interrupt vector table: each entry an offset and a segment. */
static void write_real_idt(void)
{
	u8 *ground = phys_to_virt(FUZZ_PLAYGROUND);
	u32 first = (u32)offset_of(fuzz_real_stubs);
	struct descriptor_table pointer = {
		.limit = VECTORS * sizeof(u32) - 1,
		.base = FUZZ_PLAYGROUND + FUZZ_REAL_IDT,
	};

	for (u32 i = 0; i < VECTORS; i++) {
		u32 entry = (first + i * FUZZ_REAL_STUB_SIZE) |
			    (u32)(FUZZ_PLAYGROUND >> 4) << 16;

		memcpy(ground + FUZZ_REAL_IDT + i * sizeof(u32), &entry,
		       sizeof(entry));
	}
	memcpy(ground + FUZZ_REAL_IDT_POINTER, &pointer, 6);
	memcpy(ground + FUZZ_REAL_GDT_POINTER, &fuzz_gdt_pointer, 6);
}

static void write_real_code(void)
{
	u8 *ground = phys_to_virt(FUZZ_PLAYGROUND);
	u16 segment = (u16)(FUZZ_PLAYGROUND >> 4);

	memcpy(ground, fuzz_real_start, offset_of(fuzz_real_end));
	memcpy(ground + offset_of(fuzz_real_segment), &segment,
	       sizeof(segment));
}

void fuzz_ground_restore(void)
{
	fuzz_tables_restore();
	write_real_code();
	write_real_idt();
}

void fuzz_ground_set_real_cpu(const struct fuzz_cpu *cpu)
{
	memcpy((u8 *)phys_to_virt(FUZZ_PLAYGROUND) + FUZZ_REAL_CPU, cpu,
	       sizeof(*cpu));
}
