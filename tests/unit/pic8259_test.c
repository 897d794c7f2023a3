/*
 * The two interrupt controllers, as a guest programs them.
 *
 * modules: h4-exits/devices/bus.c h4-exits/devices/device_clock.c
 * modules: h4-exits/devices/pic8259.c h4-exits/devices/pic8259_chip.c
 */
#include "devices/machine_layout.h"
#include "devices/pic8259.h"
#include "devices_fixture.h"

#define MASTER	0x20
#define SLAVE	0xa0
#define EOI	0x20
#define NOTHING 0x100 /* what take() gives when INTR is low */

static struct pic8259 pic;
static struct irq_line lines[PIC8259_INPUTS];

static void program(u16 port, u8 vector, u8 icw4)
{
	out8(port, 0x11);
	out8(port + 1u, vector);
	out8(port + 1u, port == MASTER ? 4 : 2);
	out8(port + 1u, icw4);
	out8(port + 1u, 0);
}

static void attach(void)
{
	start();
	CHECK(!failed(pic8259_attach(&pic, &ports, &device_clock)));
	for (unsigned int i = 0; i < PIC8259_INPUTS; i++) {
		lines[i] = pic8259_line(&pic, i);
	}
}

/* A pair with vectors 20H and 28H, nothing masked, nothing level-triggered. */
static void begin(void)
{
	attach();
	program(MASTER, 0x20, 1);
	program(SLAVE, 0x28, 1);
	out8(0x4d1, 0);
}

static void drive(unsigned int input, bool level)
{
	irq_line_set(&lines[input], level);
}

/* An edge, which stays. */
static void raise(unsigned int input)
{
	drive(input, false);
	drive(input, true);
}

static unsigned int take(void)
{
	return pic8259_pending(&pic) ? pic8259_acknowledge(&pic) : NOTHING;
}

static u8 irr(u16 port)
{
	out8(port, 0x0a);
	return in8(port);
}

static u8 isr(u16 port)
{
	out8(port, 0x0b);
	return in8(port);
}

static void starts_as_firmware_leaves_it(void)
{
	attach();
	CHECK_EQ(in8(0x21), 0xb8);
	CHECK_EQ(in8(0xa1), 0x8f);
	CHECK_EQ(in(0x4d0, 2), 0x0200);
	CHECK_EQ(take(), NOTHING);
	raise(0);
	CHECK_EQ(take(), 0x08);
	raise(3);
	raise(8);
	CHECK_EQ(take(), NOTHING);
	out8(MASTER, EOI);
	out8(0xa1, 0);
	CHECK_EQ(take(), 0x70);
}

static void gives_the_vector_of_each_input(void)
{
	for (unsigned int input = 0; input < 16; input++) {
		begin();
		raise(input);
		CHECK_EQ(take(), input == 2 ? NOTHING : 0x20 + input);
	}
}

static void nests_by_priority(void)
{
	begin();
	raise(4);
	CHECK_EQ(take(), 0x24);
	raise(6);
	CHECK_EQ(take(), NOTHING);
	raise(1);
	CHECK_EQ(take(), 0x21);
	raise(9); /* comes in at 2, after 1 and before 4 */
	CHECK_EQ(take(), NOTHING);
	CHECK_EQ(isr(MASTER), 0x12);
	out8(MASTER, EOI); /* of 1 */
	CHECK_EQ(take(), 0x29);
	CHECK_EQ(isr(MASTER), 0x14);
	CHECK_EQ(isr(SLAVE), 0x02);
	out8(SLAVE, EOI);
	out8(MASTER, EOI);
	CHECK_EQ(isr(MASTER), 0x10);
	CHECK_EQ(take(), NOTHING);
	out8(MASTER, EOI);
	CHECK_EQ(take(), 0x26);
}

static void latches_an_edge_once(void)
{
	begin();
	raise(3);
	CHECK_EQ(irr(MASTER), 0x08);
	CHECK_EQ(take(), 0x23);
	CHECK_EQ(irr(MASTER), 0);
	out8(MASTER, EOI);
	CHECK_EQ(take(), NOTHING); /* still high, but no edge */
	raise(3);
	CHECK_EQ(take(), 0x23);
}

static void repeats_a_level(void)
{
	begin();
	out8(0x4d1, 0x02);
	drive(9, true);
	CHECK_EQ(take(), 0x29);
	out8(SLAVE, EOI);
	out8(MASTER, EOI);
	CHECK_EQ(take(), 0x29);
	drive(9, false);
	out8(SLAVE, EOI);
	out8(MASTER, EOI);
	CHECK_EQ(take(), NOTHING);
}

static void keeps_isa_inputs_edge_triggered(void)
{
	begin();
	out8(0x4d0, 0xff);
	out8(0x4d1, 0xff);
	CHECK_EQ(in(0x4d0, 2), 0xdef8);
}

