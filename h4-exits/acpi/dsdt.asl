/*
 * The guest's DSDT: how to switch the machine off, and what devices it has
 * that nobody can find by asking.
 *
 * "ACPI Specification", chapter "ACPI Source Language (ASL) Reference". The
 * numbers are those by which the devices themselves are made.
 */
#include "devices/machine_layout.h"

DefinitionBlock ("", "DSDT", 2, "TOUR", "VTXTOUR", 1)
{
	/* Soft off: SLP_TYP for PM1a_CNT and for PM1b_CNT. */
	Name (\_S5, Package () {MACHINE_SLP_TYP_S5, MACHINE_SLP_TYP_S5, 0, 0})

	Scope (\_SB)
	{
		Device (PIC)
		{
			Name (_HID, EisaId ("PNP0000"))
			Name (_CRS, ResourceTemplate ()
			{
				IO (Decode16, MACHINE_PORT_PIC_MASTER,
				    MACHINE_PORT_PIC_MASTER, 1, 2)
				IO (Decode16, MACHINE_PORT_PIC_SLAVE,
				    MACHINE_PORT_PIC_SLAVE, 1, 2)
				IO (Decode16, MACHINE_PORT_ELCR,
				    MACHINE_PORT_ELCR, 1, 2)
				IRQNoFlags () {2}
			})
		}

		Device (PIT)
		{
			Name (_HID, EisaId ("PNP0100"))
			Name (_CRS, ResourceTemplate ()
			{
				IO (Decode16, MACHINE_PORT_PIT,
				    MACHINE_PORT_PIT, 1, 4)
				IRQNoFlags () {MACHINE_IRQ_PIT}
			})
		}

		Device (RTC)
		{
			Name (_HID, EisaId ("PNP0B00"))
			Name (_CRS, ResourceTemplate ()
			{
				IO (Decode16, MACHINE_PORT_CMOS_INDEX,
				    MACHINE_PORT_CMOS_INDEX, 1, 2)
				IRQNoFlags () {MACHINE_IRQ_RTC}
			})
		}

		Device (COM1)
		{
			Name (_HID, EisaId ("PNP0501"))
			Name (_UID, 1)
			Name (_CRS, ResourceTemplate ()
			{
				IO (Decode16, MACHINE_PORT_COM1,
				    MACHINE_PORT_COM1, 1, 8)
				IRQNoFlags () {MACHINE_IRQ_COM1}
			})
		}

		/* Ports that are taken, so that nothing else is put there. */
		Device (SYSR)
		{
			Name (_HID, EisaId ("PNP0C02"))
			Name (_CRS, ResourceTemplate ()
			{
				IO (Decode16, MACHINE_PORT_SYSTEM_B,
				    MACHINE_PORT_SYSTEM_B, 1, 1)
				IO (Decode16, MACHINE_PORT_SYSTEM_A,
				    MACHINE_PORT_SYSTEM_A, 1, 1)
				IO (Decode16, MACHINE_PORT_DEBUG_EXIT,
				    MACHINE_PORT_DEBUG_EXIT, 1, 4)
				IO (Decode16, MACHINE_PORT_RESET,
				    MACHINE_PORT_RESET, 1, 1)
				IO (Decode16, MACHINE_PORT_PM1A_EVT,
				    MACHINE_PORT_PM1A_EVT, 1,
				    MACHINE_PM1_EVT_LEN)
				IO (Decode16, MACHINE_PORT_PM1A_CNT,
				    MACHINE_PORT_PM1A_CNT, 1,
				    MACHINE_PM1_CNT_LEN)
				IO (Decode16, MACHINE_PORT_PM_TMR,
				    MACHINE_PORT_PM_TMR, 1, MACHINE_PM_TMR_LEN)
			})
		}
	}
}
