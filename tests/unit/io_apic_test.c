/*
 * The I/O APIC: its registers, and what its pins make of them.
 *
 * modules: h4-exits/devices/bus.c h4-exits/devices/device_clock.c
 * modules: h5-multivcpu/apic/io_apic.c
 * modules: h5-multivcpu/apic/apic_bus.c h5-multivcpu/apic/local_apic.c
 * modules: h5-multivcpu/apic/local_apic_access.c
 * modules: h5-multivcpu/apic/local_apic_error.c
 * modules: h5-multivcpu/apic/local_apic_icr.c
 * modules: h5-multivcpu/apic/local_apic_interrupt.c
 * modules: h5-multivcpu/apic/local_apic_lint.c
 * modules: h5-multivcpu/apic/local_apic_lvt.c
 * modules: h5-multivcpu/apic/local_apic_timer.c
 */
#include "apic/io_apic.h"
#include "apics_fixture.h"
#include "devices/machine_layout.h"

#define WINDOW 0x10u
#define EOI    0x40u

#define LOGICAL	   BIT(11)
#define STATUS	   BIT(12)
#define ACTIVE_LOW BIT(13)
#define REMOTE_IRR BIT(14)
#define LEVEL	   BIT(15)
#define MASKED	   BIT(16)

static struct bus memory;
static struct io_apic io_apic;
static struct irq_line lines[IO_APIC_PINS];
static u64 time_now;

static u64 now_is(const struct device_clock *clock)
{
	(void)clock;
	return time_now;
}

static struct device_clock device_clock = {.now = now_is};

static u64 in(u64 offset, unsigned int size)
{
	u64 value = 0;

	CHECK(bus_read(&memory, MACHINE_IO_APIC_BASE + offset, size, &value));
	return value;
}

static void out(u64 offset, unsigned int size, u64 value)
{
	CHECK(bus_write(&memory, MACHINE_IO_APIC_BASE + offset, size, value));
}

static u32 get(u8 index)
{
	out(0, 4, index);
	return (u32)in(WINDOW, 4);
}

static void set(u8 index, u32 value)
{
	out(0, 4, index);
	out(WINDOW, 4, value);
}

static u64 entry(unsigned int pin)
{
	return get((u8)(0x10 + 2 * pin)) | (u64)get((u8)(0x11 + 2 * pin)) << 32;
}

static void program(unsigned int pin, u64 value)
{
	set((u8)(0x11 + 2 * pin), (u32)(value >> 32));
	set((u8)(0x10 + 2 * pin), (u32)value);
}

static u64 to(u8 destination)
{
	return (u64)destination << 56;
}

static void drive(unsigned int pin, bool level)
{
	irq_line_set(&lines[pin], level);
}

static void pulse(unsigned int pin)
{
	drive(pin, true);
	drive(pin, false);
}

static void forward_eoi(u8 vector)
{
	io_apic_eoi(&io_apic, vector);
}

static void begin_io_apic(void)
{
	begin(4);
	device_clock.first = NULL;
	device_clock.next = DEVICE_CLOCK_NEVER;
	memset(&memory, 0, sizeof(memory));
	CHECK(!failed(
		io_apic_attach(&io_apic, &memory, &apic_bus, &device_clock)));
	for (unsigned int i = 0; i < IO_APIC_PINS; i++) {
		lines[i] = io_apic_line(&io_apic, i);
	}
	eoi_listener = forward_eoi;
}

static void has_its_registers(void)
{
	begin_io_apic();
	CHECK_EQ(get(0), 0);
	CHECK_EQ(get(1), 0x00170020);
	CHECK_EQ(get(2), 0);
	for (unsigned int i = 3; i < 256; i++) {
		bool is_entry = i >= 0x10 && i < 0x40;

		CHECK_EQ(get((u8)i), is_entry && i % 2 == 0 ? 0x10000 : 0);
		CHECK_EQ(in(0, 4), i);
	}
}

static void keeps_what_can_be_written(void)
{
	begin_io_apic();
	for (unsigned int i = 0; i < 256; i++) {
		set((u8)i, 0xffffffff);
	}
	CHECK_EQ(get(0), 0x0f000000);
	CHECK_EQ(get(1), 0x00170020);
	CHECK_EQ(get(2), 0x0f000000);
	for (unsigned int pin = 0; pin < IO_APIC_PINS; pin++) {
		CHECK_EQ(entry(pin), 0xff0000000001afff);
		program(pin, pin << 1);
		CHECK_EQ(entry(pin), pin << 1);
	}
	CHECK_EQ(get(0x40), 0);
	io_apic_reset(&io_apic);
	has_its_registers();
}

