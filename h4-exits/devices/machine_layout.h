#pragma once
/*
 * Where everything lies in an emulated machine: ports, interrupt lines,
 * guest-physical addresses. The ACPI tables say the same to the guest.
 *
 * The numbers of the PC/AT are fixed since 1984. Those of ACPI are free; they
 * are the ones of QEMU's machine q35.
 */

/* The interrupt lines: inputs of the 8259A pair, wired as in the PC/AT. */
#define MACHINE_IRQ_PIT	 0u
#define MACHINE_IRQ_COM1 4u
#define MACHINE_IRQ_RTC	 8u
#define MACHINE_IRQ_SCI	 9u /* level-triggered, shared, active high */

/*
 * The interrupt controllers of a machine with several CPUs. The I/O APIC's ID,
 * of 4 bits, is beyond those of the CPUs; 15 meant all of them once. Of the
 * inputs, only that of the PIT is not the one with the interrupt line's number.
 */
#define MACHINE_LOCAL_APIC_BASE	   0xfee00000u
#define MACHINE_LOCAL_APIC_VERSION 0x14u
#define MACHINE_IO_APIC_BASE	   0xfec00000u
#define MACHINE_IO_APIC_VERSION	   0x20u
#define MACHINE_IO_APIC_ID	   14u
#define MACHINE_IO_APIC_PIN_PIT	   2u

/* The PC/AT. */
#define MACHINE_PORT_PIC_MASTER	 0x20u /* 2 ports */
#define MACHINE_PORT_PIT	 0x40u /* 4 ports */
#define MACHINE_PORT_SYSTEM_B	 0x61u /* speaker, channel 2 of the PIT */
#define MACHINE_PORT_KEYBOARD	 0x64u /* status and command */
#define MACHINE_PORT_CMOS_INDEX	 0x70u
#define MACHINE_PORT_CMOS_DATA	 0x71u
#define MACHINE_PORT_SYSTEM_A	 0x92u	/* gate A20, fast reset */
#define MACHINE_PORT_PIC_SLAVE	 0xa0u	/* 2 ports */
#define MACHINE_PORT_COM1	 0x3f8u /* 8 ports */
#define MACHINE_PORT_ELCR	 0x4d0u /* 2 ports */
#define MACHINE_PORT_PCI_ADDRESS 0xcf8u /* 4 ports */
#define MACHINE_PORT_PCI_DATA	 0xcfcu /* 4 ports */

#define MACHINE_CMOS_CENTURY 0x32u /* CENTURY of the FADT */

/* The reset register, which is also the RESET_REG of the FADT. */
#define MACHINE_PORT_RESET  0xcf9u
#define MACHINE_RESET_VALUE 0x06u /* full reset: system reset, CPU reset */

/*
 * The fixed hardware of ACPI. There is no SMI command port, so ACPI mode is
 * always on, and there are no general-purpose events.
 */
#define MACHINE_PORT_PM1A_EVT 0x600u /* PM1a_STS, then PM1a_EN */
#define MACHINE_PORT_PM1A_CNT 0x604u /* 2 bytes */
#define MACHINE_PORT_PM_TMR   0x608u /* 4 bytes */
#define MACHINE_PM1_EVT_LEN   4u
#define MACHINE_PM1_CNT_LEN   2u
#define MACHINE_PM_TMR_LEN    4u
#define MACHINE_PM_TMR_BITS   24u /* so TMR_VAL_EXT of the FADT is 0 */
#define MACHINE_SLP_TYP_S5    0u  /* in \_S5 of the DSDT */

/* What a test guest ends itself with. */
#define MACHINE_PORT_DEBUG_EXIT 0xf4u	/* 4 ports */
#define MACHINE_PORT_SHUTDOWN	0x8900u /* takes the word "Shutdown" */

/*
 * The flash chip fills the last 4 MiB below 4 GiB. What it holds begins at its
 * base; the rest is erased.
 */
#define MACHINE_FLASH_BASE 0xffc00000u
#define MACHINE_FLASH_SIZE 0x00400000u
