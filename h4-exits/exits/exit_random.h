#pragma once
/*
 * RDRAND and RDSEED, where they exit.
 */
#include "exits/answer.h"

struct guest_cpu;

/* SDM: "RDRAND--Read Random Number", "RDSEED--Read Random SEED". */
struct answer exit_rdrand(struct guest_cpu *cpu);
struct answer exit_rdseed(struct guest_cpu *cpu);
