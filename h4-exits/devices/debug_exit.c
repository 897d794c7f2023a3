#include "devices/debug_exit.h"
#include "devices/machine_layout.h"

static const char word[] = "Shutdown";

/* Neither port has anything to read. */
static bool nothing_to_read(void *device, u64 offset, unsigned int size,
			    u64 *value)
{
	(void)device;
	(void)offset;
	(void)size;
	(void)value;
	return false;
}

static bool exit_write(void *device, u64 offset, unsigned int size, u64 value)
{
	struct debug_exit *exit = device;

	(void)size;
	if (offset != 0) {
		return false;
	}
	*exit->end = (struct machine_end){MACHINE_EXITED, (u32)value};
	return true;
}

/* A letter out of turn ends the word; it may be the first of a new one. */
static bool shutdown_write(void *device, u64 offset, unsigned int size,
			   u64 value)
{
	struct debug_exit *exit = device;
	char letter = (char)value;

	(void)offset;
	(void)size;
	if (letter != word[exit->letters]) {
		exit->letters = 0;
	}
	if (letter == word[exit->letters]) {
		exit->letters++;
	}
	if (exit->letters == sizeof(word) - 1) {
		exit->letters = 0;
		*exit->end = (struct machine_end){MACHINE_POWERED_OFF, 0};
	}
	return true;
}

static const struct bus_ops exit_ops = {nothing_to_read, exit_write, 4};
static const struct bus_ops shutdown_ops = {nothing_to_read, shutdown_write, 1};

struct error debug_exit_attach(struct debug_exit *exit, struct bus *ports,
			       struct machine_end *end)
{
	struct error error;

	*exit = (struct debug_exit){.end = end};
	error = bus_add(ports,
			(struct bus_range){MACHINE_PORT_DEBUG_EXIT,
					   MACHINE_PORT_DEBUG_EXIT + 3,
					   &exit_ops, exit, "debug exit"});
	if (failed(error)) {
		return error;
	}
	return bus_add(ports,
		       (struct bus_range){MACHINE_PORT_SHUTDOWN,
					  MACHINE_PORT_SHUTDOWN, &shutdown_ops,
					  exit, "shutdown port"});
}