static void takes_other_widths(void)
{
	begin_io_apic();
	out(0, 1, 0x01);
	CHECK_EQ(in(0, 1), 1);
	CHECK_EQ(in(WINDOW, 1), 0x20);
	CHECK_EQ(in(WINDOW + 2, 1), 0x17);
	CHECK_EQ(in(WINDOW, 2), 0x0020);
	CHECK_EQ(in(WINDOW + 2, 2), 0x0017);
	CHECK_EQ(in(WINDOW, 8), 0x00170020);
	out(0, 2, 0x1234);
	CHECK_EQ(in(0, 4), 0x34);
	out(0, 4, 0x10);
	out(WINDOW, 1, 0x55);
	out(WINDOW, 2, 0x5555);
	out(WINDOW + 1, 4, 0x5555);
	CHECK_EQ(in(WINDOW, 4), 0x10000);
	out(WINDOW, 8, 0x1234567800000041);
	CHECK_EQ(entry(0), 0x41);
	CHECK_EQ(in(0x800, 4), 0);
	out(0x800, 4, 1);
	CHECK_EQ(in(0xffc, 8) & UINT32_MAX, 0);
}

static void sends_each_pin(void)
{
	begin_io_apic();
	for (unsigned int pin = 0; pin < IO_APIC_PINS; pin++) {
		u8 cpu = pin % 4;

		program(pin, to(cpu) | (0x40 + pin));
		pulse(pin);
		CHECK_EQ(came[cpu].kicks, pin / 4 + 1);
		CHECK_EQ(take(cpu), (int)(0x40 + pin));
	}
}

static void sends_an_edge_once(void)
{
	begin_io_apic();
	program(5, 0x45);
	drive(5, true);
	CHECK_EQ(take(0), 0x45);
	CHECK_EQ(take(0), -1);
	CHECK_EQ(entry(5), 0x45);
	drive(5, false);
	CHECK_EQ(take(0), -1);
	drive(5, true);
	CHECK_EQ(take(0), 0x45);
}

/* Another device at the same pin, which is high already. */
static void takes_a_level_for_no_edge(void)
{
	struct irq_line another;

	begin_io_apic();
	another = io_apic_line(&io_apic, 5);
	program(5, 0x45);
	drive(5, true);
	CHECK_EQ(take(0), 0x45);
	irq_line_set(&another, true);
	CHECK_EQ(take(0), -1);
}

static void loses_an_edge_that_is_masked(void)
{
	begin_io_apic();
	program(5, MASKED | 0x45);
	drive(5, true);
	program(5, 0x45);
	CHECK_EQ(take(0), -1);
	drive(5, false);
	drive(5, true);
	CHECK_EQ(take(0), 0x45);
}

static void tells_when_a_pin_is_heard(void)
{
	begin_io_apic();
	CHECK(!irq_line_is_heard(&lines[3]));
	program(3, MASKED | 0x43);
	CHECK_EQ(device_clock_next(&device_clock), DEVICE_CLOCK_NEVER);
	program(3, 0x43);
	CHECK(irq_line_is_heard(&lines[3]));
	CHECK(!irq_line_is_heard(&lines[4]));
	CHECK_EQ(device_clock_next(&device_clock), 0);
	device_clock_run(&device_clock);
	program(3, to(1) | 0x44);
	CHECK_EQ(device_clock_next(&device_clock), DEVICE_CLOCK_NEVER);
	program(3, MASKED | 0x44);
	CHECK(!irq_line_is_heard(&lines[3]));
	CHECK_EQ(device_clock_next(&device_clock), 0);
}

static void turns_round_what_is_active_low(void)
{
	begin_io_apic();
	program(5, ACTIVE_LOW | 0x45);
	CHECK_EQ(take(0), -1); /* low, but not an edge */
	drive(5, true);
	CHECK_EQ(take(0), -1);
	drive(5, false);
	CHECK_EQ(take(0), 0x45);
	program(6, LEVEL | ACTIVE_LOW | 0x46);
	CHECK_EQ(acknowledge(0), 0x46);
	drive(6, true);
	local_apic_eoi(&apics[0]);
	CHECK_EQ(take(0), -1);
}

static void repeats_a_level_until_it_falls(void)
{
	begin_io_apic();
	program(5, LEVEL | 0x45);
	drive(5, true);
	CHECK_EQ(entry(5), LEVEL | REMOTE_IRR | 0x45);
	for (unsigned int i = 0; i < 5; i++) {
		CHECK_EQ(acknowledge(0), 0x45);
		CHECK_EQ(came[0].kicks, i + 1);
		drive(5, false); /* the EOI is still to come */
		drive(5, true);
		CHECK_EQ(came[0].kicks, i + 1);
		local_apic_eoi(&apics[0]);
	}
	CHECK_EQ(acknowledge(0), 0x45);
	drive(5, false);
	CHECK_EQ(entry(5), LEVEL | REMOTE_IRR | 0x45);
	local_apic_eoi(&apics[0]);
	CHECK_EQ(entry(5), LEVEL | 0x45);
	CHECK_EQ(take(0), -1);
}

