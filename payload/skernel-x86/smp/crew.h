#pragma once
/*
 * All CPUs of the machine, at the service of the first one: they sleep until it
 * has something for them to do.
 *
 * SDM: "HLT--Halt" for how they sleep.
 */
#include "boot/boot_info.h"
#include "lib/error.h"
#include "smp/cpu.h"
#include "smp/smp.h"

/* Vectors of this folder's interrupts. */
enum crew_vector {
	CREW_VECTOR_ORDER = 0x50, /* there is something to do */
	CREW_VECTOR_IPI,
	CREW_VECTOR_TIMER,
	CREW_VECTOR_PIT,
	CREW_VECTOR_SHOOT,
	CREW_VECTOR_URGENT = 0x60, /* of a higher class than the others */
};

/* Done with interrupts on. */
typedef struct error (*crew_job)(void);

/*
 * Starts every CPU that there is, at most once. After it interrupts
 * are on, but for those of the PIC.
 * Errors: there is no local APIC; those of smp_start().
 */
struct error crew_start(const struct boot_info *boot);

/*
 * Has every CPU do the job at once, the caller, which is CPU 0, too; or one
 * of them only. The first error of a CPU in their order is returned; one more
 * error: a CPU that is not through in time. From then on the crew is lost, and
 * no job is done any more.
 */
struct error crew_run(crew_job job);
struct error crew_run_on(u32 cpu, crew_job job);

/*
 * The same, with the crew started first; where it cannot be started the caller
 * does the job alone, with interrupts as they are.
 */
struct error crew_run_or_alone(const struct boot_info *boot, crew_job job);

bool crew_is_lost(void);

/* The CPU from which the last error of the crew came; else CPU 0. */
u32 crew_culprit(void);

/* In a job of all: waits until all are here. False: not in time. */
bool crew_meet(void);

/* Waits until the counter, which others change, is at least so great. */
bool crew_wait(const u32 *counter, u32 least);

/* Does nothing for about so long; interrupts are taken. */
void crew_pause_us(u32 us);
