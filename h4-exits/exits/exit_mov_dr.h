#pragma once
/*
 * MOV to and from the debug registers, where they exit.
 */
#include "exits/answer.h"

struct guest_cpu;

/*
 * SDM: "MOV--Move to/from Debug Registers". DR0-DR3 and DR6 are the guest's in
 * the CPU itself, DR7 is in the VMCS.
 */
struct answer exit_mov_dr(struct guest_cpu *cpu);
