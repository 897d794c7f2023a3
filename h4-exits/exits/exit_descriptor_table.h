#pragma once
/*
 * SGDT, SIDT, LGDT, LIDT; SLDT, STR, LLDT, LTR: where "descriptor-table
 * exiting" is on.
 */
#include "exits/answer.h"

struct guest_cpu;

/* SDM: "SGDT--Store Global Descriptor Table Register", and its kin. */
struct answer exit_gdtr_idtr_access(struct guest_cpu *cpu);

/* SDM: "LLDT--Load Local Descriptor Table Register", and its kin. */
struct answer exit_ldtr_tr_access(struct guest_cpu *cpu);
