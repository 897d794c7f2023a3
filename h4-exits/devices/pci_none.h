#pragma once
/*
 * A PCI bus on which nothing is: "PCI Local Bus Specification", configuration
 * mechanism #1.
 *
 * A guest writes the address of a configuration register to CF8H, all four
 * bytes at once, and finds the register at CFCH. Any other access to these
 * ports is not PCI's, which is how chipsets have room for a byte of their own
 * at CF9H. Where no device answers, a register reads as ones.
 */
#include "devices/bus.h"
#include "devices/reset_control.h"

struct pci_none {
	struct reset_control *reset;
	u32 address;
};

/* Puts it on the bus of the ports. reset: gets CF9H. Errors: bus_add(). */
struct error pci_none_attach(struct pci_none *pci, struct bus *ports,
			     struct reset_control *reset);
