#include "endings.h"
#include "console/console.h"
#include "cpu/instructions.h"
#include "cpu/ports.h"
#include "firmware/power.h"

#define PORT_DEBUG_EXIT 0xf4
#define PORT_SHUTDOWN	0x8900
#define PORT_RESET	0xcf9

/* "RST_CNT": the kind of reset first, then the reset itself. */
#define RST_CNT_SYSTEM_RESET 0x02
#define RST_CNT_RESET_CPU    0x04

/* A reset takes effect some time after the instruction. */
static void wait(void)
{
	for (u32 i = 0; i < 1000000; i++) {
		cpu_pause();
	}
}

void endings_debug_exit(u32 value)
{
	console_flush();
	out32(PORT_DEBUG_EXIT, value);
}

void endings_power_off(void)
{
	console_flush();
	power_off();
}

void endings_shutdown(void)
{
	console_flush();
	for (const char *c = "Shutdown"; *c != '\0'; c++) {
		out8(PORT_SHUTDOWN, (u8)*c);
	}
}

void endings_reset(void)
{
	console_flush();
	out8(PORT_RESET, RST_CNT_SYSTEM_RESET);
	out8(PORT_RESET, RST_CNT_SYSTEM_RESET | RST_CNT_RESET_CPU);
	wait();
}