/*
 * A handler that never gets its device to be quiet leaves time to the rest,
 * and more each time, for it may be a slow one.
 */
static void lets_the_cpu_get_on(void)
{
	u64 pause = IO_APIC_REPEAT_NS;

	begin_io_apic();
	time_now = 0;
	program(5, LEVEL | 0x45);
	drive(5, true);
	for (unsigned int i = 0; i < IO_APIC_REPEATS_MAX; i++) {
		CHECK_EQ(acknowledge(0), 0x45);
		local_apic_eoi(&apics[0]);
	}
	for (unsigned int i = 0; i < IO_APIC_DOUBLINGS_MAX + 3; i++) {
		CHECK_EQ(acknowledge(0), 0x45);
		local_apic_eoi(&apics[0]);
		CHECK_EQ(take(0), -1);
		CHECK_EQ(device_clock_next_heard(&device_clock),
			 time_now + pause);
		time_now += pause;
		device_clock_run(&device_clock);
		pause *= i < IO_APIC_DOUBLINGS_MAX ? 2 : 1;
	}
	CHECK_EQ(pause, 12800000);
	drive(5, false);
	drive(5, true);
	CHECK_EQ(acknowledge(0), 0x45);
	local_apic_eoi(&apics[0]);
	CHECK_EQ(acknowledge(0), 0x45);
}

static void looks_at_a_level_when_it_is_unmasked(void)
{
	begin_io_apic();
	program(5, LEVEL | MASKED | 0x45);
	drive(5, true);
	CHECK_EQ(take(0), -1);
	program(5, LEVEL | 0x45);
	CHECK_EQ(acknowledge(0), 0x45);
	program(5, LEVEL | MASKED | 0x45); /* as a driver does meanwhile */
	CHECK_EQ(entry(5), LEVEL | MASKED | REMOTE_IRR | 0x45);
	local_apic_eoi(&apics[0]);
	CHECK_EQ(entry(5), LEVEL | MASKED | 0x45);
	CHECK_EQ(take(0), -1);
	program(5, LEVEL | 0x45);
	CHECK_EQ(take(0), 0x45);
}

static void waits_no_more_as_an_edge(void)
{
	begin_io_apic();
	program(5, LEVEL | 0x45);
	drive(5, true);
	program(5, MASKED | 0x45);
	program(5, LEVEL | MASKED | 0x45);
	CHECK_EQ(entry(5), LEVEL | MASKED | 0x45);
}

static void ends_all_pins_of_a_vector(void)
{
	begin_io_apic();
	for (unsigned int pin = 0; pin < IO_APIC_PINS; pin++) {
		program(pin, LEVEL | (pin % 2 == 0 ? 0x50 : 0x60));
		drive(pin, true);
	}
	CHECK_EQ(came[0].kicks, IO_APIC_PINS);
	CHECK_EQ(take(0), 0x60);
	CHECK_EQ(came[0].kicks, IO_APIC_PINS + IO_APIC_PINS / 2);
	for (unsigned int pin = 0; pin < IO_APIC_PINS; pin++) {
		drive(pin, false);
	}
	io_apic_eoi(&io_apic, 0x60);
	for (unsigned int pin = 0; pin < IO_APIC_PINS; pin++) {
		CHECK_EQ(entry(pin) & REMOTE_IRR,
			 pin % 2 == 0 ? REMOTE_IRR : 0);
	}
}

/* A guest that suppresses the broadcast ends the interrupt here itself. */
static void has_an_eoi_register(void)
{
	begin_io_apic();
	put(0, APIC_SVR, 0x11ff);
	program(5, LEVEL | 0x45);
	drive(5, true);
	CHECK_EQ(take(0), 0x45);
	CHECK_EQ(take(0), -1);
	out(EOI, 4, 0x44);
	CHECK_EQ(take(0), -1);
	out(EOI, 4, 0x45);
	CHECK_EQ(take(0), 0x45);
	drive(5, false);
	out(EOI, 1, 0x45);
	CHECK_EQ(entry(5), LEVEL | 0x45);
	CHECK_EQ(take(0), -1);
}

static void sends_as_the_delivery_mode_says(void)
{
	begin_io_apic();
	for (u64 mode = 0; mode < 8; mode++) {
		program((unsigned int)mode, to(1) | mode << 8 | 0x40);
		pulse((unsigned int)mode);
	}
	CHECK_EQ(came[1].kicks, 2); /* fixed, lowest priority */
	CHECK_EQ(came[1].nmis, 1);
	CHECK_EQ(came[1].inits, 1);
	CHECK_EQ(came[1].extints, 1);
	CHECK_EQ(came[1].startups, 0);
}

