#include "devices/pci_none.h"
#include "devices/machine_layout.h"

#define ADDRESS_SIZE 4
#define RESET_OFFSET (MACHINE_PORT_RESET - MACHINE_PORT_PCI_ADDRESS)

/* Bits that are there: enable, bus, device, function, register. */
#define ADDRESS_MASK 0x80fffffcu

static bool address_read(void *device, u64 offset, unsigned int size,
			 u64 *value)
{
	const struct pci_none *pci = device;

	if (size == ADDRESS_SIZE) {
		*value = pci->address;
		return true;
	}
	if (offset == RESET_OFFSET && size == 1) {
		*value = reset_control_read(pci->reset);
		return true;
	}
	return false;
}

static bool address_write(void *device, u64 offset, unsigned int size,
			  u64 value)
{
	struct pci_none *pci = device;

	if (size == ADDRESS_SIZE) {
		pci->address = (u32)value & ADDRESS_MASK;
		return true;
	}
	if (offset == RESET_OFFSET && size == 1) {
		reset_control_write(pci->reset, (u8)value);
		return true;
	}
	return false;
}

static bool data_read(void *device, u64 offset, unsigned int size, u64 *value)
{
	(void)device;
	(void)offset;
	(void)size;
	*value = UINT64_MAX;
	return true;
}

static bool data_write(void *device, u64 offset, unsigned int size, u64 value)
{
	(void)device;
	(void)offset;
	(void)size;
	(void)value;
	return true;
}

static const struct bus_ops address_ops = {address_read, address_write, 4};
static const struct bus_ops data_ops = {data_read, data_write, 4};

struct error pci_none_attach(struct pci_none *pci, struct bus *ports,
			     struct reset_control *reset)
{
	struct error error;

	*pci = (struct pci_none){.reset = reset};
	error = bus_add(ports, (struct bus_range){MACHINE_PORT_PCI_ADDRESS,
						  MACHINE_PORT_PCI_ADDRESS + 3,
						  &address_ops, pci,
						  "PCI configuration address"});
	if (failed(error)) {
		return error;
	}
	return bus_add(ports,
		       (struct bus_range){MACHINE_PORT_PCI_DATA,
					  MACHINE_PORT_PCI_DATA + 3, &data_ops,
					  pci, "PCI configuration data"});
}
