/*
 * How a guest ends its run: the exit ports and the ways to a reset, one of
 * which lies in the middle of PCI's address register.
 *
 * modules: h4-exits/devices/bus.c h4-exits/devices/debug_exit.c
 * modules: h4-exits/devices/pci_none.c h4-exits/devices/reset_control.c
 */
#include "devices/debug_exit.h"
#include "devices/pci_none.h"
#include "devices/reset_control.h"
#include "devices_fixture.h"

static struct machine_end end;
static struct debug_exit debug_exit;
static struct reset_control reset_control;
static struct pci_none pci;

static void begin(void)
{
	start();
	end = (struct machine_end){0};
	CHECK(!failed(debug_exit_attach(&debug_exit, &ports, &end)));
	CHECK(!failed(reset_control_attach(&reset_control, &ports, &end)));
	CHECK(!failed(pci_none_attach(&pci, &ports, &reset_control)));
}

static void exits_with_a_value_of_any_width(void)
{
	for (unsigned int size = 1; size <= 4; size *= 2) {
		begin();
		CHECK(bus_write(&ports, 0xf4, size, 0x87654321));
		CHECK_EQ(end.kind, MACHINE_EXITED);
		CHECK_EQ(end.value,
			 0x87654321 & (0xffffffffu >> (32 - 8 * size)));
	}
	begin();
	out8(0xf4, 0);
	CHECK_EQ(end.kind, MACHINE_EXITED);
	CHECK_EQ(end.value, 0);
	begin();
	CHECK_EQ(in8(0xf4), 0xff);
	CHECK(!bus_write(&ports, 0xf5, 1, 0));
	CHECK_EQ(end.kind, MACHINE_RUNS);
}

static enum machine_end_kind say(const char *word)
{
	begin();
	for (; *word != '\0'; word++) {
		CHECK_EQ(end.kind, MACHINE_RUNS);
		out8(0x8900, (u8)*word);
	}
	return end.kind;
}

static void powers_off_at_a_word(void)
{
	CHECK_EQ(say("Shutdown"), MACHINE_POWERED_OFF);
	CHECK_EQ(say("ShutShutdown"), MACHINE_POWERED_OFF);
	CHECK_EQ(say("SShutdown"), MACHINE_POWERED_OFF);
	CHECK_EQ(say("ShutdowShutdown"), MACHINE_POWERED_OFF);
	CHECK_EQ(say("Shutdow"), MACHINE_RUNS);
	CHECK_EQ(say("Shut down"), MACHINE_RUNS);
	CHECK_EQ(say("shutdown"), MACHINE_RUNS);
	CHECK_EQ(say("Shuttdown"), MACHINE_RUNS);
	CHECK_EQ(say("hutdown"), MACHINE_RUNS);
	CHECK_EQ(say("ShutdowSn"), MACHINE_RUNS);
}

static void resets_by_cf9(void)
{
	begin();
	out8(0xcf9, 0x02);
	CHECK_EQ(in8(0xcf9), 0x02);
	CHECK_EQ(end.kind, MACHINE_RUNS);
	out8(0xcf9, 0x06);
	CHECK_EQ(end.kind, MACHINE_RESET);
}

static void resets_by_the_keyboard_controller(void)
{
	for (unsigned int command = 0; command < 256; command++) {
		bool pulses_reset = command >= 0xf0 && command % 2 == 0;

		begin();
		CHECK_EQ(in8(0x64) & 0x03, 0); /* both buffers are empty */
		out8(0x64, (u8)command);
		CHECK_EQ(end.kind, pulses_reset ? MACHINE_RESET : MACHINE_RUNS);
	}
}

static void resets_by_port_92(void)
{
	begin();
	CHECK_EQ(in8(0x92), 0x02);
	out8(0x92, 0x00);
	CHECK_EQ(in8(0x92), 0x02); /* A20 stays open */
	out8(0x92, 0x02);
	CHECK_EQ(end.kind, MACHINE_RUNS);
	out8(0x92, 0x03);
	CHECK_EQ(end.kind, MACHINE_RESET);
}

static void has_an_address_but_no_device(void)
{
	begin();
	CHECK(bus_write(&ports, 0xcf8, 4, 0x80000000));
	CHECK_EQ(in(0xcf8, 4), 0x80000000);
	CHECK_EQ(in(0xcfc, 4), 0xffffffff);
	CHECK_EQ(in(0xcfc, 2), 0xffff);
	CHECK_EQ(in(0xcfe, 2), 0xffff);
	CHECK_EQ(in8(0xcff), 0xff);
	CHECK(bus_write(&ports, 0xcfc, 4, 0));
	CHECK(bus_write(&ports, 0xcf8, 4, 0xffffffff));
	CHECK_EQ(in(0xcf8, 4), 0x80fffffc);
	/* A value that would be a reset, at the wrong width. */
	CHECK(bus_write(&ports, 0xcf8, 4, 0x80000600));
	CHECK_EQ(end.kind, MACHINE_RUNS);
	CHECK_EQ(in8(0xcf9), 0);
}

/* What a kernel does to find out which mechanism there is. */
static void shows_mechanism_1_only(void)
{
	begin();
	CHECK(bus_write(&ports, 0xcf8, 4, 0x80001234));
	CHECK(!bus_write(&ports, 0xcfb, 1, 0x01));
	CHECK(!bus_write(&ports, 0xcf8, 1, 0x00));
	CHECK(!bus_write(&ports, 0xcfa, 1, 0x00));
	CHECK(!bus_write(&ports, 0xcf8, 2, 0x0600));
	CHECK(!bus_write(&ports, 0xcf9, 2, 0x0606));
	CHECK_EQ(in8(0xcf8), 0xff);
	CHECK_EQ(in8(0xcfa), 0xff);
	CHECK_EQ(in(0xcf8, 4), 0x80001234);
	CHECK_EQ(end.kind, MACHINE_RUNS);
}

static const struct unit_test tests[] = {
	UNIT_TEST(exits_with_a_value_of_any_width),
	UNIT_TEST(powers_off_at_a_word),
	UNIT_TEST(resets_by_cf9),
	UNIT_TEST(resets_by_the_keyboard_controller),
	UNIT_TEST(resets_by_port_92),
	UNIT_TEST(has_an_address_but_no_device),
	UNIT_TEST(shows_mechanism_1_only),
};

int main(void)
{
	return UNIT_RUN(tests);
}
