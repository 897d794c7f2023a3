#pragma once
/*
 * The two 8259 interrupt controllers of a PC, which firmware leaves running
 * with vectors that collide with the CPU's exceptions.
 */

#define PIC_FIRST_VECTOR 0x20 /* of IRQ 0; IRQ 15 is 15 vectors later */

/*
 * Moves the vectors behind those of the exceptions and masks all sixteen
 * interrupts.
 */
void pic_init(void);
