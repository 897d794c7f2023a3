/*
 * printk() on several CPUs, at a terminal that a machine has as well.
 *
 * modules: h5-multivcpu/console/terminal_printk.c
 * modules: h5-multivcpu/console/terminal_output.c
 * modules: h5-multivcpu/console/terminal_speaker.c common/lib/printk.c
 */
#include "console/console.h"
#include "console/terminal_printk.h"
#include "lib/printk.h"
#include "smp/cpu.h"
#include "unit.h"

#include <asm/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

static struct terminal_output terminal;
static struct terminal_speaker machine;
static char screen[1024];

void console_write(const char *text, size_t length)
{
	strncat(screen, text, length);
}

static void send(void *to, const char *bytes, size_t length)
{
	(void)to;
	strncat(screen, bytes, length);
}

#define SEEN(text)                       \
	do {                             \
		CHECK_STR(screen, text); \
		screen[0] = '\0';        \
	} while (0)

/* What follows runs on that CPU. */
static void on_cpu(u32 number)
{
	static struct cpu cpu;

	cpu.number = number;
	CHECK_EQ(syscall(SYS_arch_prctl, ARCH_SET_GS, &cpu), 0);
}

static void begin(void)
{
	screen[0] = '\0';
	terminal_output_init(&terminal, send, NULL);
	terminal_speaker_init(&machine, "vm1| ");
	terminal_output_add(&terminal, &machine);
	terminal_output_focus(&terminal, &machine);
	terminal_printk_begin(&terminal, 2);
}

static void lines_of_each_cpu_by_themselves(void)
{
	begin();
	on_cpu(0);
	printk("CPU %u", 0);
	on_cpu(1);
	printk("CPU %u", 1);
	SEEN("");
	printk(" says more\n");
	SEEN("CPU 1 says more\r\n");
	on_cpu(0);
	printk(" as well\nand begins");
	SEEN("CPU 0 as well\r\n");
	printk_divert(NULL);
}

static void what_waits_is_seen_at_the_end(void)
{
	begin();
	on_cpu(1);
	terminal_output_say(&terminal, &machine, "$ ", 2);
	printk("this is why\n");
	printk("the kernel");
	SEEN("$ ");
	printk_to_console();
	SEEN("\nthis is why\r\nthe kernel\r\n");
	printk("ended\n");
	SEEN("ended\n");
}

static const struct unit_test tests[] = {
	UNIT_TEST(lines_of_each_cpu_by_themselves),
	UNIT_TEST(what_waits_is_seen_at_the_end),
};

int main(void)
{
	return UNIT_RUN(tests);
}
