#pragma once
/*
 * One interrupt controller: "8259A Programmable Interrupt Controller" (data
 * sheet), in the form that chipsets give it, "Intel I/O Controller Hub 9
 * (ICH9) Family Datasheet", chapter on the 8259 controllers.
 *
 * Eight inputs, one output. Chipsets fix what a board of 1981 could choose, and
 * so it is here: which input has a slave is wired (ICW3 is taken and changes
 * nothing), the CPU is never an 8085 (ICW4, bit 0), and the trigger mode comes
 * from an ELCR register rather than from ICW1.
 */
#include "lib/types.h"

#define PIC8259_CHIP_NO_INPUT 8u

/* One controller. A bit n of a u8 speaks of its input n. */
struct pic8259_chip {
	u8 lines;	 /* inputs that are high */
	u8 irr;		 /* Interrupt Request Register */
	u8 isr;		 /* In-Service Register */
	u8 imr;		 /* Interrupt Mask Register */
	u8 elcr;	 /* inputs that are level-triggered */
	u8 slaves;	 /* inputs that are another chip's output: wired */
	u8 vector;	 /* of input 0, a multiple of 8 */
	u8 lowest;	 /* the input of lowest priority, 0 .. 7 */
	u8 next_icw;	 /* 2 .. 4: the one that is awaited; 0: none */
	bool single;	 /* ICW1: no ICW3 comes */
	bool wants_icw4; /* ICW1 */
	bool auto_eoi;
	bool rotate_on_auto_eoi;
	bool special_mask;
	bool special_fully_nested;
	bool reads_isr; /* the command port reads the ISR, not the IRR */
	bool poll;	/* the next read acknowledges an interrupt */
};

/* Switches the chip on. slaves: see struct pic8259_chip. */
void pic8259_chip_init(struct pic8259_chip *chip, u8 slaves);

/* An input, 0 .. 7, gets a level. */
void pic8259_chip_set(struct pic8259_chip *chip, unsigned int input,
		      bool level);

/*
 * The request that the chip's output stands for; PIC8259_CHIP_NO_INPUT while
 * the output is low.
 */
unsigned int pic8259_chip_request(const struct pic8259_chip *chip);

/* INTA: takes the request into service and gives it, or ..._NO_INPUT. */
unsigned int pic8259_chip_acknowledge(struct pic8259_chip *chip);

/* The vector of what was acknowledged: input 7's for ..._NO_INPUT. */
u8 pic8259_chip_vector(const struct pic8259_chip *chip, unsigned int input);

/* The trigger modes: a bit for each input, 1 for level. */
void pic8259_chip_set_elcr(struct pic8259_chip *chip, u8 elcr);

/*
 * Its two ports: 0 takes ICW1, OCW2 and OCW3 and reads as IRR or ISR; 1 is for
 * ICW2 to ICW4 and the IMR. A poll is not answered here: see poll.
 */
void pic8259_chip_write(struct pic8259_chip *chip, u64 port, u8 value);
u8 pic8259_chip_read(const struct pic8259_chip *chip, u64 port);
