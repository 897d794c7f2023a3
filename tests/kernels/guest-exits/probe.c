#include "probe.h"
#include "cpu/instructions.h"
#include "cpu/panic.h"
#include "cpu/pic.h"
#include "cpu/registers.h"
#include "lib/string.h"
#include "memory/frames.h"
#include "memory/physical.h"

#define PAGE_PRESENT_WRITE 3ull
#define PAGE_USER	   BIT(2)
#define PAGE_LARGE	   BIT(7)
#define PAGE_FRAME	   0xffffffffff000ull
#define TABLE_ENTRIES	   512u

#define GATE_SIZE	16u
#define GATE_ATTRIBUTES 5u
#define GATE_DPL_3	0x60u

#define DR6_INITIAL 0xffff0ff0ull

/* After the selectors of enum gdt_selector. */
enum probe_selector {
	USER_DATA = 0x2b,
	USER_CODE = 0x33,
	KERNEL_CODE_32 = 0x38,
	LOW_CODE_16 = 0x40,
	LOW_DATA_16 = 0x48,
};

void probe_enter(const struct trap_frame *frame, u64 *rsp);
void probe_return(void);

static u64 gdt[10] __attribute__((aligned(16)));
u8 probe_segment[4096] __attribute__((aligned(4096)));
static u8 kernel_stack[PROBE_STACK_SIZE] __attribute__((aligned(16)));
static u8 probe_stack[PROBE_STACK_SIZE] __attribute__((aligned(16)));
static struct probe *active;
static const u8 *active_code;
static u64 kept_rsp;
static u64 nmis_open;

/* Back to probe_run(), with interrupts off. */
static void leave(struct trap_frame *frame)
{
	active->state = *frame;
	active->cr2 = read_cr2();
	frame->rip = (u64)(uintptr_t)probe_return;
	frame->cs = GDT_KERNEL_CODE;
	frame->ss = GDT_KERNEL_DATA;
	frame->rsp = kept_rsp;
	frame->rflags = RFLAGS_FIXED;
}

static void on_debug(struct trap_frame *frame)
{
	active->steps++;
	active->strays += traps_is_entry(frame->rip) ? 1 : 0;
	active->dr6 |= read_dr6() & ~DR6_INITIAL;
	active->step_rflags = frame->rflags;
	write_dr6(DR6_INITIAL);
	frame->rflags |= RFLAGS_RF;
}

static void on_nmi(void)
{
	active->nmis++;
	nmis_open++;
	active->nmi_depth = max_u64(active->nmi_depth, nmis_open);
	if (active->in_nmi != NULL) {
		active->in_nmi(active);
	}
	nmis_open--;
}

static void on_trap(struct trap_frame *frame)
{
	if (active == NULL) {
		traps_report(frame);
	} else if (frame->vector == VECTOR_DEBUG) {
		on_debug(frame);
	} else if (frame->vector == VECTOR_NMI) {
		on_nmi();
	} else {
		leave(frame);
	}
}

static void on_interrupt(struct trap_frame *frame)
{
	if (active != NULL) {
		active->interrupts++;
		active->interrupt_rip =
			frame->rip - (u64)(uintptr_t)active_code;
	}
	pic_eoi(0);
}

/* Everything is the user's too: CPL 3 needs code, stack and data. */
static void open_pages(u64 *table, unsigned int level)
{
	for (unsigned int i = 0; i < TABLE_ENTRIES; i++) {
		if ((table[i] & 1) == 0) {
			continue;
		}
		table[i] |= PAGE_USER;
		if (level > 1 && (level == 4 || (table[i] & PAGE_LARGE) == 0)) {
			open_pages(phys_to_virt(table[i] & PAGE_FRAME),
				   level - 1);
		}
	}
}

/* 64 KiB of 16 bits, below 16 MiB as the whole kernel is. */
static u64 segment_16(const void *base, u64 type)
{
	return 0xffff | (u64)(uintptr_t)base << 16 | type << 40;
}

