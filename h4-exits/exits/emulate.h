#pragma once
/*
 * Instructions that touch a device's memory, executed by software.
 */
#include "cpu/guest_cpu.h"
#include "exits/answer.h"

/*
 * Executes the instruction at RIP, which reads from or writes to gpa, where
 * one of the devices answers, or nothing. One that
 * the decoder does not know ends the guest with a report: a guess would be
 * worse.
 */
struct answer emulate_access(struct guest_cpu *cpu, struct bus *devices,
			     gpa_t gpa, bool write);

/*
 * Executes the instruction at RIP, which accesses RAM that EPT does not let the
 * guest reach. A write to RAM that the guest may only read is lost. One that
 * the decoder does not know ends the guest as above.
 */
struct answer emulate_in_ram(struct guest_cpu *cpu);

/*
 * The guest fetches its code from gpa, which is no RAM. Where nothing answers,
 * the CPU finds ones, which are no instruction: #UD.
 */
struct answer emulate_fetch(struct guest_cpu *cpu, gpa_t gpa);
