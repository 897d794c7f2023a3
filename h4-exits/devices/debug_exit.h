#pragma once
/*
 * Ports by which a test guest ends its own run. No PC has them; emulators do:
 * the debug-exit port of QEMU ("isa-debug-exit" in its documentation), which
 * takes a number, and the port at which Bochs waits for the word "Shutdown"
 * (Bochs User Manual).
 */
#include "devices/bus.h"
#include "devices/machine_end.h"

struct debug_exit {
	struct machine_end *end;
	unsigned int letters; /* of the word that have come in order */
};

/* Puts both on the bus of the ports. Errors: bus_add(). */
struct error debug_exit_attach(struct debug_exit *exit, struct bus *ports,
			       struct machine_end *end);
