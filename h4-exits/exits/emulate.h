#pragma once
/*
 * Instructions that touch a device's memory, executed by software.
 */
#include "cpu/guest_cpu.h"
#include "exits/answer.h"

/*
 * Executes the instruction at RIP, which reads from or writes to gpa, where
 * one of cpu->devices answers, or nothing. One that the decoder does not know
 * ends the guest with a report: a guess would be worse.
 */
struct answer emulate_access(struct guest_cpu *cpu, gpa_t gpa, bool write);

/*
 * The same for an access to which the CPU has told no address that would be of
 * use: it is translated here. It may be one to RAM that EPT does not let the
 * guest reach; a write to RAM that the guest may only read is lost.
 */
struct answer emulate_untold(struct guest_cpu *cpu);

/*
 * The guest fetches its code from gpa, which is no RAM. Where nothing answers,
 * the CPU finds ones, which are no instruction: #UD.
 */
struct answer emulate_fetch(struct guest_cpu *cpu, gpa_t gpa);
