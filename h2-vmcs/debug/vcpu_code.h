#pragma once
/*
 * The instructions that show RFLAGS.TF to the guest, or bring its own.
 */
#include "debug/vcpu_event.h"

struct vcpu_debug;

enum vcpu_code_kind {
	VCPU_CODE_OTHER,       /* any other, or one that cannot be read */
	VCPU_CODE_PUSHF,       /* pushes RFLAGS */
	VCPU_CODE_LOADS_FLAGS, /* POPF, IRET, SYSRET: RFLAGS.TF is then new */
	VCPU_CODE_SYSCALL,     /* saves RFLAGS in R11 */
	VCPU_CODE_INTERRUPT,   /* INT n and its kin: pushes RFLAGS */
};

struct vcpu_code {
	enum vcpu_code_kind kind;
	/* Of VCPU_CODE_INTERRUPT: the event, and the bytes it takes. */
	enum vcpu_event_type type;
	u8 vector;
	u8 length;
};

/* Looks at the instruction at the guest's RIP. */
struct vcpu_code vcpu_code_at_rip(const struct vcpu_debug *debug);
