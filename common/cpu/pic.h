#pragma once
/*
 * The two 8259 interrupt controllers of a PC, which firmware leaves running
 * with vectors that collide with the CPU's exceptions. One CPU at a time may
 * use this; their interrupts go to the one that called lapic_accept_pic().
 */

#define PIC_FIRST_VECTOR 0x20 /* of IRQ 0; IRQ 15 is 15 vectors later */

/* The vector of an IRQ, 0 .. 15. */
#define PIC_VECTOR(irq) (PIC_FIRST_VECTOR + (irq))

/*
 * Moves the vectors behind those of the exceptions and masks all sixteen
 * interrupts. Spurious ones are taken and forgotten from now on. To be called
 * first with interrupts off; again, it does nothing.
 */
void pic_init(void);

/* Lets an interrupt, IRQ 0 .. 15 but 2, through, or no more. */
void pic_unmask(unsigned int irq);
void pic_mask(unsigned int irq);

/* Ends the interrupt in service, which is that IRQ's: "EOI". */
void pic_eoi(unsigned int irq);
