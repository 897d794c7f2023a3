#pragma once
/*
 * The global descriptor table and the task-state segment of one CPU.
 *
 * SDM: "Segment Descriptor Tables in IA-32e Mode" and "Task Management in
 * 64-bit Mode".
 */
#include "lib/types.h"

enum gdt_selector {
	GDT_KERNEL_CODE = 0x08,
	GDT_KERNEL_DATA = 0x10,
	GDT_TSS = 0x18,
};

/* Entries of the interrupt-stack table; 0 in a gate means the stack in use. */
enum gdt_ist {
	IST_DOUBLE_FAULT = 1,
	IST_NMI = 2,
	IST_MACHINE_CHECK = 3,
};

#define GDT_IST_STACK_SIZE 8192

/* SDM: "64-Bit TSS Format". */
struct tss {
	u32 reserved0;
	u64 rsp[3];
	u64 reserved1;
	u64 ist[7]; /* ist[0] is IST1 */
	u64 reserved2;
	u16 reserved3;
	u16 io_map_base;
} __attribute__((packed));

/* What one CPU needs; static, since the CPU looks at it at any time. */
struct gdt {
	u64 entries[5]; /* null, code, data, and the TSS's two */
	struct tss tss;
	u8 ist_stacks[3][GDT_IST_STACK_SIZE] __attribute__((aligned(16)));
};

/* Fills in gdt and loads GDTR, the segment registers and TR from it. */
void gdt_load(struct gdt *gdt);
