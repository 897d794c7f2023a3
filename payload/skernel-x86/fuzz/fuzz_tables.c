#include "fuzz/fuzz_tables.h"
#include "cpu/gdt.h"
#include "fuzz/fuzz_cpu.h"
#include "fuzz/fuzz_ground.h"
#include "lib/string.h"
#include "memory/frames.h"
#include "memory/physical.h"

#define VECTORS	     256
#define PAGE_PRESENT BIT(0)
#define PAGE_WRITE   BIT(1)
#define PAGE_USER    BIT(2)
#define PAGE_LARGE   BIT(7)

/* Type and rights of a descriptor, in bits 40 to 47 and 52 to 55. */
#define CODE	(0x9aull << 40)
#define DATA	(0x92ull << 40)
#define USER	(0x60ull << 40)
#define LDT	(0x82ull << 40)
#define TSS	(0x89ull << 40)
#define LONG	BIT(53)
#define BITS_32 BIT(54)
#define FLAT	(0xffffull | 0xfull << 48 | BIT(55))

#define GATE_TASK	    0x85
#define GATE_CALL	    0xec
#define GATE_USER_INTERRUPT 0xee

/* SDM: "Task-State Segment (TSS)". */
struct tss32 {
	u32 link, esp0, ss0, esp1, ss1, esp2, ss2, cr3;
	u32 eip, eflags, gpr[8], es, cs, ss, ds, fs, gs, ldt;
	u16 trap, io_map_base;
};

struct gate64 {
	u16 offset_low, selector;
	u8 ist, attributes;
	u16 offset_middle;
	u32 offset_high, reserved;
};

extern u8 fuzz_ring0_stack_top[];

static u64 gdt[FUZZ_SELECTORS_END / sizeof(u64)] __attribute__((aligned(16)));
static struct gate64 idt_long[VECTORS];
static u64 idt_legacy[VECTORS];
static struct tss tss_long;
static struct tss32 tss_legacy[2];
static u64 ldt[8];
static u8 ist_stack[4096] __attribute__((aligned(16)));

static u64 pml4[512] __attribute__((aligned(4096)));
static u64 pdpt[512] __attribute__((aligned(4096)));
static u64 directories[4][512] __attribute__((aligned(4096)));
static u64 first_table[512] __attribute__((aligned(4096)));
static u64 pdpt_pae[4] __attribute__((aligned(32)));
static u32 directory_32[1024] __attribute__((aligned(4096)));

struct descriptor_table fuzz_gdt_pointer = {sizeof(gdt) - 1, 0};
struct descriptor_table fuzz_idt_long_pointer = {sizeof(idt_long) - 1, 0};
struct descriptor_table fuzz_idt_legacy_pointer = {sizeof(idt_legacy) - 1, 0};

static u64 address_of(const volatile void *object)
{
	return (u64)(uintptr_t)object;
}

static u64 segment(u64 base, u64 limit)
{
	return (limit & 0xffff) | (limit >> 16 & 0xf) << 48 |
	       (base & 0xffffff) << 16 | (base >> 24 & 0xff) << 56;
}

static u64 gate32(u64 offset, u64 selector, u64 attributes)
{
	return (offset & 0xffff) | selector << 16 | attributes << 40 |
	       (offset >> 16 & 0xffff) << 48;
}

void fuzz_tables_init(void)
{
	u64 all = PAGE_PRESENT | PAGE_WRITE | PAGE_USER;

	fuzz_gdt_pointer.base = address_of(gdt);
	fuzz_idt_long_pointer.base = address_of(idt_long);
	fuzz_idt_legacy_pointer.base = address_of(idt_legacy);
	pml4[0] = address_of(pdpt) | all;
	for (u64 i = 0; i < 4; i++) {
		pdpt[i] = address_of(directories[i]) | all;
		pdpt_pae[i] = address_of(directories[i]) | PAGE_PRESENT;
	}
	for (u64 i = 0; i < 4 * 512; i++) {
		directories[i / 512][i % 512] = i * MIB(2) | PAGE_LARGE |
						PAGE_PRESENT | PAGE_WRITE |
						(i >= 3 * 512 ? PAGE_USER : 0);
	}
	directories[0][0] = address_of(first_table) | all;
	for (u64 i = 0; i < 512; i++) {
		u64 page = i * FRAME_SIZE;
		bool user = page > FUZZ_PLAYGROUND &&
			    page < FUZZ_PLAYGROUND + FUZZ_PLAYGROUND_SIZE;

		first_table[i] = page | PAGE_PRESENT | PAGE_WRITE |
				 (user ? PAGE_USER : 0);
	}
	for (u32 i = 0; i < ARRAY_SIZE(directory_32); i++) {
		directory_32[i] =
			i << 22 | (u32)(PAGE_LARGE | PAGE_WRITE | PAGE_PRESENT);
	}
}

