/*
 * LGDT, LIDT, LLDT, LTR and what stores those registers.
 */
#include "check.h"
#include "cpu/gdt.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "lib/string.h"
#include "memory/physical.h"

#define NOT_CANONICAL 0x8000000000000000

#define TYPE_LDT  2ull
#define TYPE_TSS  9ull
#define PRESENT	  BIT(47)
#define TSS_LIMIT 0x67ull

PROBE_CODE(store_gdt, "sgdt (%rbx)");
PROBE_CODE(store_gdt_indexed, "sgdt -16(%rbx,%rcx,8)");
PROBE_CODE(store_gdt_fs, "sgdt %fs:8");
PROBE_CODE(store_gdt_32, "sgdt (%ebx)");
PROBE_CODE(store_gdt_relative, "sgdt probe_segment(%rip)");
PROBE_CODE(store_gdt_legacy, ".code32\n\tsgdt (%ebx)");
PROBE_CODE(store_idt, "sidt (%rbx)");
PROBE_CODE(load_gdt, "lgdt (%rbx)");
PROBE_CODE(load_idt, "lidt (%rbx)");
PROBE_CODE(load_idt_r13, "lidt (%r13)");
PROBE_CODE(load_idt_widths, ".code32\n\t"
			    "sidt (%ebx)\n\t"
			    "lidtl 32(%ebx)\n\t"
			    "sidt 16(%ebx)\n\t"
			    "lidtw 32(%ebx)\n\t"
			    "sidt 24(%ebx)\n\t"
			    "lidtl (%ebx)");
PROBE_CODE(store_ldt_64, "sldt %r9");
PROBE_CODE(store_ldt_16, "sldt %ax");
PROBE_CODE(store_ldt_memory, "sldt (%rbx)");
PROBE_CODE(store_task_32, "str %ecx");
PROBE_CODE(store_task_memory, "str (%rbx)");
PROBE_CODE(load_ldt, "lldt %ax");
PROBE_CODE(load_ldt_memory, "lldt (%rbx)");
PROBE_CODE(load_task, "ltr %ax");
PROBE_CODE(load_task_memory, "ltr (%rbx)");
PROBE_CODE(load_from_ldt, "mov %ecx, %fs\n\tmov %edx, %fs");

/* Selectors of the table that is loaded here; the first five are the kernel's.
 */
enum {
	LDT = 0x28,	   /* two entries each: 64-bit mode has 16 bytes */
	LDT_ABSENT = 0x38, /* not present */
	LDT_AFAR = 0x48,   /* its base is not canonical */
	TASK = 0x58,
	TASK_ABSENT = 0x68,
	TABLE_END = 0x78,
};

static u64 table[TABLE_END / 8] __attribute__((aligned(16)));
static u64 ldt[2] = {0, 0x00cf93000000ffff};
static struct tss task;
static u8 memory[64];
static struct descriptor_table kernel_gdt;

static void describe(u16 selector, const volatile void *base, u64 limit,
		     u64 bits)
{
	u64 address = (u64)(uintptr_t)base;

	table[selector / 8] = limit | (address & 0xffffff) << 16 |
			      (address >> 24 & 0xff) << 56 | bits;
	table[selector / 8 + 1] = address >> 32;
}

static void make_table(void)
{
	kernel_gdt = sgdt();
	memcpy(table, phys_to_virt(kernel_gdt.base), LDT);
	describe(LDT, ldt, sizeof(ldt) - 1, TYPE_LDT << 40 | PRESENT);
	describe(LDT_ABSENT, ldt, sizeof(ldt) - 1, TYPE_LDT << 40);
	describe(LDT_AFAR, ldt, sizeof(ldt) - 1, TYPE_LDT << 40 | PRESENT);
	table[LDT_AFAR / 8 + 1] = 0x8000;
	memcpy(&task, probe_task_state(), sizeof(task));
	describe(TASK, &task, TSS_LIMIT, TYPE_TSS << 40 | PRESENT);
	describe(TASK_ABSENT, &task, TSS_LIMIT, TYPE_TSS << 40);
}

static struct probe at(const volatile void *address)
{
	return (struct probe){.state.rbx = (u64)(uintptr_t)address};
}

static bool stored(const void *where, const struct descriptor_table *expected)
{
	return memcmp(where, expected, sizeof(*expected)) == 0;
}

