#include "cpu/pic.h"
#include "cpu/ports.h"
#include "cpu/traps.h"

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
#define ALL_MASKED	    0xff

/* The IRQ by which the first controller reports what went away again. */
#define SPURIOUS_IRQ 7

static u8 master_mask = ALL_MASKED;

/* An interrupt that was gone when the CPU asked for it: no EOI either. */
static void on_spurious(struct trap_frame *frame)
{
	(void)frame;
}

void pic_init(void)
{
	traps_set_handler(PIC_VECTOR(SPURIOUS_IRQ), on_spurious);
	out8(MASTER_COMMAND, ICW1_INIT_WITH_ICW4);
	out8(SLAVE_COMMAND, ICW1_INIT_WITH_ICW4);
	out8(MASTER_DATA, PIC_FIRST_VECTOR);
	out8(SLAVE_DATA, PIC_FIRST_VECTOR + 8);
	out8(MASTER_DATA, ICW3_SLAVE_AT_IRQ2);
	out8(SLAVE_DATA, ICW3_SLAVE_IS_2);
	out8(MASTER_DATA, ICW4_8086_MODE);
	out8(SLAVE_DATA, ICW4_8086_MODE);
	out8(MASTER_DATA, master_mask);
	out8(SLAVE_DATA, ALL_MASKED);
}

void pic_unmask(unsigned int irq)
{
	master_mask &= (u8) ~(1u << irq);
	out8(MASTER_DATA, master_mask);
}

void pic_eoi(void)
{
	out8(MASTER_COMMAND, OCW2_EOI);
}