static void restore_gdt(void)
{
	u64 here = segment(FUZZ_PLAYGROUND, FUZZ_PLAYGROUND_SIZE - 1);

	gdt[FUZZ_CODE64 / 8] = FLAT | CODE | LONG;
	gdt[FUZZ_DATA32 / 8] = FLAT | DATA | BITS_32;
	gdt[FUZZ_CODE32 / 8] = FLAT | CODE | BITS_32;
	gdt[FUZZ_CODE16 / 8] = here | CODE;
	gdt[FUZZ_DATA16 / 8] = here | DATA;
	gdt[FUZZ_USER_DATA32 / 8] = FLAT | DATA | USER | BITS_32;
	gdt[FUZZ_USER_CODE32 / 8] = FLAT | CODE | USER | BITS_32;
	gdt[FUZZ_USER_CODE64 / 8] = FLAT | CODE | USER | LONG;
	gdt[FUZZ_USER_CODE16 / 8] = here | CODE | USER;
	gdt[FUZZ_USER_DATA16 / 8] = here | DATA | USER;
	gdt[FUZZ_TSS32 / 8] =
		segment(address_of(&tss_legacy[0]), sizeof(struct tss32) - 1) |
		TSS;
	gdt[FUZZ_TSS64 / 8] =
		segment(address_of(&tss_long), sizeof(struct tss) - 1) | TSS;
	gdt[FUZZ_TSS64 / 8 + 1] = 0;
	gdt[FUZZ_OTHER_TSS32 / 8] =
		segment(address_of(&tss_legacy[1]), sizeof(struct tss32) - 1) |
		TSS;
	gdt[FUZZ_TASK_GATE / 8] = gate32(0, FUZZ_OTHER_TSS32, GATE_TASK);
	gdt[FUZZ_CALL_GATE / 8] =
		gate32(address_of(fuzz_stubs_legacy), FUZZ_CODE32, GATE_CALL);
	gdt[FUZZ_LDT / 8] = segment(address_of(ldt), sizeof(ldt) - 1) | LDT;
	gdt[FUZZ_LDT / 8 + 1] = 0;
}

static void restore_idts(void)
{
	for (u64 i = 0; i < VECTORS; i++) {
		u64 stub = address_of(fuzz_stubs_long + i * FUZZ_STUB_SIZE);

		idt_long[i] = (struct gate64){
			.offset_low = (u16)stub,
			.selector = FUZZ_CODE64,
			.ist = 1,
			.attributes = GATE_USER_INTERRUPT,
			.offset_middle = (u16)(stub >> 16),
			.offset_high = (u32)(stub >> 32),
		};
		idt_legacy[i] = gate32(
			address_of(fuzz_stubs_legacy + i * FUZZ_STUB_SIZE),
			FUZZ_CODE32, GATE_USER_INTERRUPT);
	}
}

/* The other task goes straight to the stub of vector 3. */
static void restore_tasks(void)
{
	u32 stack = (u32)address_of(fuzz_ring0_stack_top);

	tss_long = (struct tss){.io_map_base = sizeof(struct tss)};
	for (size_t i = 0; i < ARRAY_SIZE(tss_long.ist); i++) {
		tss_long.ist[i] = address_of(ist_stack) + sizeof(ist_stack);
	}
	for (size_t i = 0; i < ARRAY_SIZE(tss_long.rsp); i++) {
		tss_long.rsp[i] = tss_long.ist[0];
	}
	for (size_t i = 0; i < ARRAY_SIZE(tss_legacy); i++) {
		tss_legacy[i] = (struct tss32){
			.esp0 = stack,
			.ss0 = FUZZ_DATA32,
			.cr3 = (u32)fuzz_tables_cr3_32(),
			.eip = (u32)address_of(fuzz_stubs_legacy) +
			       3 * FUZZ_STUB_SIZE,
			.eflags = 2,
			.gpr = {[4] = stack},
			.cs = FUZZ_CODE32,
			.ss = FUZZ_DATA32,
			.ds = FUZZ_DATA32,
			.es = FUZZ_DATA32,
			.io_map_base = sizeof(struct tss32),
		};
	}
	memset(ldt, 0, sizeof(ldt));
	ldt[0] = FLAT | DATA | BITS_32;
}

void fuzz_tables_restore(void)
{
	restore_gdt();
	restore_idts();
	restore_tasks();
}

u64 fuzz_tables_cr3_long(void)
{
	return address_of(pml4);
}

u64 fuzz_tables_cr3_pae(void)
{
	return address_of(pdpt_pae);
}

u64 fuzz_tables_cr3_32(void)
{
	return address_of(directory_32);
}