static void takes_what_has_no_vector_for_an_edge(void)
{
	static const enum apic_delivery_mode modes[] = {APIC_NMI, APIC_INIT,
							APIC_EXTINT};

	for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
		begin_io_apic();
		program(5, LEVEL | (u64)modes[i] << 8);
		drive(5, true);
		io_apic_eoi(&io_apic, 0);
		program(5, LEVEL | (u64)modes[i] << 8);
		CHECK_EQ(entry(5), LEVEL | (u64)modes[i] << 8);
		CHECK_EQ(came[0].nmis + came[0].inits + came[0].extints, 1);
	}
}

static void finds_its_destinations(void)
{
	begin_io_apic();
	for (u32 i = 0; i < 4; i++) {
		put(i, APIC_LDR, 1u << i << 24);
	}
	program(5, to(0xa) | LOGICAL | 0x45);
	pulse(5);
	CHECK_EQ(take(0), -1);
	CHECK_EQ(take(1), 0x45);
	CHECK_EQ(take(2), -1);
	CHECK_EQ(take(3), 0x45);
	program(5, to(0xff) | 0x45);
	pulse(5);
	for (u32 i = 0; i < 4; i++) {
		CHECK_EQ(take(i), 0x45);
	}
	program(5, to(0xf) | LOGICAL | APIC_LOWEST_PRIORITY << 8 | 0x45);
	forget();
	pulse(5);
	CHECK_EQ(came[0].kicks + came[1].kicks + came[2].kicks + came[3].kicks,
		 1);
}

static void waits_for_nothing_that_nobody_took(void)
{
	begin_io_apic();
	program(5, to(9) | LEVEL | 0x45);
	drive(5, true);
	CHECK_EQ(entry(5), to(9) | LEVEL | 0x45);
	program(5, to(2) | LEVEL | 0x45);
	CHECK_EQ(take(2), 0x45);
}

static void keeps_its_lines_over_a_reset(void)
{
	begin_io_apic();
	drive(5, true);
	io_apic_reset(&io_apic);
	CHECK_EQ(take(0), -1);
	program(5, LEVEL | 0x45);
	CHECK_EQ(take(0), 0x45);
}

static void wants_a_place_on_the_bus(void)
{
	begin_io_apic();
	CHECK(failed(
		io_apic_attach(&io_apic, &memory, &apic_bus, &device_clock)));
}

/* Whatever a guest does: it waits only where a level is or was. */
static void survives_a_hostile_guest(void)
{
	begin_io_apic();
	for (unsigned int i = 0; i < 100000; i++) {
		unsigned int pin = (unsigned int)random_below(IO_APIC_PINS);
		u64 value = random_u64();

		switch (random_below(6)) {
		case 0:
			out(random_below(0x1000 - 8), 1u << random_below(4),
			    value);
			break;
		case 1:
			in(random_below(0x1000 - 8), 1u << random_below(4));
			break;
		case 2:
			set((u8)random_u64(), (u32)value & 0xffff);
			break;
		case 3:
			program(pin,
				to((u8)random_below(5)) | (value & 0x1ffff));
			break;
		case 4:
			drive(pin, random_below(2) == 0);
			break;
		default:
			take((u32)random_below(4));
			break;
		}
		CHECK_EQ(entry(pin) & STATUS, 0);
		CHECK((entry(pin) & REMOTE_IRR) == 0 ||
		      (entry(pin) & LEVEL) != 0);
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(has_its_registers),
	UNIT_TEST(keeps_what_can_be_written),
	UNIT_TEST(takes_other_widths),
	UNIT_TEST(sends_each_pin),
	UNIT_TEST(sends_an_edge_once),
	UNIT_TEST(takes_a_level_for_no_edge),
	UNIT_TEST(loses_an_edge_that_is_masked),
	UNIT_TEST(tells_when_a_pin_is_heard),
	UNIT_TEST(turns_round_what_is_active_low),
	UNIT_TEST(repeats_a_level_until_it_falls),
	UNIT_TEST(lets_the_cpu_get_on),
	UNIT_TEST(looks_at_a_level_when_it_is_unmasked),
	UNIT_TEST(waits_no_more_as_an_edge),
	UNIT_TEST(ends_all_pins_of_a_vector),
	UNIT_TEST(has_an_eoi_register),
	UNIT_TEST(sends_as_the_delivery_mode_says),
	UNIT_TEST(takes_what_has_no_vector_for_an_edge),
	UNIT_TEST(finds_its_destinations),
	UNIT_TEST(waits_for_nothing_that_nobody_took),
	UNIT_TEST(keeps_its_lines_over_a_reset),
	UNIT_TEST(wants_a_place_on_the_bus),
	UNIT_TEST(survives_a_hostile_guest),
};

int main(void)
{
	return UNIT_RUN(tests);
}
