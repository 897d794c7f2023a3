#pragma once
/*
 * h2's debugger for a guest with memory of its own, and gdb's commands
 * `monitor ept` and `monitor walk`.
 */
#include "debug/vcpu_debug.h"
#include "vm.h"

struct vm_debug {
	struct vcpu_debug_guest guest;
	struct vcpu_debug vcpu;
	struct vm *vm;
	struct gdb_monitor_table monitor;
};

/*
 * Puts a debugger around the vCPU of vm, which is ready to run. Does nothing
 * where the kernel runs without one. debug and vm last until vm_debug_detach().
 */
void vm_debug_attach(struct vm_debug *debug, struct vm *vm,
		     const struct vmx_capabilities *caps);

/* Takes it away; to be called before vm_destroy_vcpu(). */
void vm_debug_detach(struct vm_debug *debug);