static void masks(void)
{
	begin();
	out8(0x21, 0x08);
	raise(3);
	CHECK_EQ(take(), NOTHING);
	CHECK_EQ(irr(MASTER), 0x08);
	out8(0x21, 0);
	CHECK_EQ(take(), 0x23);
}

static void calls_what_went_away_spurious(void)
{
	begin();
	raise(3);
	CHECK(pic8259_pending(&pic));
	drive(3, false);
	CHECK(!pic8259_pending(&pic));
	CHECK_EQ(pic8259_acknowledge(&pic), 0x27);
	CHECK_EQ(isr(MASTER), 0);
	/* A slave's goes through the master, which must get an EOI. */
	raise(10);
	pic.slave.irr = 0;
	CHECK_EQ(pic8259_acknowledge(&pic), 0x2f);
	CHECK_EQ(isr(SLAVE), 0);
	CHECK_EQ(isr(MASTER), 0x04);
}

static void ends_interrupts_by_number(void)
{
	begin();
	raise(5);
	CHECK_EQ(take(), 0x25);
	raise(1);
	CHECK_EQ(take(), 0x21);
	out8(MASTER, 0x60 | 5);
	CHECK_EQ(isr(MASTER), 0x02);
	out8(MASTER, 0x40); /* no operation */
	CHECK_EQ(isr(MASTER), 0x02);
	out8(MASTER, 0x60 | 1);
	CHECK_EQ(isr(MASTER), 0);
}

static void rotates(void)
{
	begin();
	raise(4);
	CHECK_EQ(take(), 0x24);
	out8(MASTER, 0xa0); /* 4 is the lowest now, 5 the highest */
	CHECK_EQ(isr(MASTER), 0);
	raise(4);
	raise(3);
	raise(5);
	CHECK_EQ(take(), 0x25);
	out8(MASTER, EOI);
	CHECK_EQ(take(), 0x23);
	out8(MASTER, 0xe0 | 3); /* ends 3 and makes it the lowest */
	raise(3);
	CHECK_EQ(take(), 0x24);
	out8(MASTER, EOI);
	out8(MASTER, 0xc0 | 2); /* sets the priority: 3 is the highest */
	raise(0);
	CHECK_EQ(take(), 0x23);
}

static void ends_by_itself(void)
{
	begin();
	program(MASTER, 0x20, 3);
	raise(4);
	raise(6);
	CHECK_EQ(take(), 0x24);
	CHECK_EQ(isr(MASTER), 0);
	CHECK_EQ(take(), 0x26);
	out8(MASTER, 0x80); /* rotate in automatic EOI mode */
	raise(4);
	raise(6);
	CHECK_EQ(take(), 0x24);
	raise(4);
	CHECK_EQ(take(), 0x26);
	raise(6);
	CHECK_EQ(take(), 0x24);
	out8(MASTER, 0x00);
	raise(4);
	CHECK_EQ(take(), 0x26);
	CHECK_EQ(take(), 0x24);
	raise(0);
	raise(4);
	CHECK_EQ(take(), 0x20); /* 4 stays the lowest */
}

static void lets_others_in_by_special_mask(void)
{
	begin();
	raise(3);
	CHECK_EQ(take(), 0x23);
	raise(6);
	out8(0x21, 0x08);
	CHECK_EQ(take(), NOTHING);
	out8(MASTER, 0x68); /* set special mask mode */
	CHECK_EQ(take(), 0x26);
	out8(MASTER, EOI); /* ends 6: 3 is masked */
	CHECK_EQ(isr(MASTER), 0x08);
	out8(MASTER, EOI);
	CHECK_EQ(isr(MASTER), 0x08);
	out8(MASTER, 0x48); /* reset it */
	out8(MASTER, EOI);
	CHECK_EQ(isr(MASTER), 0);
}

static void lets_the_slave_interrupt_itself(void)
{
	begin();
	raise(12);
	CHECK_EQ(take(), 0x2c);
	raise(9);
	CHECK_EQ(take(), NOTHING);
	program(MASTER, 0x20, 0x11); /* special fully nested mode */
	program(SLAVE, 0x28, 1);
	raise(12);
	CHECK_EQ(take(), 0x2c);
	raise(3); /* lower than all of the slave */
	CHECK_EQ(take(), NOTHING);
	raise(9);
	CHECK_EQ(take(), 0x29);
	raise(14);
	CHECK_EQ(take(), NOTHING);
}

