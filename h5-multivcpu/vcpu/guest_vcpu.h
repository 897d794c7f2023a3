#pragma once
/*
 * A virtual CPU of a virtual machine: h4's CPU of a guest, which the scheduler
 * moves among the host's CPUs, with a local APIC.
 *
 * The host CPU that runs it may do everything with it, and so may whoever holds
 * it while it does not run. All others post: a bit in requests, an interrupt
 * in its local APIC, and a kick that has it look.
 */
#include "apic/local_apic.h"
#include "cpu/guest_cpu.h"
#include "guest_run.h"
#include "image/start_state.h"
#include "scheduler/host_timer.h"
#include "scheduler/scheduler.h"
#include "vcpu/own_state.h"

struct guest_vm;

#define GUEST_VCPUS_MAX 8u

/* No host CPU knows anything of it yet. */
#define GUEST_VCPU_HOMELESS UINT32_MAX

/* What others want of a vCPU. */
enum guest_vcpu_request {
	GUEST_VCPU_INIT = BIT(0),    /* an INIT has come */
	GUEST_VCPU_STARTUP = BIT(1), /* and a start-up IPI */
	GUEST_VCPU_NMI = BIT(2),
	GUEST_VCPU_NMI_MORE = BIT(3), /* another one, or several */
	GUEST_VCPU_TIMER = BIT(4),    /* the local APIC's deadline is over */
	/* Of the boot processor: the machine's timers, its input, its lines. */
	GUEST_VCPU_MACHINE = BIT(5),
};

/* Who emulates its local APIC: see vcpu_apic_virtual.h. */
enum vcpu_apic_way {
	VCPU_APIC_SOFTWARE,	  /* at an exit for every access */
	VCPU_APIC_VIRTUAL_XAPIC,  /* the CPU, as far as it knows how to */
	VCPU_APIC_VIRTUAL_X2APIC, /* the same in x2APIC mode */
};

struct guest_vcpu {
	struct guest_cpu cpu;
	struct sched_unit unit;
	struct guest_vm *vm;
	u32 index; /* in its machine; also its local APIC's ID */

	struct own_state own;
	u32 home;     /* the host CPU whose host state the VMCS has */
	u64 deadline; /* that the VMX-preemption timer counts to; 0: set it */
	u32 requests; /* guest_vcpu_request; atomic */
	/*
	 * Before the next entry the CPU looks at more than events: requests,
	 * timers of the host, whether the slice is over. Others set it: atomic.
	 */
	bool looks_around;
	u8 startup; /* the vector of the last start-up IPI; atomic */
	bool in_wait_for_startup;
	bool halted;
	bool begins; /* its slice: it has not been in the guest since */
	bool held;   /* by guest_vcpu_hold(); atomic */
	bool parked; /* only INIT, start-up IPI or NMI can wake it; atomic */
	bool holds_machine;  /* what all vCPUs of its machine share */
	bool awaits_machine; /* it is out of the guest till it has that; atomic
			      */

	struct local_apic apic;
	struct host_timer apic_timer;
	struct bus devices; /* the machine's, and this CPU's local APIC */
	u8 tpr_threshold;
	bool apic_help; /* the CPU offers all that is of use for a local APIC */
	enum vcpu_apic_way apic_way;
	/* Before an entry: what its APIC has for it, to be injected; or -1. */
	int apic_next;

	enum sched_verdict verdict; /* why guest_run() was told to pause */
};

/* The vCPU whose guest_cpu that is. */
static inline struct guest_vcpu *guest_vcpu_of(struct guest_cpu *cpu)
{
	return (struct guest_vcpu *)cpu;
}

_Static_assert(offsetof(struct guest_vcpu, cpu) == 0,
	       "as guest_vcpu_of() says");

/*
 * Makes a vCPU of the machine on the running host CPU, for host CPUs of the
 * mask allowed, in the state after a reset: Free, and waiting for a start-up
 * IPI but for the one with index 0. Errors, after which nothing is left behind:
 * no memory; those of guest_cpu_init().
 */
struct error guest_vcpu_create(struct guest_vcpu *vcpu, struct guest_vm *vm,
			       u32 index, u64 allowed);

/* Gives all back. It is Free, or Invalid. */
void guest_vcpu_destroy(struct guest_vcpu *vcpu);

/* Sets the boot processor to the entry of a loaded image. */
void guest_vcpu_set_start(struct guest_vcpu *vcpu,
			  const struct start_state *start);

/*
 * The guest's time has stood still for so many ticks of the TSC. The vCPU is
 * Free.
 */
void guest_vcpu_shift_time(struct guest_vcpu *vcpu, u64 ticks);

/*
 * Takes the vCPU off the scheduler for a while, so that its VMCS can be looked
 * at here; between units, as scheduler_wait_free() demands. False: it was off
 * before. The answer is for guest_vcpu_let_go().
 */
bool guest_vcpu_hold(struct guest_vcpu *vcpu);
void guest_vcpu_let_go(struct guest_vcpu *vcpu, bool was_on);

/* Has the vCPU look at what has been posted, wherever it is; from any CPU. */
void guest_vcpu_kick(struct guest_vcpu *vcpu);

/*
 * Posts a request and kicks; from any CPU. Returns what had been posted before
 * and is not served yet.
 */
u32 guest_vcpu_post(struct guest_vcpu *vcpu, enum guest_vcpu_request request);

/* For the CPU that runs it: it looks around before it enters again. */
static inline void guest_vcpu_look_around(struct guest_vcpu *vcpu)
{
	__atomic_store_n(&vcpu->looks_around, true, __ATOMIC_RELAXED);
	event_queue_signal(&vcpu->cpu.events);
}
