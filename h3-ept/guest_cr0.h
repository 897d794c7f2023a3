#pragma once
/*
 * The guest's writes to CR0 that exit: those that differ from the read shadow
 * in a bit of the guest/host mask, see guest_start.c.
 */
#include "vcpu.h"

/*
 * Answers a MOV to CR0: the guest reads what it wrote, while the masked bits
 * of its real CR0 stay as they are. False, and nothing done, for every other
 * control-register access, and where more than such bits is at stake: PG
 * changes, or the CPU would not take the value.
 * SDM: "Exit Qualification for Control-Register Accesses".
 */
bool guest_cr0_answer(struct vcpu *vcpu);
