#pragma once
/*
 * h2's debugger for a guest with memory of its own, and gdb's commands
 * `monitor ept` and `monitor walk`.
 */
#include "debug/vcpu_debug.h"
#include "ept_vcpu.h"
#include "guest_memory.h"

struct vm_debug {
	struct vcpu_debug_guest guest;
	struct vcpu_debug vcpu;
	const struct ept *ept;
	struct guest_memory *guest_memory;
	struct gdb_monitor_table monitor;
};

/*
 * Puts a debugger around vcpu, which is ready to run. Does nothing where the
 * kernel runs without one. Everything lasts until vm_debug_detach().
 */
void vm_debug_attach(struct vm_debug *debug, struct ept_vcpu *vcpu,
		     struct guest_memory *guest_memory,
		     const struct vmx_capabilities *caps);

/* Takes it away; to be called before ept_vcpu_destroy(). */
void vm_debug_detach(struct vm_debug *debug);
