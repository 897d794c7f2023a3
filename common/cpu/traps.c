#include "cpu/traps.h"
#include "boot/kernel.h"
#include "cpu/backtrace.h"
#include "cpu/gdt.h"
#include "cpu/instructions.h"
#include "lib/printk.h"
#include "smp/smp_stop.h"

#define TRAP_STUB_SIZE 16

/* SDM: "64-Bit IDT Gate Descriptors". */
struct gate {
	u16 offset_low;
	u16 selector;
	u8 ist;
	u8 attributes;
	u16 offset_middle;
	u32 offset_high;
	u32 reserved;
};

#define GATE_PRESENT_INTERRUPT 0x8e

/* Entry points, TRAP_STUB_SIZE bytes each: trap_entry.S. */
extern const u8 trap_stubs[TRAP_VECTORS][TRAP_STUB_SIZE];
extern const u8 trap_entry_end[];

void trap_dispatch(struct trap_frame *frame);

static struct gate idt[TRAP_VECTORS];
static void (*handlers[TRAP_VECTORS])(struct trap_frame *frame);

/* The manual's name of each exception: also the title of its section there. */
static const char *const exception_names[] = {
	[0] = "Divide Error Exception (#DE)",
	[1] = "Debug Exception (#DB)",
	[2] = "NMI Interrupt",
	[3] = "Breakpoint Exception (#BP)",
	[4] = "Overflow Exception (#OF)",
	[5] = "BOUND Range Exceeded Exception (#BR)",
	[6] = "Invalid Opcode Exception (#UD)",
	[7] = "Device Not Available Exception (#NM)",
	[8] = "Double Fault Exception (#DF)",
	[9] = "Coprocessor Segment Overrun",
	[10] = "Invalid TSS Exception (#TS)",
	[11] = "Segment Not Present (#NP)",
	[12] = "Stack Fault Exception (#SS)",
	[13] = "General Protection Exception (#GP)",
	[14] = "Page-Fault Exception (#PF)",
	[16] = "x87 FPU Floating-Point Error (#MF)",
	[17] = "Alignment Check Exception (#AC)",
	[18] = "Machine-Check Exception (#MC)",
	[19] = "SIMD Floating-Point Exception (#XM)",
	[20] = "Virtualization Exception (#VE)",
	[21] = "Control Protection Exception (#CP)",
};

static u8 ist_of(unsigned int vector)
{
	switch (vector) {
	case VECTOR_DOUBLE_FAULT:
		return IST_DOUBLE_FAULT;
	case VECTOR_NMI:
		return IST_NMI;
	case VECTOR_MACHINE_CHECK:
		return IST_MACHINE_CHECK;
	default:
		return 0;
	}
}

void traps_load(void)
{
	struct descriptor_table pointer = {
		.limit = sizeof(idt) - 1,
		.base = (u64)(uintptr_t)idt,
	};

	lidt(&pointer);
}

void traps_init(void)
{
	for (unsigned int i = 0; i < TRAP_VECTORS; i++) {
		u64 entry = (u64)(uintptr_t)trap_stubs[i];

		idt[i] = (struct gate){
			.offset_low = (u16)entry,
			.selector = GDT_KERNEL_CODE,
			.ist = ist_of(i),
			.attributes = GATE_PRESENT_INTERRUPT,
			.offset_middle = (u16)(entry >> 16),
			.offset_high = (u32)(entry >> 32),
		};
	}
	traps_load();
}

void traps_set_handler(u8 vector, void (*handler)(struct trap_frame *frame))
{
	handlers[vector] = handler;
}

bool traps_is_entry(u64 rip)
{
	return rip >= (u64)(uintptr_t)trap_stubs &&
	       rip < (u64)(uintptr_t)trap_entry_end;
}

static void print_frame(const struct trap_frame *f)
{
	printk("  RIP %016lx  CS  %04lx  RFLAGS %08lx  error code %#lx\n",
	       f->rip, f->cs, f->rflags, f->error_code);
	printk("  RSP %016lx  SS  %04lx  CR2 %016lx\n", f->rsp, f->ss,
	       read_cr2());
	printk("  CR0 %016lx  CR3 %016lx  CR4 %016lx\n", read_cr0(), read_cr3(),
	       read_cr4());
	printk("  RAX %016lx  RBX %016lx  RCX %016lx\n", f->rax, f->rbx,
	       f->rcx);
	printk("  RDX %016lx  RSI %016lx  RDI %016lx\n", f->rdx, f->rsi,
	       f->rdi);
	printk("  RBP %016lx  R8  %016lx  R9  %016lx\n", f->rbp, f->r8, f->r9);
	printk("  R10 %016lx  R11 %016lx  R12 %016lx\n", f->r10, f->r11,
	       f->r12);
	printk("  R13 %016lx  R14 %016lx  R15 %016lx\n", f->r13, f->r14,
	       f->r15);
}

static void explain_page_fault(const struct trap_frame *frame)
{
	printk("  A %s of address %#lx, which is %s.\n",
	       (frame->error_code & BIT(4)) != 0   ? "fetch"
	       : (frame->error_code & BIT(1)) != 0 ? "write"
						   : "read",
	       read_cr2(),
	       (frame->error_code & BIT(0)) != 0 ? "mapped without that right"
						 : "not mapped");
}

_Noreturn void traps_report(const struct trap_frame *frame)
{
	const char *name = "Interrupt that nobody asked for";

	if (frame->vector < ARRAY_SIZE(exception_names) &&
	    exception_names[frame->vector] != NULL) {
		name = exception_names[frame->vector];
	}
	smp_stop_others();
	printk("PANIC: ");
	smp_stop_print_place();
	printk("Interrupt %lu: %s\n", frame->vector, name);
	if (frame->vector == VECTOR_PAGE_FAULT) {
		explain_page_fault(frame);
	}
	print_frame(frame);
	backtrace_print(frame->rip, frame->rbp);
	printk("Read next: SDM, \"Exception and Interrupt Reference\", the "
	       "section of that name.\n");
	kernel_end(KERNEL_FAILURE);
}

void trap_dispatch(struct trap_frame *frame)
{
	if (handlers[frame->vector] == NULL) {
		traps_report(frame);
	}
	handlers[frame->vector](frame);
}

_Noreturn void traps_triple_fault(void)
{
	const struct descriptor_table none = {0, 0};

	lidt(&none);
	asm volatile("ud2");
	__builtin_unreachable();
}
