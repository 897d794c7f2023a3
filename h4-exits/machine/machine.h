#pragma once
/*
 * The emulated machine around a guest's CPU: memory, buses, devices, time.
 *
 * It knows no vCPU. What a guest's access or the time that passes has brought
 * about is found here afterwards: an interrupt that waits, an alarm to be set,
 * an end.
 */
#include "cpu/tsc.h"
#include "devices/acpi_pm.h"
#include "devices/bus.h"
#include "devices/cmos_rtc.h"
#include "devices/debug_exit.h"
#include "devices/device_clock.h"
#include "devices/flash.h"
#include "devices/machine_end.h"
#include "devices/pci_none.h"
#include "devices/pic8259.h"
#include "devices/pit8254.h"
#include "devices/reset_control.h"
#include "devices/time_limit.h"
#include "devices/uart16550.h"
#include "ept.h"
#include "guest_memory.h"
#include "vm_options.h"
#include "vmx_capabilities.h"

/*
 * What a machine has of its host. The functions are called wherever the machine
 * is accessed.
 */
struct machine_host {
	/* A byte that the guest sends at its serial port. */
	void (*transmit)(void *context, u8 byte);
	/* Takes the next byte for it; false when there is none now. */
	bool (*receive)(void *context, u8 *byte);
	/*
	 * At that moment of the TSC machine_notice() is to be called, instead
	 * of at the one before; UINT64_MAX: at none. Earlier does no harm.
	 */
	void (*set_alarm)(void *context, u64 tsc);
	void *context;
};

struct machine {
	struct machine_host host;
	struct ept ept;
	struct guest_memory memory;
	struct bus ports;
	struct bus mmio;
	struct machine_end end;

	struct device_clock clock;
	u64 switched_on; /* the TSC then */
	u64 next_time;	 /* when a device's timer expires, by the clock */
	u64 next_tsc;	 /* and by the TSC */

	struct irq_line isa[PIC8259_INPUTS]; /* to the PIC's inputs */
	/* The same interrupts on their way to another controller, if any. */
	struct irq_line isa_also[PIC8259_INPUTS];
	struct pic8259 pic;
	struct pit8254 pit;
	struct uart16550 uart;
	struct cmos_rtc rtc;
	struct acpi_pm pm;
	struct debug_exit debug_exit;
	struct reset_control reset;
	struct pci_none pci;
	struct time_limit limit;
	struct flash flash;
	hpa_t flash_block; /* what it holds; FRAME_NONE: nothing */
	unsigned int flash_order;
	bool flash_passed_through;
	bool input_waits; /* the console has a byte for which was no room */
};

/*
 * Makes a machine as firmware leaves it: RAM, and every device. Errors, after
 * which nothing is left behind: those of ept_init() and guest_memory_init(); a
 * device that finds no place.
 */
struct error machine_init(struct machine *machine,
			  const struct machine_host *host,
			  const struct vmx_capabilities *caps,
			  const struct vm_options *options);

/*
 * The two parts of that for a machine whose memory somebody else makes. ept and
 * memory are complete and all else of the machine is zeros; errors, after which
 * machine_strip() is still to be called: a device that finds no place.
 */
struct error machine_equip(struct machine *machine,
			   const struct machine_host *host);
void machine_strip(struct machine *machine);

/* The way to an interrupt of the PC/AT, 0 .. 15 but 2, for one more device. */
struct irq_line machine_isa_line(struct machine *machine, unsigned int number);

/*
 * What the guest says at its serial port goes there instead of to the host.
 */
void machine_hear(struct machine *machine,
		  void (*transmit)(void *context, u8 byte), void *context);

/* Gives memory back. No CPU may be in the guest any more. */
void machine_destroy(struct machine *machine);

/*
 * Lets the devices' timers expire, sets the alarm to the next one that anybody
 * hears, and takes what has come at the console.
 */
void machine_notice(struct machine *machine);

/*
 * Stops the machine's time: its clock stands, and no alarm comes. The answer is
 * for machine_start_time(), which lets it go on and gives the host's TSC ticks
 * that have passed in between.
 */
u64 machine_stop_time(struct machine *machine);
u64 machine_start_time(struct machine *machine, u64 stopped);

/* Before a device is accessed: its timers have expired by now. */
static inline void machine_before_access(struct machine *machine)
{
	if (__builtin_expect(rdtsc() >= machine->next_tsc, false)) {
		machine_notice(machine);
	}
}

/* After it: does it want another alarm, or have room for input? */
static inline bool machine_changed(const struct machine *machine)
{
	return device_clock_next(&machine->clock) != machine->next_time ||
	       machine->input_waits;
}
