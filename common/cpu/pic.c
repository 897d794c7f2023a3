#include "cpu/pic.h"
#include "cpu/ports.h"
#include "cpu/traps.h"
#include "lib/types.h"

/* "8259A Programmable Interrupt Controller": command and data ports. */
#define MASTER_COMMAND 0x20
#define MASTER_DATA    0x21
#define SLAVE_COMMAND  0xa0
#define SLAVE_DATA     0xa1

#define ICW1_INIT_WITH_ICW4 0x11
#define ICW3_SLAVE_AT_IRQ2  0x04
#define ICW3_SLAVE_IS_2	    0x02
#define ICW4_8086_MODE	    0x01
#define OCW2_EOI	    0x20

/* The IRQ by which the first controller reports what went away again. */
#define SPURIOUS_IRQ 7
#define CASCADE_IRQ  2 /* where the second controller hangs */

static u16 masked = 0xffff; /* bit n: IRQ n */
static bool initialized;

/* An interrupt that was gone when the CPU asked for it: no EOI either. */
static void on_spurious(struct trap_frame *frame)
{
	(void)frame;
}

static void write_masks(void)
{
	out8(MASTER_DATA, (u8)masked);
	out8(SLAVE_DATA, (u8)(masked >> 8));
}

/*
 * ICW1 clears the masks until the end, so a second time, with interrupts on,
 * would let the firmware's timer through.
 */
void pic_init(void)
{
	if (initialized) {
		return;
	}
	initialized = true;
	traps_set_handler(PIC_VECTOR(SPURIOUS_IRQ), on_spurious);
	out8(MASTER_COMMAND, ICW1_INIT_WITH_ICW4);
	out8(SLAVE_COMMAND, ICW1_INIT_WITH_ICW4);
	out8(MASTER_DATA, PIC_FIRST_VECTOR);
	out8(SLAVE_DATA, PIC_FIRST_VECTOR + 8);
	out8(MASTER_DATA, ICW3_SLAVE_AT_IRQ2);
	out8(SLAVE_DATA, ICW3_SLAVE_IS_2);
	out8(MASTER_DATA, ICW4_8086_MODE);
	out8(SLAVE_DATA, ICW4_8086_MODE);
	write_masks();
}

/* Those of the second controller come through IRQ 2 of the first. */
void pic_unmask(unsigned int irq)
{
	masked &= (u16) ~(1u << irq);
	if (irq >= 8) {
		masked &= (u16) ~(1u << CASCADE_IRQ);
	}
	write_masks();
}

void pic_mask(unsigned int irq)
{
	masked |= (u16)(1u << irq);
	write_masks();
}

void pic_eoi(unsigned int irq)
{
	if (irq >= 8) {
		out8(SLAVE_COMMAND, OCW2_EOI);
	}
	out8(MASTER_COMMAND, OCW2_EOI);
}
