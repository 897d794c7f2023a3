#pragma once
/*
 * INVPCID, which exits where INVLPG does.
 */
#include "exits/answer.h"

struct guest_cpu;

/* SDM: "INVPCID--Invalidate Process-Context Identifier". */
struct answer exit_invpcid(struct guest_cpu *cpu);
