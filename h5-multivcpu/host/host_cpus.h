#pragma once
/*
 * The CPUs of the host: each of them in VMX operation, handing itself out to
 * vCPUs.
 */
#include "boot/boot_info.h"
#include "boot/kernel.h"
#include "scheduler/scheduler.h"
#include "vmx_cpu.h"

/*
 * What the running CPU, which is in VMX operation, needs besides: its alarm,
 * and the extended state for guests. Error: those of alarm_init().
 */
struct error host_cpus_prepare(void);

/*
 * Starts the other CPUs, at most `most` in all. Each enters VMX operation, if
 * it is like the boot processor, waits for host_cpus_run(), and runs vCPUs till
 * host_cpus_end(). One that cannot is told of and does without. See
 * host_cpus_online().
 */
void host_cpus_start(const struct boot_info *boot, u32 most,
		     const struct vmx_capabilities *caps);

/* The mask of CPUs that run vCPUs, and how many they are. */
u64 host_cpus_online(void);
u32 host_cpus_count(void);

/*
 * Hands out all CPUs, until the boot processor's loop stops; the others go on.
 */
void host_cpus_run(const struct sched_loop *loop);

/*
 * The other CPUs leave VMX operation. No vCPU is left for them, and nothing
 * follows but the end of the kernel.
 */
void host_cpus_end(void);
