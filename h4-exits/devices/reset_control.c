#include "devices/reset_control.h"
#include "devices/machine_layout.h"

/* Reset Control: RST_CPU does it; the others say how much is reset. */
#define RST_CNT_RST_CPU	 0x04
#define RST_CNT_WRITABLE 0x0a

/* Status of the keyboard controller: both its buffers are empty. */
#define STATUS_SYSTEM_FLAG 0x04 /* its self-test has passed */
#define STATUS_NOT_LOCKED  0x10

/* Commands F0H .. FFH pulse the output lines whose bits are 0; 0 is reset. */
#define PULSE_MASK	 0xf1
#define PULSE_RESET_LINE 0xf0

#define SYSTEM_A_RESET 0x01
#define SYSTEM_A_A20   0x02

static void request_reset(struct reset_control *reset)
{
	reset->end->kind = MACHINE_RESET;
}

u8 reset_control_read(const struct reset_control *reset)
{
	return reset->rst_cnt;
}

/* RST_CPU reads as 0 as long as anybody can read it, so that each 1 counts. */
void reset_control_write(struct reset_control *reset, u8 value)
{
	reset->rst_cnt = value & RST_CNT_WRITABLE;
	if ((value & RST_CNT_RST_CPU) != 0) {
		request_reset(reset);
	}
}

static bool keyboard_read(void *device, u64 offset, unsigned int size,
			  u64 *value)
{
	(void)device;
	(void)offset;
	(void)size;
	*value = STATUS_SYSTEM_FLAG | STATUS_NOT_LOCKED;
	return true;
}

static bool keyboard_write(void *device, u64 offset, unsigned int size,
			   u64 value)
{
	(void)offset;
	(void)size;
	if ((value & PULSE_MASK) == PULSE_RESET_LINE) {
		request_reset(device);
	}
	return true;
}

static bool system_a_read(void *device, u64 offset, unsigned int size,
			  u64 *value)
{
	(void)device;
	(void)offset;
	(void)size;
	*value = SYSTEM_A_A20;
	return true;
}

static bool system_a_write(void *device, u64 offset, unsigned int size,
			   u64 value)
{
	(void)offset;
	(void)size;
	if ((value & SYSTEM_A_RESET) != 0) {
		request_reset(device);
	}
	return true;
}

static const struct bus_ops keyboard_ops = {keyboard_read, keyboard_write, 1};
static const struct bus_ops system_a_ops = {system_a_read, system_a_write, 1};

struct error reset_control_attach(struct reset_control *reset,
				  struct bus *ports, struct machine_end *end)
{
	struct error error;

	*reset = (struct reset_control){.end = end};
	error = bus_add(ports,
			(struct bus_range){MACHINE_PORT_KEYBOARD,
					   MACHINE_PORT_KEYBOARD, &keyboard_ops,
					   reset, "keyboard controller"});
	if (failed(error)) {
		return error;
	}
	return bus_add(ports,
		       (struct bus_range){MACHINE_PORT_SYSTEM_A,
					  MACHINE_PORT_SYSTEM_A, &system_a_ops,
					  reset, "system control port A"});
}
