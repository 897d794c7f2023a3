#include "cpu/gdt.h"
#include "cpu/instructions.h"

#define DESCRIPTOR_CODE64  0x00af9b000000ffffull
#define DESCRIPTOR_DATA	   0x00cf93000000ffffull
#define TSS_PRESENT	   BIT(47)
#define TSS_TYPE_AVAILABLE (9ull << 40)

static void set_tss_descriptor(struct gdt *gdt)
{
	u64 base = (u64)(uintptr_t)&gdt->tss;
	u64 limit = sizeof(gdt->tss) - 1;

	gdt->entries[GDT_TSS / 8] = limit | (base & 0xffffff) << 16 |
				    TSS_TYPE_AVAILABLE | TSS_PRESENT |
				    (base >> 24 & 0xff) << 56;
	gdt->entries[GDT_TSS / 8 + 1] = base >> 32;
}

static void load_segments(void)
{
	asm volatile("push %0\n\t"
		     "lea 1f(%%rip), %%rax\n\t"
		     "push %%rax\n\t"
		     "lretq\n\t"
		     "1: mov %1, %%ds\n\t"
		     "mov %1, %%es\n\t"
		     "mov %1, %%ss\n\t"
		     :
		     : "i"(GDT_KERNEL_CODE), "r"(GDT_KERNEL_DATA)
		     : "rax", "memory");
}

void gdt_load(struct gdt *gdt)
{
	struct descriptor_table pointer = {
		.limit = sizeof(gdt->entries) - 1,
		.base = (u64)(uintptr_t)gdt->entries,
	};

	gdt->entries[0] = 0;
	gdt->entries[GDT_KERNEL_CODE / 8] = DESCRIPTOR_CODE64;
	gdt->entries[GDT_KERNEL_DATA / 8] = DESCRIPTOR_DATA;
	set_tss_descriptor(gdt);
	for (size_t i = 0; i < ARRAY_SIZE(gdt->ist_stacks); i++) {
		gdt->tss.ist[i] = (u64)(uintptr_t)(gdt->ist_stacks[i] +
						   GDT_IST_STACK_SIZE);
	}
	/* Beyond the limit: no I/O permission bitmap. */
	gdt->tss.io_map_base = sizeof(gdt->tss);
	lgdt(&pointer);
	load_segments();
	ltr(GDT_TSS);
}
