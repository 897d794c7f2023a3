#pragma once
/*
 * The interrupt lines of a virtual machine: from its devices, and from whoever
 * pulses one, to its 8259s and its IO-APIC. A line has the number of its input
 * of the IO-APIC.
 */
#include "vm/guest_vm.h"

/*
 * Connects them, before the devices other than the PC's are attached; none in a
 * machine whose description says that it gets no interrupts.
 */
void guest_vm_lines_wire(struct guest_vm *vm);

/* Bit n: no emulated device has line n, nor one that is passed through. */
u32 guest_vm_lines_free(const struct guest_vm *vm);

/*
 * Pulses a line for somebody outside. Errors: a line that there is not, or that
 * an emulated device drives; the machine gets no interrupts; there is nothing
 * in it that could get one.
 */
struct error guest_vm_lines_pulse(struct guest_vm *vm, u64 line);
