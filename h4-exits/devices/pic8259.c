#include "devices/pic8259.h"
#include "devices/machine_layout.h"

#define CASCADE	 2u /* the master's input that the slave drives */
#define NO_INPUT PIC8259_CHIP_NO_INPUT

/* An answer to a poll. */
#define POLL_FOUND 0x80

/* The inputs that can be level-triggered: those with a wire on an ISA slot. */
#define MASTER_ELCR_MASK 0xf8
#define SLAVE_ELCR_MASK	 0xde

/* What a BIOS writes. */
#define ICW1_WITH_ICW4	       0x11
#define ICW4_8086_MODE	       0x01
#define FIRMWARE_MASTER_VECTOR 0x08
#define FIRMWARE_SLAVE_VECTOR  0x70
#define FIRMWARE_MASTER_IMR    0xb8
#define FIRMWARE_SLAVE_IMR     0x8f
#define FIRMWARE_SLAVE_ELCR    ((u8)BIT(MACHINE_IRQ_SCI - 8))

/* Lets what has changed inside show at the outputs. */
static void update(struct pic8259 *pic)
{
	pic8259_chip_set(&pic->master, CASCADE,
			 pic8259_chip_request(&pic->slave) != NO_INPUT);
	pic->intr = pic8259_chip_request(&pic->master) != NO_INPUT;
}

/*
 * The slave's output falls when it is acknowledged, so that its next request
 * is an edge for the master.
 */
static unsigned int slave_acknowledge(struct pic8259 *pic)
{
	unsigned int input = pic8259_chip_acknowledge(&pic->slave);

	pic8259_chip_set(&pic->master, CASCADE, false);
	return input;
}

u8 pic8259_acknowledge(struct pic8259 *pic)
{
	unsigned int input = pic8259_chip_acknowledge(&pic->master);
	u8 vector = pic8259_chip_vector(&pic->master, input);

	if (input == CASCADE) {
		vector = pic8259_chip_vector(&pic->slave,
					     slave_acknowledge(pic));
	}
	update(pic);
	return vector;
}

static void write(struct pic8259 *pic, struct pic8259_chip *chip, u64 port,
		  u8 value)
{
	u8 imr = chip->imr;

	pic8259_chip_write(chip, port, value);
	update(pic);
	if (chip->imr != imr) {
		device_clock_stir(pic->clock);
	}
}

static bool master_write(void *device, u64 offset, unsigned int size, u64 value)
{
	struct pic8259 *pic = device;

	(void)size;
	write(pic, &pic->master, offset, (u8)value);
	return true;
}

static bool slave_write(void *device, u64 offset, unsigned int size, u64 value)
{
	struct pic8259 *pic = device;

	(void)size;
	write(pic, &pic->slave, offset, (u8)value);
	return true;
}

static u8 poll_byte(unsigned int input)
{
	return input == NO_INPUT ? 0 : (u8)(POLL_FOUND | input);
}

static bool master_read(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct pic8259 *pic = device;

	(void)size;
	if (pic->master.poll) {
		pic->master.poll = false;
		*value = poll_byte(pic8259_chip_acknowledge(&pic->master));
		update(pic);
	} else {
		*value = pic8259_chip_read(&pic->master, offset);
	}
	return true;
}

static bool slave_read(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct pic8259 *pic = device;

	(void)size;
	if (pic->slave.poll) {
		pic->slave.poll = false;
		*value = poll_byte(slave_acknowledge(pic));
		update(pic);
	} else {
		*value = pic8259_chip_read(&pic->slave, offset);
	}
	return true;
}

static bool elcr_read(void *device, u64 offset, unsigned int size, u64 *value)
{
	struct pic8259 *pic = device;

	(void)size;
	*value = offset == 0 ? pic->master.elcr : pic->slave.elcr;
	return true;
}

static bool elcr_write(void *device, u64 offset, unsigned int size, u64 value)
{
	struct pic8259 *pic = device;

	(void)size;
	if (offset == 0) {
		pic8259_chip_set_elcr(&pic->master,
				      (u8)value & MASTER_ELCR_MASK);
	} else {
		pic8259_chip_set_elcr(&pic->slave, (u8)value & SLAVE_ELCR_MASK);
	}
	update(pic);
	return true;
}

static const struct bus_ops master_ops = {master_read, master_write, 1};
static const struct bus_ops slave_ops = {slave_read, slave_write, 1};
static const struct bus_ops elcr_ops = {elcr_read, elcr_write, 1};

static void set_line(void *controller, unsigned int number, bool level)
{
	struct pic8259 *pic = controller;

	if (number >= PIC8259_INPUTS || number == CASCADE) {
		return;
	}
	pic8259_chip_set(number < 8 ? &pic->master : &pic->slave, number % 8,
			 level);
	update(pic);
}

static bool is_heard(void *controller, unsigned int number)
{
	const struct pic8259 *pic = controller;
	unsigned int masked = pic->master.imr;

	if (number >= 8) {
		masked = (masked >> CASCADE & 1) != 0 ? 0xff : pic->slave.imr;
	}
	return (masked >> number % 8 & 1) == 0;
}

struct irq_line pic8259_line(struct pic8259 *pic, unsigned int input)
{
	return (struct irq_line){.set = set_line,
				 .is_heard = is_heard,
				 .controller = pic,
				 .number = input};
}

/* The four ICWs and the IMR, as firmware writes them. */
static void initialize(struct pic8259_chip *chip, u8 vector, u8 imr)
{
	pic8259_chip_write(chip, 0, ICW1_WITH_ICW4);
	pic8259_chip_write(chip, 1, vector);
	pic8259_chip_write(chip, 1, CASCADE);
	pic8259_chip_write(chip, 1, ICW4_8086_MODE);
	pic8259_chip_write(chip, 1, imr);
}

struct error pic8259_attach(struct pic8259 *pic, struct bus *ports,
			    struct device_clock *clock)
{
	const struct bus_range ranges[] = {
		{MACHINE_PORT_PIC_MASTER, MACHINE_PORT_PIC_MASTER + 1,
		 &master_ops, pic, "8259A master"},
		{MACHINE_PORT_PIC_SLAVE, MACHINE_PORT_PIC_SLAVE + 1, &slave_ops,
		 pic, "8259A slave"},
		{MACHINE_PORT_ELCR, MACHINE_PORT_ELCR + 1, &elcr_ops, pic,
		 "8259A trigger modes"},
	};
	struct error error = SUCCESS;

	pic8259_chip_init(&pic->master, (u8)BIT(CASCADE));
	pic8259_chip_init(&pic->slave, 0);
	initialize(&pic->master, FIRMWARE_MASTER_VECTOR, FIRMWARE_MASTER_IMR);
	initialize(&pic->slave, FIRMWARE_SLAVE_VECTOR, FIRMWARE_SLAVE_IMR);
	pic8259_chip_set_elcr(&pic->slave, FIRMWARE_SLAVE_ELCR);
	pic->intr = false;
	pic->clock = clock;
	for (size_t i = 0; i < ARRAY_SIZE(ranges) && !failed(error); i++) {
		error = bus_add(ports, ranges[i]);
	}
	return error;
}
