#pragma once
/*
 * A virtual CPU as a thread for gdb.
 *
 * The debugger stands between whoever calls vcpu_run() and the guest: it arms
 * breakpoints before an entry, and keeps the exits that are its own. Nothing
 * of it can be seen by the guest, which reads its own memory and its own debug
 * registers. Without a debugger nothing stands in between.
 *
 * SDM: "Debug Exceptions", "Debug Registers", "Monitor Trap Flag".
 */
#include "cpu/debug_registers.h"
#include "gdb/gdb_monitor.h"
#include "gdb/gdb_stub.h"
#include "vcpu.h"

/* How the guest's memory is reached, at its linear addresses. */
struct vcpu_debug_memory {
	bool (*read)(void *context, u64 address, void *to, size_t size);
	bool (*write)(void *context, u64 address, const void *from,
		      size_t size);
};

/* One instruction that the guest is to execute alone. */
struct vcpu_step {
	bool pending;	  /* it has begun, and has not been seen to end */
	u64 rip;	  /* where it began */
	bool own_tf;	  /* the guest's RFLAGS.TF */
	bool loads_flags; /* POPF or IRET: RFLAGS.TF is the guest's after it */
	bool saves_flags; /* PUSHF: TF is to be taken out of what it pushed */
};

struct vcpu_debug {
	struct gdb_thread thread;
	struct vcpu *vcpu;
	const struct vmx_capabilities *caps;
	const struct vcpu_debug_memory *memory;
	void *memory_context;
	struct debug_registers points; /* gdb's breakpoints */
	struct debug_registers own;    /* the guest's DR0-DR3 and DR7 */
	u64 own_dr6;
	u64 cr2; /* the guest's, while the host has the CPU */
	struct vcpu_step step;
	bool monitor_trap_flag; /* the CPU has it */
	bool started;		/* the guest has been entered */
	bool stop_at_start;
	bool interrupted; /* Ctrl-C came, and the stop is still to be made */
	bool stop_on[EXIT_REASON_COUNT];
	u64 exits[EXIT_REASON_COUNT]; /* but for the debugger's own */
	struct gdb_monitor_table monitor;
};

/*
 * Puts the debugger around vcpu, whose VMCS is current and set up, and adds
 * its thread and the commands vmcs, exits, stop-on, doctor and guest. Does
 * nothing where the kernel runs without a debugger. memory NULL: the guest
 * shares the kernel's. Everything given outlives the debugger.
 */
void vcpu_debug_attach(struct vcpu_debug *debug, struct vcpu *vcpu,
		       const struct vmx_capabilities *caps,
		       const struct vcpu_debug_memory *memory,
		       void *memory_context);

/* Takes it away again; to be called before vcpu_destroy(). */
void vcpu_debug_detach(struct vcpu_debug *debug);
