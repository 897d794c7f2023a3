#pragma once
/*
 * What gdb reads and changes of a virtual CPU: registers from the VMCS and
 * from what vcpu_entry.S saved, memory, and breakpoints. Every breakpoint is a
 * hardware one, for an INT3 in its memory could be read by the guest.
 */
#include "debug/vcpu_debug.h"

extern const struct gdb_thread_ops vcpu_thread_ops;

/*
 * Where the general register with this number in instructions is kept: RAX
 * is 0, RCX 1 and so on to R15. NULL for RSP, 4, which the VMCS holds.
 */
u64 *vcpu_thread_general(union vcpu_registers *registers, unsigned int number);
