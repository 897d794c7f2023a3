/*
 * The serial port, as a driver uses it.
 *
 * modules: h4-exits/devices/bus.c h4-exits/devices/device_clock.c
 * modules: h4-exits/devices/uart16550.c h4-exits/devices/uart16550_receiver.c
 */
#include "devices/uart16550.h"
#include "devices_fixture.h"

#define RBR 0x3f8
#define THR 0x3f8
#define IER 0x3f9
#define IIR 0x3fa
#define FCR 0x3fa
#define LCR 0x3fb
#define MCR 0x3fc
#define LSR 0x3fd
#define MSR 0x3fe
#define SCR 0x3ff

#define OUT2 0x08
#define LOOP 0x10

static struct uart16550 uart;
static char sent[64];
static size_t sent_count;

static void transmit(void *console, u8 byte)
{
	CHECK(console == sent);
	if (CHECK(sent_count < sizeof(sent) - 1)) {
		sent[sent_count++] = (char)byte;
	}
}

static void begin(void)
{
	start();
	memset(sent, 0, sizeof(sent));
	sent_count = 0;
	CHECK(!failed(uart16550_attach(&uart, &ports, 0x3f8, &device_clock,
				       wire_line, transmit, sent)));
}

static void receive(const char *text)
{
	for (; *text != '\0'; text++) {
		uart16550_receive(&uart, (u8)*text);
	}
}

static void sends(void)
{
	begin();
	for (const char *c = "hello"; *c != '\0'; c++) {
		CHECK_EQ(in8(LSR), 0x60);
		out8(THR, (u8)*c);
	}
	CHECK_STR(sent, "hello");
	CHECK_EQ(wire.rises, 0);
	out8(LCR, 0x02); /* seven bits */
	out8(THR, 'A' | 0x80);
	CHECK_STR(sent, "helloA");
}

static void has_a_divisor_behind_dlab(void)
{
	begin();
	out8(LCR, 0x83);
	CHECK_EQ(in8(RBR), 12);
	out8(THR, 0x34);
	out8(IER, 0x12);
	CHECK_EQ(in(RBR, 2), 0x1234);
	out8(LCR, 0x03);
	CHECK_EQ(in8(IER), 0);
	CHECK_EQ(sent_count, 0);
	CHECK_EQ(in8(LCR), 0x03);
}

static void keeps_a_scratch_byte(void)
{
	begin();
	out8(SCR, 0xa5);
	CHECK_EQ(in8(SCR), 0xa5);
}

static void receives_one_byte_without_fifo(void)
{
	begin();
	out8(MCR, OUT2);
	out8(IER, 0x01);
	CHECK(uart16550_can_receive(&uart));
	receive("a");
	CHECK(!uart16550_can_receive(&uart));
	CHECK(wire.level);
	CHECK_EQ(in8(IIR), 0x04);
	CHECK_EQ(in8(LSR), 0x61);
	receive("b"); /* runs over the first */
	CHECK_EQ(in8(LSR), 0x63);
	CHECK_EQ(in8(LSR), 0x61);
	CHECK_EQ(in8(RBR), 'b');
	CHECK(!wire.level);
	CHECK_EQ(in8(IIR), 0x01);
	CHECK_EQ(in8(LSR), 0x60);
}

static void interrupts_at_the_trigger_level(void)
{
	static const u8 levels[] = {1, 4, 8, 14};

	for (unsigned int n = 0; n < 4; n++) {
		begin();
		out8(MCR, OUT2);
		out8(FCR, (u8)(0x07 | n << 6));
		out8(IER, 0x01);
		for (unsigned int i = 0; i + 1 < levels[n]; i++) {
			receive("x");
		}
		CHECK(!wire.level);
		CHECK_EQ(in8(IIR), 0xc1);
		receive("x");
		CHECK(wire.level);
		CHECK_EQ(in8(IIR), 0xc4);
		in8(RBR);
		CHECK(!wire.level);
	}
}

static void keeps_sixteen_bytes_in_order(void)
{
	begin();
	out8(FCR, 0x01);
	receive("0123456789abcdef");
	CHECK(!uart16550_can_receive(&uart));
	receive("g"); /* this one is lost */
	CHECK_EQ(in8(LSR), 0x63);
	for (const char *c = "0123456789"; *c != '\0'; c++) {
		CHECK_EQ(in8(RBR), *c);
	}
	receive("ghij");
	for (const char *c = "abcdefghij"; *c != '\0'; c++) {
		CHECK_EQ(in8(LSR), 0x61);
		CHECK_EQ(in8(RBR), *c);
	}
	CHECK_EQ(in8(LSR), 0x60);
	receive("xy");
	out8(FCR, 0x03);
	CHECK_EQ(in8(LSR), 0x60);
	receive("xy");
	out8(FCR, 0x00); /* a change of the mode empties it as well */
	CHECK_EQ(in8(LSR), 0x60);
}

/* At 9600 baud 8N1, forty bits last 4.2 ms. */
static void times_out(void)
{
	begin();
	out8(MCR, OUT2);
	out8(FCR, 0xc1);
	out8(IER, 0x01);
	receive("ab");
	run_for(4 * MILLISECOND);
	receive("c"); /* the time begins anew */
	run_for(4 * MILLISECOND);
	CHECK(!wire.level);
	run_for(MILLISECOND);
	CHECK(wire.level);
	CHECK_EQ(in8(IIR), 0xcc);
	CHECK_EQ(in8(RBR), 'a');
	CHECK(!wire.level);
	run_for(5 * MILLISECOND);
	CHECK(wire.level);
	in8(RBR);
	in8(RBR);
	CHECK(!wire.level);
	run_for(SECOND);
	CHECK(!wire.level);
}

