#pragma once
/*
 * Instructions that touch a device's memory, executed by software.
 */
#include "cpu/guest_cpu.h"
#include "exits/answer.h"

/*
 * Executes the instruction at RIP, which reads or writes memory. One that the
 * decoder does not know ends the guest with a report: a guess would be worse.
 */
struct answer emulate_access(struct guest_cpu *cpu);

/*
 * The guest fetches its code from gpa, which is no RAM. Where nothing answers,
 * the CPU finds ones, which are no instruction: #UD.
 */
struct answer emulate_fetch(struct guest_cpu *cpu, u64 gpa);