static void check_stores(void)
{
	struct descriptor_table gdt = sgdt(), idt = sidt();
	struct probe probe = at(memory);

	probe_run(&probe, store_gdt);
	check("SGDT", stored(memory, &gdt), true);
	probe_run(&probe, store_idt);
	check("SIDT", stored(memory, &idt), true);
	probe.state.rcx = 4;
	probe_run(&probe, store_gdt_indexed);
	check("SGDT with an index", stored(memory + 16, &gdt), true);
	wrmsr(IA32_FS_BASE, (u64)(uintptr_t)memory);
	probe_run(&probe, store_gdt_fs);
	check("SGDT through FS", stored(memory + 8, &gdt), true);
	wrmsr(IA32_FS_BASE, 0);
	memset(memory, 0, sizeof(memory));
	probe.state.rbx |= 0xdeadull << 32;
	probe_run(&probe, store_gdt_32);
	check("SGDT with a 32-bit address", stored(memory, &gdt), true);
	probe_run(&probe, store_gdt_relative);
	check("SGDT by RIP", stored(probe_segment, &gdt), true);
	probe = at(memory);
	probe.mode = PROBE_COMPATIBILITY;
	memset(memory, 0x55, sizeof(memory));
	probe_run(&probe, store_gdt_legacy);
	check("SGDT of 32 bits", memcmp(memory, &gdt, 6) == 0, true);
	check("SGDT of 32 bits stores 6 bytes", memory[6], 0x55);
}

static void check_store_faults(void)
{
	struct probe probe = at(NULL);

	probe.state.rbx = 8; /* the page that is no one's */
	check_end("SGDT to no page", &probe, store_gdt, VECTOR_PAGE_FAULT);
	check("SGDT's page fault", probe.state.error_code, 2);
	check("SGDT's CR2", probe.cr2, 8);
	probe = at(NULL);
	probe.state.rbx = NOT_CANONICAL;
	check_refused("SGDT, not canonical", &probe, store_gdt);
	if ((cpuid(CPUID_EXTENDED_FEATURES, 0).ecx & BIT(2)) != 0) {
		u64 cr4 = read_cr4();

		write_cr4(cr4 | CR4_UMIP);
		probe = at(memory);
		probe.mode = PROBE_USER;
		check_refused("SGDT at CPL 3 with UMIP", &probe, store_gdt);
		check_refused("SLDT at CPL 3 with UMIP", &probe, store_ldt_64);
		write_cr4(cr4);
	}
	probe = at(memory);
	probe.mode = PROBE_USER;
	check_end("SIDT at CPL 3", &probe, store_idt, PROBE_DONE);
	check_refused("LGDT at CPL 3", &probe, load_gdt);
	check_refused("LLDT at CPL 3", &probe, load_ldt);
}

static void check_loads(void)
{
	struct descriptor_table idt = sidt(), other = idt;
	struct probe probe = at(&other);

	other.limit = 0xfff - 16;
	check_end("LIDT", &probe, load_idt, PROBE_DONE);
	check("LIDT's limit", sidt().limit, other.limit);
	check("LIDT's base", sidt().base, other.base);
	probe.state.r13 = (u64)(uintptr_t)&idt;
	check_end("LIDT by R13", &probe, load_idt_r13, PROBE_DONE);
	check("LIDT by R13, limit", sidt().limit, idt.limit);
	other.base = NOT_CANONICAL;
	probe = at(&other);
	check_refused("LIDT, not canonical", &probe, load_idt);
	check("IDTR after that", sidt().base, idt.base);
	probe = at(memory);
	probe.mode = PROBE_COMPATIBILITY;
	memset(memory, 0, sizeof(memory));
	*(u32 *)(memory + 34) = 0x12345678;
	check_end("LIDT of 32-bit code", &probe, load_idt_widths, PROBE_DONE);
	check("LIDT of 32 bits, base", *(u32 *)(memory + 18), 0x12345678);
	check("LIDT of 16 bits, base", *(u32 *)(memory + 26), 0x345678);
	check("IDTR after LIDT of 32-bit code", sidt().base, idt.base);
}

