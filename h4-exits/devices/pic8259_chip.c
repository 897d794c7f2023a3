#include "devices/pic8259_chip.h"

#define SPURIOUS_INPUT 7u
#define NO_INPUT       PIC8259_CHIP_NO_INPUT
#define NO_RANK	       8u

/* Command port: bit 4 marks an ICW1, otherwise bit 3 an OCW3. */
#define ICW1	   0x10
#define ICW1_IC4   0x01
#define ICW1_SNGL  0x02
#define ICW2_T7_T3 0xf8
#define ICW4_AEOI  0x02
#define ICW4_SFNM  0x10
#define OCW2_LEVEL 0x07
#define OCW3	   0x08
#define OCW3_RIS   0x01
#define OCW3_RR	   0x02
#define OCW3_P	   0x04
#define OCW3_SMM   0x20
#define OCW3_ESMM  0x40

/* OCW2, bits 7 to 5: rotate, specific, end of interrupt. */
enum ocw2 {
	ROTATE_IN_AUTO_EOI_CLEAR = 0,
	NON_SPECIFIC_EOI = 1,
	NO_OPERATION = 2,
	SPECIFIC_EOI = 3,
	ROTATE_IN_AUTO_EOI_SET = 4,
	ROTATE_ON_NON_SPECIFIC_EOI = 5,
	SET_PRIORITY = 6,
	ROTATE_ON_SPECIFIC_EOI = 7,
};

/*
 * The highest priority among some inputs: 0 is the highest, and 8 that of no
 * input at all. The inputs are turned round so that the first one is bit 0.
 */
static unsigned int rank(const struct pic8259_chip *chip, u8 inputs)
{
	unsigned int first = (chip->lowest + 1u) % 8;
	u8 in_order = (u8)(inputs >> first | inputs << (8 - first));

	return (unsigned int)__builtin_ctz(in_order | 1u << NO_RANK);
}

static unsigned int input_of(const struct pic8259_chip *chip, unsigned int rank)
{
	return rank == NO_RANK ? NO_INPUT : (chip->lowest + 1 + rank) % 8;
}

/*
 * The inputs in service. In special mask mode the service of a masked input
 * does not count: it holds nothing off, and an EOI ends it only by its number.
 */
static u8 served_inputs(const struct pic8259_chip *chip)
{
	return chip->special_mask ? chip->isr & (u8)~chip->imr : chip->isr;
}

static unsigned int in_service(const struct pic8259_chip *chip)
{
	return input_of(chip, rank(chip, served_inputs(chip)));
}

/*
 * What is in service holds off requests of its own and of lower priority; but
 * in special fully nested mode, a slave may interrupt its own service.
 */
unsigned int pic8259_chip_request(const struct pic8259_chip *chip)
{
	unsigned int wanted = rank(chip, chip->irr & (u8)~chip->imr);
	unsigned int served = rank(chip, served_inputs(chip));
	unsigned int input = input_of(chip, wanted);

	if (wanted < served ||
	    (chip->special_fully_nested && wanted == served &&
	     (chip->slaves & BIT(input)) != 0)) {
		return input;
	}
	return NO_INPUT;
}

void pic8259_chip_set(struct pic8259_chip *chip, unsigned int input, bool level)
{
	u8 bit = (u8)BIT(input);

	if (!level) {
		chip->lines &= (u8)~bit;
		/* An input must stay high until it is acknowledged. */
		chip->irr &= (u8)~bit;
	} else if ((chip->lines & bit) == 0) {
		chip->lines |= bit;
		chip->irr |= bit;
	}
}

static void end_of_interrupt(struct pic8259_chip *chip, unsigned int input,
			     bool rotate)
{
	if (input == NO_INPUT) {
		return;
	}
	chip->isr &= (u8)~BIT(input);
	if (rotate) {
		chip->lowest = (u8)input;
	}
}

unsigned int pic8259_chip_acknowledge(struct pic8259_chip *chip)
{
	unsigned int input = pic8259_chip_request(chip);

	if (input == NO_INPUT) {
		return NO_INPUT;
	}
	if ((chip->elcr & BIT(input)) == 0) {
		chip->irr &= (u8)~BIT(input);
	}
	chip->isr |= (u8)BIT(input);
	if (chip->auto_eoi) {
		end_of_interrupt(chip, input, chip->rotate_on_auto_eoi);
	}
	return input;
}

