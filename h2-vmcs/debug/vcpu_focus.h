#pragma once
/*
 * gdb asks for a virtual CPU that another one has taken the CPU from: its VMCS
 * becomes current for the answer.
 *
 * The virtual CPU that gdb looks at is either the one whose VMCS is current, or
 * one whose VMCS has been cleared since it ran.
 */
#include "debug/vcpu_debug.h"

/*
 * Makes the virtual CPU's VMCS current. The answer, the VMCS that was current
 * or all ones, is for vcpu_focus_give_back(), which leaves everything as it was
 * before. They may be nested.
 */
hpa_t vcpu_focus_take(const struct vcpu_debug *debug);
void vcpu_focus_give_back(const struct vcpu_debug *debug, hpa_t before);
