#pragma once
/*
 * h2's debugger for a guest with memory of its own, whatever the number of its
 * virtual CPUs, and gdb's commands `monitor ept` and `monitor walk`.
 */
#include "debug/vcpu_debug.h"
#include "ept_vcpu.h"
#include "guest_memory.h"

#define VM_DEBUG_VCPUS_MAX 8u

struct vm_debug;

struct vm_debug_vcpu {
	struct vcpu_debug vcpu;
	const struct vm_debug *vm;
	struct gdb_monitor_table monitor;
};

/* Begins as zeros. */
struct vm_debug {
	struct vcpu_debug_guest guest;
	const struct ept *ept;
	struct guest_memory *guest_memory;
	u32 count; /* of virtual CPUs */
	struct vm_debug_vcpu vcpus[VM_DEBUG_VCPUS_MAX];
};

/*
 * Puts a debugger around the next virtual CPU of the guest, which is ready to
 * run and whose VMCS is current: the first one is number 0, and makes the
 * guest's process. Does nothing where the kernel runs without a debugger.
 * Everything lasts until vm_debug_detach().
 */
void vm_debug_attach(struct vm_debug *debug, struct ept_vcpu *vcpu,
		     struct guest_memory *guest_memory,
		     const struct vmx_capabilities *caps);

/* Takes them all away; to be called before ept_vcpu_destroy(). */
void vm_debug_detach(struct vm_debug *debug);