u8 pic8259_chip_vector(const struct pic8259_chip *chip, unsigned int input)
{
	return (u8)(chip->vector +
		    (input == NO_INPUT ? SPURIOUS_INPUT : input));
}

/* The inputs must rise again, but one that is level-triggered still is high. */
static void write_icw1(struct pic8259_chip *chip, u8 value)
{
	chip->irr = chip->lines & chip->elcr;
	chip->isr = 0;
	chip->imr = 0;
	chip->lowest = 7;
	chip->single = (value & ICW1_SNGL) != 0;
	chip->wants_icw4 = (value & ICW1_IC4) != 0;
	chip->auto_eoi = false;
	chip->rotate_on_auto_eoi = false;
	chip->special_mask = false;
	chip->special_fully_nested = false;
	chip->reads_isr = false;
	chip->poll = false;
	chip->next_icw = 2;
}

static void write_icw(struct pic8259_chip *chip, u8 value)
{
	switch (chip->next_icw) {
	case 2:
		chip->vector = value & ICW2_T7_T3;
		chip->next_icw = 3;
		break;
	case 3: /* which input has a slave: wired */
		chip->next_icw = 4;
		break;
	default:
		chip->auto_eoi = (value & ICW4_AEOI) != 0;
		chip->special_fully_nested = (value & ICW4_SFNM) != 0;
		chip->next_icw = 0;
		break;
	}
	if (chip->next_icw == 3 && chip->single) {
		chip->next_icw = 4;
	}
	if (chip->next_icw == 4 && !chip->wants_icw4) {
		chip->next_icw = 0;
	}
}

static void write_ocw2(struct pic8259_chip *chip, u8 value)
{
	unsigned int level = value & OCW2_LEVEL;

	switch ((enum ocw2)(value >> 5)) {
	case ROTATE_IN_AUTO_EOI_CLEAR:
		chip->rotate_on_auto_eoi = false;
		break;
	case ROTATE_IN_AUTO_EOI_SET:
		chip->rotate_on_auto_eoi = true;
		break;
	case NON_SPECIFIC_EOI:
		end_of_interrupt(chip, in_service(chip), false);
		break;
	case ROTATE_ON_NON_SPECIFIC_EOI:
		end_of_interrupt(chip, in_service(chip), true);
		break;
	case SPECIFIC_EOI:
		end_of_interrupt(chip, level, false);
		break;
	case ROTATE_ON_SPECIFIC_EOI:
		end_of_interrupt(chip, level, true);
		break;
	case SET_PRIORITY:
		chip->lowest = (u8)level;
		break;
	case NO_OPERATION:
		break;
	}
}

static void write_ocw3(struct pic8259_chip *chip, u8 value)
{
	if ((value & OCW3_ESMM) != 0) {
		chip->special_mask = (value & OCW3_SMM) != 0;
	}
	if ((value & OCW3_P) != 0) {
		chip->poll = true;
	} else if ((value & OCW3_RR) != 0) {
		chip->reads_isr = (value & OCW3_RIS) != 0;
	}
}

void pic8259_chip_write(struct pic8259_chip *chip, u64 port, u8 value)
{
	if (port == 1 && chip->next_icw != 0) {
		write_icw(chip, value);
	} else if (port == 1) {
		chip->imr = value; /* OCW1 */
	} else if ((value & ICW1) != 0) {
		write_icw1(chip, value);
	} else if ((value & OCW3) != 0) {
		write_ocw3(chip, value);
	} else {
		write_ocw2(chip, value);
	}
}

u8 pic8259_chip_read(const struct pic8259_chip *chip, u64 port)
{
	if (port == 1) {
		return chip->imr;
	}
	return chip->reads_isr ? chip->isr : chip->irr;
}

void pic8259_chip_set_elcr(struct pic8259_chip *chip, u8 elcr)
{
	chip->elcr = elcr;
	chip->irr |= chip->lines & elcr;
}

void pic8259_chip_init(struct pic8259_chip *chip, u8 slaves)
{
	*chip = (struct pic8259_chip){.slaves = slaves, .lowest = 7};
}
