/*
 * All devices on one bus, and a guest that does anything to them: no access may
 * be undefined, take long or stop time. The sanitizers watch.
 *
 * modules: h4-exits/devices/acpi_pm.c h4-exits/devices/bus.c
 * modules: h4-exits/devices/cmos_memory.c h4-exits/devices/cmos_rtc.c
 * modules: h4-exits/devices/debug_exit.c h4-exits/devices/device_clock.c
 * modules: h4-exits/devices/pci_none.c h4-exits/devices/pic8259.c
 * modules: h4-exits/devices/pic8259_chip.c h4-exits/devices/pit8254.c
 * modules: h4-exits/devices/pit8254_channel.c
 * modules: h4-exits/devices/pit8254_counter.c
 * modules: h4-exits/devices/reset_control.c h4-exits/devices/rtc_bytes.c
 * modules: h4-exits/devices/rtc_date.c h4-exits/devices/uart16550.c
 * modules: h4-exits/devices/uart16550_receiver.c
 */
#include "devices/acpi_pm.h"
#include "devices/cmos_rtc.h"
#include "devices/debug_exit.h"
#include "devices/machine_layout.h"
#include "devices/pci_none.h"
#include "devices/pic8259.h"
#include "devices/pit8254.h"
#include "devices/uart16550.h"
#include "devices_fixture.h"
#include "random.h"

static struct {
	struct machine_end end;
	struct pic8259 pic;
	struct pit8254 pit;
	struct cmos_rtc rtc;
	struct acpi_pm pm;
	struct uart16550 uart;
	struct reset_control reset;
	struct pci_none pci;
	struct debug_exit debug_exit;
} machine;

static void transmit(void *console, u8 byte)
{
	(void)console;
	(void)byte;
}

static void begin(void)
{
	struct cmos_memory memory = {MIB(32), 0};
	struct pic8259 *pic = &machine.pic;

	start();
	machine.end.kind = MACHINE_RUNS;
	CHECK(!failed(pic8259_attach(pic, &ports, &device_clock)));
	CHECK(!failed(pit8254_attach(&machine.pit, &ports, &device_clock,
				     pic8259_line(pic, MACHINE_IRQ_PIT))));
	CHECK(!failed(cmos_rtc_attach(&machine.rtc, &ports, &device_clock,
				      pic8259_line(pic, MACHINE_IRQ_RTC),
				      1700000000, memory)));
	CHECK(!failed(acpi_pm_attach(&machine.pm, &ports, &device_clock,
				     pic8259_line(pic, MACHINE_IRQ_SCI),
				     &machine.end)));
	CHECK(!failed(uart16550_attach(
		&machine.uart, &ports, MACHINE_PORT_COM1, &device_clock,
		pic8259_line(pic, MACHINE_IRQ_COM1), transmit, NULL)));
	CHECK(!failed(
		reset_control_attach(&machine.reset, &ports, &machine.end)));
	CHECK(!failed(pci_none_attach(&machine.pci, &ports, &machine.reset)));
	CHECK(!failed(
		debug_exit_attach(&machine.debug_exit, &ports, &machine.end)));
}

static u64 some_port(void)
{
	const struct bus_range *range =
		&ports.ranges[random_below(ports.count)];

	if (random_below(50) == 0) {
		return random_below(65536);
	}
	return range->first + random_below(range->last - range->first + 1);
}

/* Small numbers and single bits say more to a device than others do. */
static u64 some_value(void)
{
	switch (random_below(3)) {
	case 0:
		return random_below(8);
	case 1:
		return BIT(random_below(32));
	default:
		return random_u64();
	}
}

static void pass_time(void)
{
	static const u64 spans[] = {10, MICROSECOND, MILLISECOND, SECOND,
				    100000 * SECOND};

	time_now += random_below(spans[random_below(ARRAY_SIZE(spans))]);
	device_clock_run(&device_clock);
	CHECK(device_clock_next(&device_clock) > time_now);
}

static void step(void)
{
	unsigned int size = 1u << random_below(3);
	u64 value;

	switch (random_below(8)) {
	case 0:
		pass_time();
		break;
	case 1:
		if (uart16550_can_receive(&machine.uart) ||
		    random_below(4) == 0) {
			uart16550_receive(&machine.uart, (u8)some_value());
		}
		break;
	case 2:
		if (pic8259_pending(&machine.pic)) {
			pic8259_acknowledge(&machine.pic);
		}
		break;
	case 3:
	case 4:
		bus_read(&ports, some_port(), size, &value);
		CHECK(value >> (8 * size) == 0);
		break;
	default:
		bus_write(&ports, some_port(), size, some_value());
		break;
	}
}

static void survives_any_guest(void)
{
	for (unsigned int life = 0; life < 40; life++) {
		begin();
		for (unsigned int i = 0; i < 20000; i++) {
			step();
		}
	}
}

static const struct unit_test tests[] = {
	UNIT_TEST(survives_any_guest),
};

int main(void)
{
	return UNIT_RUN(tests);
}
