#pragma once
/*
 * The fuzzer's own descriptor tables and page tables.
 *
 * SDM: "Segment Descriptors", "IDT Descriptors", "Task-State Segment (TSS)",
 * "64-Bit Mode IDT Gate Descriptors", and the chapter "Paging".
 */
#include "cpu/instructions.h"
#include "lib/types.h"

/* Read by fuzz_enter.S. */
extern struct descriptor_table fuzz_gdt_pointer;
extern struct descriptor_table fuzz_idt_long_pointer;
extern struct descriptor_table fuzz_idt_legacy_pointer;

/*
 * The page tables: 4 GiB one to one. A user may use the playground but for its
 * first page, and what lies above 3 GiB, where a PC has devices.
 */
void fuzz_tables_init(void);

/* Fills GDT, IDTs and TSSs. */
void fuzz_tables_restore(void);

/* The values of CR3 for 4-level, PAE and 32-bit paging. */
u64 fuzz_tables_cr3_long(void);
u64 fuzz_tables_cr3_pae(void);
u64 fuzz_tables_cr3_32(void);
