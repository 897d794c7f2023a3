#pragma once
/*
 * INS and OUTS, with and without REP.
 */
#include "cpu/guest_cpu.h"
#include "exits/answer.h"

/*
 * Serves the instruction that has exited with this qualification. After a
 * number of iterations the guest is entered again, so that its interrupts are
 * not held off for as long as its RCX says.
 * SDM: "INS/INSB/INSW/INSD--Input from Port to String".
 */
struct answer string_io(struct guest_cpu *cpu, u64 qualification);
