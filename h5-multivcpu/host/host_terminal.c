#include "host/host_terminal.h"
#include "console/console.h"
#include "console/monitor.h"
#include "console/terminal_printk.h"
#include "cpu/lapic.h"
#include "cpu/traps.h"
#include "cpu/tsc.h"
#include "lib/printk.h"
#include "scheduler/scheduler.h"
#include "smp/smp.h"

#define TICK_NS (TERMINAL_TICK_MS * 1000000ull)

static struct terminal_output terminal;
static struct monitor monitor;
static struct host_timer tick;
static bool tick_is_due;

static void send(void *to, const char *bytes, size_t length)
{
	(void)to;
	for (size_t i = 0; i < length; i++) {
		console_send((u8)bytes[i]);
	}
}

/* The boot processor leaves its guest and looks. */
static void on_key(struct trap_frame *frame)
{
	(void)frame;
	pic_eoi(UART_COM1_IRQ);
	scheduler_call(0);
}

static void on_tick(struct host_timer *timer)
{
	(void)timer;
	tick_is_due = true;
	scheduler_call(0);
}

static void set_tick(void)
{
	host_timer_set(&tick, rdtsc() + tsc_from_ns(TICK_NS));
}

struct terminal_output *
host_terminal_begin(const struct monitor_ops *monitor_ops)
{
	terminal_output_init(&terminal, send, NULL);
	monitor_init(&monitor, monitor_ops, &terminal);
	terminal_printk_begin(&terminal, smp_count());
	lapic_accept_pic();
	console_receive_interrupt(true);
	traps_set_handler(CONSOLE_VECTOR, on_key);
	tick.expire = on_tick;
	set_tick();
	return &terminal;
}

void host_terminal_give(u32 vm, bool monitor_first)
{
	if (monitor_first) {
		monitor_open(&monitor);
	} else {
		(void)monitor_give_terminal(&monitor, vm);
	}
}

void host_terminal_serve(void)
{
	u8 byte;

	while (monitor_wants_key(&monitor) && console_read(&byte)) {
		monitor_key(&monitor, byte);
	}
	if (tick_is_due) {
		tick_is_due = false;
		monitor_tick(&monitor);
		set_tick();
	}
}

bool host_terminal_is_asked(void)
{
	return monitor.on;
}

void host_terminal_end(void)
{
	host_timer_cancel(&tick);
	console_receive_interrupt(false);
	printk_to_console();
}
