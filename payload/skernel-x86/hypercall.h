#pragma once
/*
 * What a guest may ask of the hypervisor that it runs under: VMCALL with a
 * number in RAX, which gets the result. The numbers are those of h4; another
 * hypervisor gives them another meaning, or none.
 */

#define HYPERCALL_PING 0 /* does nothing; 0 */
