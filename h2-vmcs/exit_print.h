#pragma once
/*
 * Exits and guests in words, for people.
 */
#include "vcpu.h"

/* Prints reason, qualification and RIP of an exit of the current VMCS. */
void exit_print(struct vcpu_exit exit);

/* Prints the guest's registers: vcpu's own, and those of the current VMCS. */
void exit_print_guest(const struct vcpu *vcpu);
