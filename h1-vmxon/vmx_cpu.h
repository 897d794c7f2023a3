#pragma once
/*
 * The three steps of h1 with their lines on the console: is VT-x there, switch
 * it on, switch it off. Every stage begins and ends with them.
 */
#include "boot/kernel.h"
#include "vmx_capabilities.h"
#include "vmx_support.h"
#include "vmxon.h"

/* One CPU as VMX sees it. */
struct vmx_cpu {
	struct vmx_capabilities caps;
	struct vmxon vmxon;
};

/* Says whether VMX may be used; KERNEL_UNSUPPORTED if it may not. */
enum kernel_status vmx_cpu_check(enum vmx_support support);

/*
 * Masks the PC's interrupts, reads the capabilities and enters VMX operation,
 * or says why it cannot.
 */
enum kernel_status vmx_cpu_start(struct vmx_cpu *cpu);

/*
 * Leaves VMX operation. Returns status, what came before, or KERNEL_FAILURE
 * if leaving fails.
 */
enum kernel_status vmx_cpu_stop(struct vmx_cpu *cpu, enum kernel_status status);