static void interrupts_when_it_can_send(void)
{
	begin();
	out8(MCR, OUT2);
	out8(IER, 0x02); /* the THR is empty, and that is news */
	CHECK(wire.level);
	CHECK_EQ(in8(IIR), 0x02);
	CHECK(!wire.level);
	CHECK_EQ(in8(IIR), 0x01);
	out8(THR, 'x');
	CHECK(wire.level);
	out8(THR, 'y'); /* unread, and yet an edge */
	CHECK_EQ(wire.rises, 3);
	out8(IER, 0x00);
	CHECK(!wire.level);
	CHECK_EQ(in8(IIR), 0x01);
	out8(IER, 0x02);
	CHECK_EQ(in8(IIR), 0x02);
	out8(IER, 0x02); /* was on already */
	CHECK_EQ(in8(IIR), 0x01);
}

static void lets_interrupts_out_by_out2(void)
{
	begin();
	out8(IER, 0x01);
	receive("x");
	CHECK_EQ(in8(IIR), 0x04);
	CHECK(!wire.level);
	out8(MCR, OUT2);
	CHECK(wire.level);
	out8(MCR, OUT2 | LOOP);
	CHECK(!wire.level);
}

static void talks_to_itself(void)
{
	begin();
	CHECK_EQ(in8(MSR), 0xb0);
	out8(MCR, LOOP);
	CHECK(!uart16550_can_receive(&uart));
	receive("x");
	CHECK_EQ(in8(LSR), 0x60);
	out8(THR, 'y');
	CHECK_EQ(sent_count, 0);
	CHECK_EQ(in8(LSR), 0x61);
	CHECK_EQ(in8(RBR), 'y');
	/* A break: a zero, and an error along with it. */
	out8(FCR, 0x01);
	out8(THR, 'z');
	out8(LCR, 0x43);
	CHECK_EQ(in8(LSR), 0xe1);
	CHECK_EQ(in8(RBR), 'z');
	CHECK_EQ(in8(LSR), 0xf1);
	CHECK_EQ(in8(LSR), 0x61);
	CHECK_EQ(in8(RBR), 0);
	CHECK_EQ(in8(LSR), 0x60);
}

static void hears_its_own_modem_lines(void)
{
	static const struct {
		u8 mcr, msr;
	} lines[] = {{0x02, 0x10}, {0x01, 0x20}, {0x04, 0x40}, {0x08, 0x80}};

	begin();
	out8(MCR, LOOP);
	CHECK_EQ(in8(MSR), 0x0b); /* the terminal's three have gone */
	CHECK_EQ(in8(MSR), 0x00);
	for (unsigned int i = 0; i < ARRAY_SIZE(lines); i++) {
		u8 delta = lines[i].msr >> 4;

		out8(MCR, LOOP | lines[i].mcr);
		/* A ring shows when it ends. */
		CHECK_EQ(in8(MSR), lines[i].msr | (delta == 4 ? 0 : delta));
		out8(MCR, LOOP);
		CHECK_EQ(in8(MSR), delta);
	}
	out8(IER, 0x08);
	out8(MCR, LOOP | 0x02);
	CHECK_EQ(in8(IIR), 0x00);
	CHECK_EQ(in8(MSR), 0x11);
	CHECK_EQ(in8(IIR), 0x01);
}

static void tells_the_most_urgent_first(void)
{
	begin();
	out8(MCR, LOOP);
	out8(IER, 0x0f);
	out8(THR, 'x');
	out8(THR, 'y'); /* an overrun */
	CHECK_EQ(in8(IIR), 0x06);
	CHECK_EQ(in8(LSR), 0x63);
	CHECK_EQ(in8(IIR), 0x04);
	in8(RBR);
	CHECK_EQ(in8(IIR), 0x02);
	CHECK_EQ(in8(IIR), 0x00);
	in8(MSR);
	CHECK_EQ(in8(IIR), 0x01);
}

static void ignores_writes_to_status(void)
{
	begin();
	out8(LSR, 0xff);
	out8(MSR, 0xff);
	CHECK_EQ(in8(LSR), 0x60);
	CHECK_EQ(in8(MSR), 0xb0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(sends),
	UNIT_TEST(has_a_divisor_behind_dlab),
	UNIT_TEST(keeps_a_scratch_byte),
	UNIT_TEST(receives_one_byte_without_fifo),
	UNIT_TEST(interrupts_at_the_trigger_level),
	UNIT_TEST(keeps_sixteen_bytes_in_order),
	UNIT_TEST(times_out),
	UNIT_TEST(interrupts_when_it_can_send),
	UNIT_TEST(lets_interrupts_out_by_out2),
	UNIT_TEST(talks_to_itself),
	UNIT_TEST(hears_its_own_modem_lines),
	UNIT_TEST(tells_the_most_urgent_first),
	UNIT_TEST(ignores_writes_to_status),
};

int main(void)
{
	return UNIT_RUN(tests);
}