static void check_ldt(void)
{
	struct probe probe = {.state = {.rax = ~0ull, .rcx = 0xc, .r9 = ~0ull}};
	u16 selector = LDT;

	check_end("SLDT", &probe, store_ldt_64, PROBE_DONE);
	check("SLDT of 64 bits", probe.state.r9, 0);
	probe_run(&probe, store_ldt_16);
	check("SLDT of 16 bits", probe.state.rax, ~0xffffull);
	probe.state.rax = LDT;
	check_end("LLDT", &probe, load_ldt, PROBE_DONE);
	check("LLDT's selector", sldt(), LDT);
	check_end("a segment of the LDT", &probe, load_from_ldt, PROBE_DONE);
	probe = at(memory);
	memset(memory, 0x55, sizeof(memory));
	probe_run(&probe, store_ldt_memory);
	check("SLDT to memory", memory[0] | memory[1] << 8 | memory[2] << 16,
	      LDT | 0x550000);
	probe.state.rax = 0;
	check_end("LLDT of nothing", &probe, load_ldt, PROBE_DONE);
	probe.state.rcx = 0xc;
	check_end("a segment of no LDT", &probe, load_from_ldt,
		  VECTOR_GENERAL_PROTECTION);
	check("its error code", probe.state.error_code, 0xc);
	probe = at(&selector);
	check_end("LLDT from memory", &probe, load_ldt_memory, PROBE_DONE);
	check("LLDT from memory, selector", sldt(), LDT);
}

static void check_fault(const char *name, const u8 *code, u64 selector,
			u64 vector, u64 error_code)
{
	struct probe probe = {.state.rax = selector};

	check_end(name, &probe, code, vector);
	check(name, probe.state.error_code, error_code);
	check(name, probe.offset, 0);
}

static void check_ldt_faults(void)
{
	check_fault("LLDT behind the GDT", load_ldt, TABLE_END,
		    VECTOR_GENERAL_PROTECTION, TABLE_END);
	check_fault("LLDT of an LDT's", load_ldt, LDT | 4,
		    VECTOR_GENERAL_PROTECTION, LDT | 4);
	check_fault("LLDT of code", load_ldt, GDT_KERNEL_CODE,
		    VECTOR_GENERAL_PROTECTION, GDT_KERNEL_CODE);
	check_fault("LLDT of a TSS", load_ldt, TASK | 3,
		    VECTOR_GENERAL_PROTECTION, TASK);
	check_fault("LLDT, absent", load_ldt, LDT_ABSENT,
		    VECTOR_SEGMENT_NOT_PRESENT, LDT_ABSENT);
	check_fault("LLDT, not canonical", load_ldt, LDT_AFAR,
		    VECTOR_GENERAL_PROTECTION, LDT_AFAR);
	check("LDTR after all that", sldt(), LDT);
	asm volatile("lldt %w0" : : "r"(0));
}

static void check_task(void)
{
	u16 selector = TASK;
	struct probe probe = {.state.rcx = ~0ull};

	check_end("STR", &probe, store_task_32, PROBE_DONE);
	check("STR of 32 bits", probe.state.rcx, GDT_TSS);
	check_fault("LTR of nothing", load_task, 0, VECTOR_GENERAL_PROTECTION,
		    0);
	check_fault("LTR of a busy TSS", load_task, GDT_TSS,
		    VECTOR_GENERAL_PROTECTION, GDT_TSS);
	check_fault("LTR of an LDT", load_task, LDT, VECTOR_GENERAL_PROTECTION,
		    LDT);
	check_fault("LTR, absent", load_task, TASK_ABSENT,
		    VECTOR_SEGMENT_NOT_PRESENT, TASK_ABSENT);
	probe.state.rax = TASK;
	check_end("LTR", &probe, load_task, PROBE_DONE);
	check("LTR's selector", str(), TASK);
	check("LTR makes the TSS busy", table[TASK / 8] >> 40 & 0xf,
	      TYPE_TSS | 2);
	table[TASK / 8] &= ~BIT(41);
	probe = at(&selector);
	check_end("LTR from memory", &probe, load_task_memory, PROBE_DONE);
	check("LTR from memory makes it busy", table[TASK / 8] >> 41 & 1, 1);
	probe = at(memory);
	probe_run(&probe, store_task_memory);
	check("STR to memory", memory[0] | memory[1] << 8, TASK);
}

void check_tables(void)
{
	struct descriptor_table own = {
		.limit = sizeof(table) - 1,
		.base = (u64)(uintptr_t)table,
	};
	struct probe probe = at(&own);

	make_table();
	check_stores();
	check_store_faults();
	check_loads();
	check_end("LGDT", &probe, load_gdt, PROBE_DONE);
	check("LGDT's base", sgdt().base, own.base);
	check_ldt();
	check_ldt_faults();
	check_task();
	/* The kernel's own again: its TSS is marked busy, and no longer so. */
	lgdt(&kernel_gdt);
	((u64 *)phys_to_virt(kernel_gdt.base))[GDT_TSS / 8] &= ~BIT(41);
	ltr(GDT_TSS);
}
