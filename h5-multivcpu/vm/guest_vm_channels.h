#pragma once
/*
 * A machine's part in the channels between guests.
 */
#include "vm/guest_vm.h"

/*
 * Lets the machine, whose memory and devices there are, take part. Channels may
 * interrupt it by every line on which no device does. Error: too many machines
 * do already.
 */
struct error guest_vm_channels_join(struct guest_vm *vm, const char **culprit);

/* All that it has of channels is given back; no vCPU is in the guest. */
void guest_vm_channels_leave(struct guest_vm *vm);
