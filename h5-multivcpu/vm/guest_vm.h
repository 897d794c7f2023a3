#pragma once
/*
 * A virtual machine: h4's machine with vCPUs, local APICs and an IO-APIC, made
 * as a description says.
 *
 * What its vCPUs share, which is everything in machine and the IO-APIC, is in
 * the hands of one of them at a time: guest_vm_enter_machine(). A machine with
 * one vCPU needs no lock for that. Whoever else wants something of the machine,
 * as a timer or the terminal does, posts it to the boot processor.
 */
#include "apic/apic_bus.h"
#include "apic/io_apic.h"
#include "channel/channel.h"
#include "config/vm_config.h"
#include "console/input_ring.h"
#include "console/terminal_output.h"
#include "lib/spinlock.h"
#include "machine/machine.h"
#include "memory/passthrough.h"
#include "memory/vm_regions.h"
#include "vcpu/guest_vcpu.h"
#include "virtio/virtio_console.h"
#include "vm/apic_hole.h"
#include "vm/guest_vm_state.h"

#define GUEST_VMS_MAX	      16u
#define GUEST_VM_CONSOLES_MAX 4u /* of virtio */
#define GUEST_VM_LINES	      IO_APIC_PINS

/* What all virtual machines have in common. */
struct guest_vm_host {
	const struct vmx_capabilities *caps;
	const struct controls *controls;
	const struct memory_map *ram;	     /* of the host */
	struct passthrough_host passthrough; /* what the host itself uses */
	struct terminal_output *terminal;
	struct channel_registry *channels;
	bool dump, doctor, stats, trace; /* see guest_vm_watch.h */
};

/* How a machine has ended, if it has. */
enum guest_vm_outcome {
	GUEST_VM_NOT_ENDED,
	GUEST_VM_WELL,
	GUEST_VM_FAILED,
	GUEST_VM_SHUT_DOWN, /* by whoever manages it */
};

struct guest_vm {
	struct machine machine;
	struct vm_config config;
	u32 id;	  /* config.id: what people call it by */
	u32 slot; /* below GUEST_VMS_MAX: its place among all */
	enum guest_vm_state state;
	enum guest_vm_outcome outcome;
	bool built; /* there is something to be taken apart */

	struct spinlock lock; /* of what its vCPUs share */
	u32 vcpu_count;
	struct guest_vcpu *vcpus[GUEST_VCPUS_MAX];
	struct apic_bus apics;
	struct io_apic io_apic;
	struct host_timer alarm; /* the machine's */
	u64 stopped_at;		 /* its time stands still since; TSC */

	bool has_reset_itself; /* that is how it has ended */
	u32 short_lives; /* so many in a row have ended so: guest_vm_restart()
			  */
	u64 life;	 /* how long the last one was, ns of its time */
	u64 lived;	 /* in all of those that have ended so */

	struct apic_hole holes[GUEST_VCPUS_MAX]; /* in its RAM */
	u32 hole_count;
	bool shows_apic_page; /* the CPU's: see vcpu/vcpu_apic_virtual.h */
	u32 edges;	      /* bit n: interrupt line n is to pulse; atomic */
	struct irq_line lines[GUEST_VM_LINES];
	u32 console_count;
	struct virtio_console consoles[GUEST_VM_CONSOLES_MAX];

	struct vm_regions regions;
	struct passthrough_plan passed; /* of the host's devices */
	struct terminal_speaker speaker;
	struct input_ring input;
	struct vm_debug *debug; /* gdb's view of it, if there is gdb */
};

/* The vCPUs' view of the host; set once, before any machine is made. */
void guest_vm_set_host(const struct guest_vm_host *host);
const struct guest_vm_host *guest_vm_host(void);

/* The machine whose struct machine that is. */
static inline struct guest_vm *guest_vm_of(struct machine *machine)
{
	return CONTAINER_OF(machine, struct guest_vm, machine);
}

/* Have several vCPUs to share it? */
static inline bool guest_vm_is_shared(const struct guest_vm *vm)
{
	return vm->vcpu_count > 1;
}

/* The VPID of one of its vCPUs: no two of the host have the same. */
static inline u16 guest_vm_vpid(const struct guest_vm *vm, u32 index)
{
	return (u16)(vm->slot * GUEST_VCPUS_MAX + index + 1);
}

/* Shall its vCPUs run? */
static inline bool guest_vm_wants_vcpus(const struct guest_vm *vm)
{
	return guest_vm_state_now(&vm->state) == GUEST_VM_RUNNING &&
	       vm->machine.end.kind == MACHINE_RUNS;
}

/* The part of guest_vm_enter_machine() that is seldom needed. */
void guest_vm_await_machine(struct guest_vcpu *vcpu);

/* Takes what the machine's vCPUs share, which this one does not have. */
static inline void guest_vm_take_machine(struct guest_vcpu *vcpu)
{
	if (__builtin_expect(!spin_try_lock(&vcpu->vm->lock), false)) {
		guest_vm_await_machine(vcpu);
	}
	vcpu->holds_machine = true;
}

/* The part of guest_vm_give_machine() that is seldom needed. */
void guest_vm_call_boot_processor(struct guest_vm *vm);

static inline void guest_vm_give_machine(struct guest_vcpu *vcpu)
{
	struct guest_vm *vm = vcpu->vm;

	vcpu->holds_machine = false;
	spin_unlock(&vm->lock);
	/* The 8259A's INTR goes to the boot processor. */
	if (__builtin_expect(pic8259_pending(&vm->machine.pic), false) &&
	    vcpu->index != 0) {
		guest_vm_call_boot_processor(vm);
	}
}

/*
 * The same where it may have it already: then the answer is false. To be given
 * back, with that answer, by guest_vm_leave_machine().
 */
static inline bool guest_vm_enter_machine(struct guest_vcpu *vcpu)
{
	if (vcpu->holds_machine) {
		return false;
	}
	guest_vm_take_machine(vcpu);
	return true;
}

static inline void guest_vm_leave_machine(struct guest_vcpu *vcpu, bool taken)
{
	if (taken) {
		guest_vm_give_machine(vcpu);
	}
}

/*
 * On behalf of the boot processor, which has the machine: its timers, what was
 * typed, and interrupts that others have asked for.
 */
void guest_vm_notice(struct guest_vm *vm);

/* What its local APICs and its IO-APIC want of vCPUs; context: the machine. */
extern const struct apic_bus_ops guest_vm_apic_ops;

/* Has an edge-triggered interrupt come at a line of the IO-APIC; any CPU. */
void guest_vm_pulse(struct guest_vm *vm, unsigned int line);

/*
 * No vCPU will do anything any more: each waits for another one to start it or
 * has halted with interrupts off.
 */
bool guest_vm_is_parked(const struct guest_vm *vm);

/*
 * Returns when no CPU has translations of the machine's memory cached that are
 * older than this call. No vCPU but the caller's may be holding the machine.
 */
void guest_vm_flush(struct guest_vm *vm);
