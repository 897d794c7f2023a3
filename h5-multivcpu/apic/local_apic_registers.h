#pragma once
/*
 * The registers of a local APIC: where they are, and what their bits say.
 *
 * SDM: "Local APIC Register Address Map" for the offsets in the 4-KiB page,
 * "x2APIC Register Address Space" for the MSRs. The page in which an emulated
 * APIC keeps them has the same layout, that of the virtual-APIC page:
 * "Virtualized APIC Registers".
 */

/* Each register has 32 bits and stands at a multiple of 16 bytes. */
enum apic_register {
	APIC_ID = 0x020,
	APIC_VERSION = 0x030,
	APIC_TPR = 0x080, /* Task Priority */
	APIC_APR = 0x090, /* Arbitration Priority: up to the Pentium III */
	APIC_PPR = 0x0a0, /* Processor Priority */
	APIC_EOI = 0x0b0,
	APIC_RRD = 0x0c0, /* Remote Read: up to the Pentium III */
	APIC_LDR = 0x0d0, /* Logical Destination */
	APIC_DFR = 0x0e0, /* Destination Format, not in x2APIC mode */
	APIC_SVR = 0x0f0, /* Spurious Interrupt Vector */
	APIC_ISR = 0x100, /* In-Service: 8 registers, as TMR and IRR */
	APIC_TMR = 0x180, /* Trigger Mode */
	APIC_IRR = 0x200, /* Interrupt Request */
	APIC_ESR = 0x280, /* Error Status */
	APIC_LVT_CMCI = 0x2f0,
	APIC_ICR = 0x300, /* Interrupt Command */
	/* The ICR's upper half in x2APIC mode, whose registers have 64 bits. */
	APIC_ICR_X2APIC_HIGH = 0x304,
	APIC_ICR_HIGH = 0x310, /* not in x2APIC mode */
	APIC_LVT_TIMER = 0x320,
	APIC_LVT_THERMAL = 0x330,
	APIC_LVT_PERFORMANCE = 0x340,
	APIC_LVT_LINT0 = 0x350,
	APIC_LVT_LINT1 = 0x360,
	APIC_LVT_ERROR = 0x370,
	APIC_INITIAL_COUNT = 0x380,
	APIC_CURRENT_COUNT = 0x390,
	APIC_DIVIDE = 0x3e0,
	APIC_SELF_IPI = 0x3f0, /* in x2APIC mode alone */
	APIC_REGISTERS_END = 0x400,
};

/* "Local APIC Status and Location": IA32_APIC_BASE */
#define APIC_BASE_BSP  0x100u /* this is the boot processor */
#define APIC_BASE_EXTD 0x400u /* x2APIC mode */
#define APIC_BASE_EN   0x800u /* on */

/* "Local APIC Version Register": an integrated APIC, LVT entries 0 .. 5 */
#define APIC_VERSION_VALUE  0x01050014u
#define APIC_XAPIC_ID_SHIFT 24 /* in ID, LDR and the upper half of ICR */

/* "Spurious Interrupt" */
#define APIC_SVR_VECTOR		  0x0ffu
#define APIC_SVR_ENABLE		  0x100u
#define APIC_SVR_FOCUS_OFF	  0x200u /* means nothing since the Pentium 4 */
#define APIC_SVR_NO_EOI_BROADCAST 0x1000u
#define APIC_SVR_WRITABLE	  0x13ffu
#define APIC_SVR_RESET		  0x0ffu

/* "Logical Destination Mode" */
#define APIC_DFR_MODEL_SHIFT 28
#define APIC_DFR_FLAT	     0xfu
#define APIC_DFR_CLUSTER     0x0u
#define APIC_DFR_FIXED	     0x0fffffffu /* always ones */

/* "Error Handling": ESR */
#define APIC_ESR_SEND_ILLEGAL_VECTOR	0x20u
#define APIC_ESR_RECEIVE_ILLEGAL_VECTOR 0x40u
#define APIC_ESR_ILLEGAL_REGISTER	0x80u

/* "Local Vector Table" */
#define APIC_LVT_VECTOR		    0xffu
#define APIC_LVT_MODE_SHIFT	    8
#define APIC_LVT_MODE		    0x700u
#define APIC_LVT_DELIVERY_STATUS    0x1000u /* read-only, always idle here */
#define APIC_LVT_ACTIVE_LOW	    0x2000u
#define APIC_LVT_REMOTE_IRR	    0x4000u /* read-only */
#define APIC_LVT_LEVEL		    0x8000u
#define APIC_LVT_MASKED		    0x10000u
#define APIC_LVT_TIMER_PERIODIC	    0x20000u
#define APIC_LVT_TIMER_TSC_DEADLINE 0x40000u
#define APIC_LVT_TIMER_MODE	    0x60000u

/* "Interrupt Command Register (ICR)" */
#define APIC_ICR_VECTOR		 0xffu
#define APIC_ICR_MODE_SHIFT	 8
#define APIC_ICR_MODE		 0x700u
#define APIC_ICR_LOGICAL	 0x800u
#define APIC_ICR_ASSERT		 0x4000u
#define APIC_ICR_LEVEL		 0x8000u
#define APIC_ICR_SHORTHAND_SHIFT 18
#define APIC_ICR_SHORTHAND	 0xc0000u
#define APIC_ICR_WRITABLE	 0xccfffu

/* "APIC Timer": divide configuration, bits 0, 1 and 3 */
#define APIC_DIVIDE_WRITABLE 0xbu

/* "Valid Interrupt Vectors": those below are illegal. */
#define APIC_FIRST_VECTOR 16u
