#pragma once
/*
 * A machine's part in the channels between guests.
 */
#include "vm/guest_vm.h"

/*
 * Lets the machine, whose memory and devices there are, take part: with the
 * addresses and the interrupt line of its description's ivc-channel; without,
 * those of CHANNEL_WINDOW, and every line on which no device interrupts.
 * Errors: addresses beyond what the CPU has; too many machines take part
 * already.
 */
struct error guest_vm_channels_join(struct guest_vm *vm, const char **culprit);

/* All that it has of channels is given back; no vCPU is in the guest. */
void guest_vm_channels_leave(struct guest_vm *vm);
