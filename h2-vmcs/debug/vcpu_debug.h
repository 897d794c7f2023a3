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
#include "debug/vcpu_code.h"
#include "gdb/gdb_monitor.h"
#include "gdb/gdb_stub.h"
#include "vcpu.h"

/* How the guest's memory is reached, at its linear addresses. */
struct vcpu_debug_memory {
	bool (*read)(void *context, u64 address, void *to, size_t size);
	bool (*write)(void *context, u64 address, const void *from,
		      size_t size);
};

/* How one instruction is executed alone: see vcpu_step.h. */
enum vcpu_step_way {
	VCPU_STEP_TRAP_FLAG,	     /* the monitor trap flag */
	VCPU_STEP_TF,		     /* RFLAGS.TF */
	VCPU_STEP_TF_AND_EXCEPTIONS, /* it, and exceptions exit */
	VCPU_STEP_DELIVERY,	     /* an event is injected, nothing more */
};

struct vcpu_step {
	bool pending; /* it has begun, and has not been seen to end */
	u64 rip;      /* where it began */
	enum vcpu_step_way way;
	struct vcpu_code code; /* the instruction there */
	bool own_tf;	       /* the guest's RFLAGS.TF */
	u64 bitmap;	       /* which exceptions exit without the step */
	u64 mask, match;       /* and which page faults */
	u64 timer;	       /* the VMX-preemption timer's value without it */
};

/* What the virtual CPUs of one guest have in common: a process for gdb. */
struct vcpu_debug_guest {
	u32 process;
	const struct vcpu_debug_memory *memory;
	void *memory_context;
	struct debug_registers points; /* gdb's breakpoints */
	bool answers_interrupts; /* the hypervisor wants to see those exits */
	bool started;		 /* one of them has been entered */
	bool stop_on[EXIT_REASON_COUNT];
};

/*
 * What a hypervisor keeps of a virtual CPU outside of its VMCS, its frame and
 * the CPU.
 */
struct vcpu_debug_kept {
	u64 *cr2; /* while its VMCS is not current; NULL: it always is */
	u64 (*cr8)(const struct vcpu *vcpu); /* NULL: the CPU has it */
};

struct vcpu_debug {
	struct gdb_thread thread;
	char name[sizeof("vCPU 4294967295")];
	struct vcpu *vcpu;
	struct vcpu_debug_guest *guest;
	const struct vmx_capabilities *caps;
	struct debug_registers own;	      /* the guest's DR0-DR3 and DR7 */
	struct debug_registers_joined joined; /* what the CPU had last */
	u64 own_dr6;
	struct vcpu_step step;
	struct vcpu_debug_kept kept;
	bool monitor_trap_flag;	      /* the CPU has it, and it works */
	bool has_timer;		      /* the VMX-preemption timer */
	bool answers_timer;	      /* it is the hypervisor's; see above */
	u64 exits[EXIT_REASON_COUNT]; /* but for the debugger's own */
	struct gdb_monitor_table monitor;
};

/*
 * Makes a new process for the debugger, without breakpoints. memory NULL: the
 * guest shares the kernel's. Otherwise its functions are called while the VMCS
 * of the virtual CPU in question is current. Both outlive guest.
 */
void vcpu_debug_guest_init(struct vcpu_debug_guest *guest,
			   const struct vcpu_debug_memory *memory,
			   void *memory_context);

/*
 * Puts the debugger around vcpu, whose VMCS is current and set up, and adds
 * its thread, "vCPU number", to the guest's process, and the commands vmcs,
 * exits, stop-on, doctor and guest. Does nothing where the kernel runs without
 * a debugger. Everything given outlives the debugger. Where it is not for ever
 * the only virtual CPU, debug->kept is the caller's to set, and whatever it is
 * switched by clears its VMCS.
 */
void vcpu_debug_attach(struct vcpu_debug *debug, struct vcpu *vcpu,
		       const struct vmx_capabilities *caps,
		       struct vcpu_debug_guest *guest, unsigned int number);

/* Takes it away again; to be called before vcpu_destroy(). */
void vcpu_debug_detach(struct vcpu_debug *debug);

/*
 * What vcpu_run() comes to where there is a debugger, for a hypervisor that has
 * put something of its own around it: an entry and its exit, interrupts let in.
 */
struct vcpu_exit vcpu_debug_run(struct vcpu *vcpu);

/*
 * Copy size bytes between the host and the guest's linear addresses. False
 * where some of them are not there; what came before has been copied. Its VMCS
 * is current.
 */
bool vcpu_debug_read(const struct vcpu_debug *debug, u64 address, void *to,
		     size_t size);
bool vcpu_debug_write(const struct vcpu_debug *debug, u64 address,
		      const void *from, size_t size);
