#pragma once
/*
 * What a virtual machine was described as, for people.
 */
#include "config/vm_config.h"

/* Prints it, in the words of a description. */
void guest_vm_show(const struct vm_config *config);