static void set_segments(void)
{
	struct descriptor_table table = sgdt();

	memcpy(gdt, phys_to_virt(table.base), (size_t)table.limit + 1);
	gdt[USER_DATA / 8] = 0x00cff3000000ffffull;
	gdt[USER_CODE / 8] = 0x00affb000000ffffull;
	gdt[KERNEL_CODE_32 / 8] = 0x00cf9b000000ffffull;
	gdt[LOW_DATA_16 / 8] = segment_16(probe_segment, 0x93);
	table.base = (u64)(uintptr_t)gdt;
	table.limit = sizeof(gdt) - 1;
	lgdt(&table);
}

struct tss *probe_task_state(void)
{
	const u64 *d = &gdt[GDT_TSS / 8];

	return phys_to_virt((d[0] >> 16 & 0xffffff) |
			    (d[0] >> 32 & 0xff000000) | d[1] << 32);
}

void probe_init(void)
{
	u8 *idt = phys_to_virt(sidt().base);

	open_pages(phys_to_virt(read_cr3() & PAGE_FRAME), 4);
	write_cr3(read_cr3());
	set_segments();
	probe_task_state()->rsp[0] =
		(u64)(uintptr_t)(kernel_stack + sizeof(kernel_stack));
	pic_init();
	for (unsigned int i = 0; i < TRAP_EXCEPTIONS; i++) {
		traps_set_handler((u8)i, on_trap);
	}
	traps_set_handler(PIC_VECTOR(0), on_interrupt);
	traps_set_handler(PROBE_DONE, on_trap);
	idt[GATE_SIZE * PROBE_DONE + GATE_ATTRIBUTES] |= GATE_DPL_3;
}

static void choose_segments(struct probe *probe)
{
	struct trap_frame *state = &probe->state;

	switch (probe->mode) {
	case PROBE_USER:
		state->cs = USER_CODE;
		state->ss = USER_DATA;
		break;
	case PROBE_COMPATIBILITY:
		state->cs = KERNEL_CODE_32;
		state->ss = GDT_KERNEL_DATA;
		break;
	case PROBE_COMPATIBILITY_16:
		state->cs = LOW_CODE_16;
		state->ss = LOW_DATA_16;
		break;
	default:
		state->cs = GDT_KERNEL_CODE;
		state->ss = GDT_KERNEL_DATA;
	}
}

/* An exception at CPL 0 is delivered on the probe's own stack. */
void probe_run(struct probe *probe, const u8 *code)
{
	struct trap_frame *state = &probe->state;

	choose_segments(probe);
	state->rip = (u64)(uintptr_t)code;
	state->rflags |= RFLAGS_FIXED;
	if (probe->mode == PROBE_COMPATIBILITY_16) {
		gdt[LOW_CODE_16 / 8] = segment_16(code, 0x9b);
		state->rip = 0;
		asm volatile("mov %0, %%ds; mov %0, %%es"
			     :
			     : "r"((u32)LOW_DATA_16));
	}
	if (state->rsp == 0) {
		state->rsp =
			(u64)(uintptr_t)(probe_stack + sizeof(probe_stack));
	}
	active_code = phys_to_virt(state->rip);
	active = probe;
	probe_enter(state, &kept_rsp);
	active = NULL;
	probe->offset = state->rip - (u64)(uintptr_t)active_code;
	asm volatile("mov %0, %%ds; mov %0, %%es" : : "r"(GDT_KERNEL_DATA));
}

void probe_map(u64 gva, hpa_t page, u64 rights)
{
	u64 *entry = phys_to_virt(read_cr3() & PAGE_FRAME);

	for (unsigned int level = 4;; level--) {
		entry += gva >> (12 + 9 * (level - 1)) & (TABLE_ENTRIES - 1);
		if (level == 1) {
			break;
		}
		if ((*entry & 1) == 0) {
			hpa_t table = frames_alloc(FRAME_ORDER_4K);

			if (table == FRAME_NONE) {
				panic("no memory is left for page tables");
			}
			memset(phys_to_virt(table), 0, FRAME_SIZE);
			*entry = table | PAGE_PRESENT_WRITE | PAGE_USER;
		}
		entry = phys_to_virt(*entry & PAGE_FRAME);
	}
	*entry = page | rights;
	invlpg(phys_to_virt(gva));
}
