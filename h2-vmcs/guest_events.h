#pragma once
/*
 * Formats that the VMCS uses for events: what is delivered, what holds it
 * back, what is pending.
 *
 * SDM: "VM-Entry Controls for Event Injection", "Information for VM Exits Due
 * to Vectored Events", "Information for VM Exits That Occur During Event
 * Delivery", which share one format, and "Guest Non-Register State".
 */
#include "lib/types.h"

/* Interruption information: bits 7:0 vector, 10:8 type. */
#define EVENT_VECTOR(info)     ((u32)(info)&0xff)
#define EVENT_TYPE_FIELD(info) ((u32)(info) >> 8 & 7)
#define EVENT_DELIVER_ERROR    BIT(11)
/* At an exit: NMIs are not blocked any more, by an IRET that faulted. */
#define EVENT_NMI_UNBLOCKING BIT(12)
#define EVENT_VALID	     BIT(31)

enum event_type {
	EVENT_EXTERNAL_INTERRUPT = 0,
	EVENT_RESERVED_TYPE = 1,
	EVENT_NMI = 2,
	EVENT_HARDWARE_EXCEPTION = 3,
	EVENT_SOFTWARE_INTERRUPT = 4,
	EVENT_PRIVILEGED_SOFTWARE_EXCEPTION = 5, /* INT1 */
	EVENT_SOFTWARE_EXCEPTION = 6,		 /* INT3, INTO */
	EVENT_OTHER = 7,
};

/* A valid event of this type and vector. */
#define EVENT(type, vector) (EVENT_VALID | (u64)(type) << 8 | (vector))

/* Interruptibility state. */
#define BLOCKING_BY_STI	   BIT(0)
#define BLOCKING_BY_MOV_SS BIT(1)
#define BLOCKING_BY_SMI	   BIT(2)
#define BLOCKING_BY_NMI	   BIT(3)
#define BLOCKING_ENCLAVE   BIT(4)

/* Pending debug exceptions; bits 3:0 are B3-B0 as in DR6. */
#define PENDING_DEBUG_BUS_LOCK BIT(11)
#define PENDING_DEBUG_ENABLED  BIT(12)
#define PENDING_DEBUG_BS       BIT(14)
#define PENDING_DEBUG_IN_RTM   BIT(16)

enum activity_state {
	ACTIVITY_ACTIVE,
	ACTIVITY_HLT,
	ACTIVITY_SHUTDOWN,
	ACTIVITY_WAIT_FOR_SIPI,
};

/* IA32_DEBUGCTL. SDM: "IA32_DEBUGCTL MSR". */
#define DEBUGCTL_LBR	  BIT(0)
#define DEBUGCTL_BTF	  BIT(1) /* RFLAGS.TF traps branches alone */
#define DEBUGCTL_BUS_LOCK BIT(2)
