#pragma once
/*
 * The ways in which a PC is reset by its own software: the Reset Control
 * register at port CF9H ("Intel I/O Controller Hub 9 (ICH9) Family Datasheet"),
 * the keyboard controller's command to pulse its output line, and port 92H
 * ("IBM Personal System/2 Hardware Interface Technical Reference").
 *
 * A guest cannot tell a CPU's reset from the machine's, so all of them end its
 * run. There is no keyboard: its controller always is idle. Gate A20 is open.
 */
#include "devices/bus.h"
#include "devices/machine_end.h"

struct reset_control {
	struct machine_end *end;
	u8 rst_cnt;
};

/*
 * Puts ports 64H and 92H on the bus. Port CF9H lies within the address register
 * of PCI and comes from there: pci_none.h. Errors: bus_add().
 */
struct error reset_control_attach(struct reset_control *reset,
				  struct bus *ports, struct machine_end *end);

/* Port CF9H. */
u8 reset_control_read(const struct reset_control *reset);
void reset_control_write(struct reset_control *reset, u8 value);
