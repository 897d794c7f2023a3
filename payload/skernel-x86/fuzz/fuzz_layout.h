#pragma once
/*
 * Numbers that C and assembly must agree on: fuzz_cpu.h says what they are.
 */

/* The fields of struct fuzz_cpu, as offsets. */
#define FUZZ_AT_GPR    0
#define FUZZ_AT_RIP    (8 * 16)
#define FUZZ_AT_CS     (FUZZ_AT_RIP + 8)
#define FUZZ_AT_RFLAGS (FUZZ_AT_RIP + 16)
#define FUZZ_AT_RSP    (FUZZ_AT_RIP + 24)
#define FUZZ_AT_SS     (FUZZ_AT_RIP + 32)
#define FUZZ_AT_DS     (FUZZ_AT_RIP + 40)
#define FUZZ_AT_ES     (FUZZ_AT_RIP + 48)
#define FUZZ_AT_FS     (FUZZ_AT_RIP + 56)
#define FUZZ_AT_GS     (FUZZ_AT_RIP + 64)
#define FUZZ_AT_CR0    (FUZZ_AT_RIP + 72)
#define FUZZ_AT_CR3    (FUZZ_AT_RIP + 80)
#define FUZZ_AT_CR4    (FUZZ_AT_RIP + 88)
#define FUZZ_AT_MODE   (FUZZ_AT_RIP + 96)

/* enum fuzz_mode */
#define FUZZ_MODE_LONG	 0
#define FUZZ_MODE_LEGACY 1
#define FUZZ_MODE_REAL	 2

/* Selectors of the fuzzer's GDT; the rest are in enum fuzz_selector. */
#define FUZZ_SELECTOR_CODE64 0x08
#define FUZZ_SELECTOR_DATA32 0x10
#define FUZZ_SELECTOR_CODE32 0x18
#define FUZZ_SELECTOR_CODE16 0x20 /* base: the playground */
#define FUZZ_SELECTOR_DATA16 0x28 /* the same */
#define FUZZ_SELECTOR_TSS32  0x58
#define FUZZ_SELECTOR_TSS64  0x60 /* two entries */

/* What real mode needs, in the first page of the playground. */
#define FUZZ_REAL_CPU	      0xa00
#define FUZZ_REAL_IDT_POINTER 0xb00
#define FUZZ_REAL_GDT_POINTER 0xb08
#define FUZZ_REAL_IDT	      0xc00