static void gives_the_slave_s_next_after_its_first(void)
{
	begin();
	raise(9);
	raise(10);
	CHECK_EQ(take(), 0x29);
	CHECK_EQ(take(), NOTHING);
	out8(SLAVE, EOI);
	out8(MASTER, EOI);
	CHECK_EQ(take(), 0x2a);
	/* Nor is it lost where the slave is ready for it at once. */
	begin();
	program(SLAVE, 0x28, 3);
	raise(9);
	raise(10);
	CHECK_EQ(take(), 0x29);
	out8(MASTER, EOI);
	CHECK_EQ(take(), 0x2a);
}

static void is_polled(void)
{
	begin();
	out8(MASTER, 0x0c);
	CHECK_EQ(in8(MASTER) & 0x80, 0);
	raise(3);
	out8(MASTER, 0x0c);
	CHECK_EQ(in8(MASTER), 0x83);
	CHECK_EQ(isr(MASTER), 0x08);
	CHECK_EQ(take(), NOTHING);
	out8(MASTER, EOI);
	raise(14);
	out8(MASTER, 0x0c);
	CHECK_EQ(in8(0x21), 0x82); /* at either port */
	out8(SLAVE, 0x0c);
	CHECK_EQ(in8(SLAVE), 0x86);
	CHECK_EQ(isr(SLAVE), 0x40);
}

static void forgets_all_with_icw1(void)
{
	begin();
	raise(1);
	CHECK_EQ(take(), 0x21);
	raise(0);
	out8(MASTER, 0xc0 | 3);
	out8(0x21, 0xff);
	out8(MASTER, 0x68);
	out8(MASTER, 0x0b);
	program(MASTER, 0x47, 1);  /* the low bits of a vector do not count */
	CHECK_EQ(in8(MASTER), 0);  /* the IRR, without an edge */
	CHECK_EQ(take(), NOTHING); /* 0 is high, but must rise again */
	raise(4);
	CHECK_EQ(take(), 0x44);
	raise(0);
	CHECK_EQ(take(), 0x40);
}

static void takes_short_sequences(void)
{
	begin();
	out8(MASTER, 0x12); /* alone, no ICW4 */
	out8(0x21, 0x60);
	out8(0x21, 0xfe); /* this is the IMR already */
	CHECK_EQ(in8(0x21), 0xfe);
	raise(0);
	CHECK_EQ(take(), 0x60);
	out8(MASTER, 0x10); /* ICW3, no ICW4 */
	out8(0x21, 0x60);
	out8(0x21, 0x04);
	out8(0x21, 0xfe);
	CHECK_EQ(in8(0x21), 0xfe);
}

/* The inputs that would interrupt the CPU, a bit for each. */
static u16 heard(void)
{
	u16 inputs = 0;

	for (unsigned int i = 0; i < PIC8259_INPUTS; i++) {
		if (irq_line_is_heard(&lines[i])) {
			inputs |= (u16)BIT(i);
		}
	}
	return inputs;
}

static void knows_what_is_heard(void)
{
	attach();
	CHECK_EQ(heard(), 0x7047);
	out8(0x21, 0xfe);
	CHECK_EQ(heard(), 0x0001);
	out8(0xa1, 0x7f);
	CHECK_EQ(heard(), 0x0001);
	out8(0x21, 0xfb);
	CHECK_EQ(heard(), 0x8004);
}

static void tells_when_that_has_changed(void)
{
	attach();
	out8(0x21, 0xb8);
	out8(0xa1, 0x8f);
	CHECK_EQ(device_clock_next(&device_clock), DEVICE_CLOCK_NEVER);
	out8(0x21, 0xb9);
	CHECK_EQ(device_clock_next(&device_clock), 0);
	device_clock_run(&device_clock);
	out8(0xa1, 0x8e);
	CHECK_EQ(device_clock_next(&device_clock), 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(starts_as_firmware_leaves_it),
	UNIT_TEST(gives_the_vector_of_each_input),
	UNIT_TEST(nests_by_priority),
	UNIT_TEST(latches_an_edge_once),
	UNIT_TEST(repeats_a_level),
	UNIT_TEST(keeps_isa_inputs_edge_triggered),
	UNIT_TEST(masks),
	UNIT_TEST(knows_what_is_heard),
	UNIT_TEST(tells_when_that_has_changed),
	UNIT_TEST(calls_what_went_away_spurious),
	UNIT_TEST(ends_interrupts_by_number),
	UNIT_TEST(rotates),
	UNIT_TEST(ends_by_itself),
	UNIT_TEST(lets_others_in_by_special_mask),
	UNIT_TEST(lets_the_slave_interrupt_itself),
	UNIT_TEST(gives_the_slave_s_next_after_its_first),
	UNIT_TEST(is_polled),
	UNIT_TEST(forgets_all_with_icw1),
	UNIT_TEST(takes_short_sequences),
};

int main(void)
{
	return UNIT_RUN(tests);
}
