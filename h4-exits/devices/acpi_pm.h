#pragma once
/*
 * The fixed hardware of ACPI: "Advanced Configuration and Power Interface
 * Specification", section "ACPI Register Model".
 *
 * PM1a event and control registers and the power management timer. There is no
 * SMI command port, so the machine is in ACPI mode from the start and SCI_EN
 * cannot be cleared. No button is there to be pressed. S5, soft off, is the
 * only sleeping state.
 */
#include "devices/bus.h"
#include "devices/device_clock.h"
#include "devices/irq_line.h"
#include "devices/machine_end.h"

#define ACPI_PM_TIMER_HZ 3579545u

struct acpi_pm {
	struct device_clock *clock;
	struct irq_line sci;
	struct machine_end *end;
	struct device_timer timer; /* the next change of TMR's upper bit */
	u64 caught;		   /* ticks up to which status is complete */
	u16 status;
	u16 enable;
	u16 control;
};

/* Puts it on the bus of the ports. Errors: bus_add(). */
struct error acpi_pm_attach(struct acpi_pm *pm, struct bus *ports,
			    struct device_clock *clock, struct irq_line sci,
			    struct machine_end *end);
