/* stage: h1 */
/*
 * echo: sends back what it receives, until a line that says "end", and tells
 * how much that was, for the tests of the console's input. Words of the
 * command line: interrupt waits for each byte with HLT; delay=MS lets that
 * time pass before it looks for the next one.
 */
#include "boot/cmdline.h"
#include "boot/kernel.h"
#include "console/console.h"
#include "cpu/instructions.h"
#include "cpu/lapic.h"
#include "cpu/pic.h"
#include "cpu/tsc.h"
#include "lib/printk.h"

#define SPURIOUS_VECTOR 0xff
#define MILLISECOND	1000000ull /* in nanoseconds */

#define END_LENGTH 3

/* Of POSIX's cksum(1): the data, and behind it its length, low byte first. */
#define CKSUM_POLYNOMIAL 0x04c11db7u

struct received {
	u64 bytes;
	u32 cksum;
	char line[END_LENGTH]; /* the beginning of the line that goes on */
	u64 column;
};

static u32 cksum_add(u32 sum, u8 byte)
{
	sum ^= (u32)byte << 24;
	for (int bit = 0; bit < 8; bit++) {
		sum = (sum & BIT(31)) != 0 ? sum << 1 ^ CKSUM_POLYNOMIAL
					   : sum << 1;
	}
	return sum;
}

static u32 cksum_end(u32 sum, u64 length)
{
	for (; length != 0; length >>= 8) {
		sum = cksum_add(sum, (u8)length);
	}
	return ~sum;
}

/* Is this the last byte? */
static bool take(struct received *all, u8 byte)
{
	bool at_end = all->column == END_LENGTH && all->line[0] == 'e' &&
		      all->line[1] == 'n' && all->line[2] == 'd';

	all->bytes++;
	all->cksum = cksum_add(all->cksum, byte);
	if (byte == '\n' || byte == '\r') {
		all->column = 0;
		return at_end;
	}
	if (all->column < END_LENGTH) {
		all->line[all->column] = (char)byte;
	}
	all->column++;
	return false;
}

static u8 receive(bool interrupt)
{
	u8 byte;

	cli();
	while (!console_read(&byte)) {
		if (interrupt) {
			sti();
			hlt();
			cli();
		}
	}
	return byte;
}

static void wait_ms(u64 ms)
{
	u64 start = rdtsc();

	while (tsc_to_ns(rdtsc() - start) < ms * MILLISECOND) {
		cpu_pause();
	}
}

static struct error start_interrupts(void)
{
	struct error error;

	pic_init();
	error = lapic_enable(SPURIOUS_VECTOR);
	if (!failed(error)) {
		lapic_accept_pic();
		console_receive_interrupt(true);
	}
	return error;
}

enum kernel_status kmain(const struct boot_info *boot)
{
	bool interrupt = cmdline_has(boot->cmdline, "interrupt");
	struct received all = {0};
	u64 delay_ms = 0;
	u8 byte;

	(void)cmdline_number(boot->cmdline, "delay", &delay_ms);
	if (interrupt) {
		struct error error = start_interrupts();

		if (failed(error)) {
			printk("%s %#lx\n", error.what, error.value);
			return KERNEL_UNSUPPORTED;
		}
	}
	printk("echo: ready\n");
	do {
		wait_ms(delay_ms);
		byte = receive(interrupt);
		console_write(byte == '\r' ? "\n" : (const char *)&byte, 1);
	} while (!take(&all, byte));
	printk("echo: %lu bytes, cksum %u\n", all.bytes,
	       cksum_end(all.cksum, all.bytes));
	return KERNEL_SUCCESS;
}
