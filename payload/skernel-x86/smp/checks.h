#pragma once
/*
 * What the action `smp` looks at, by topic. Each is called on CPU 0 with the
 * crew at hand (smp/crew.h), and returns what went wrong, if anything did.
 */
#include "boot/boot_info.h"
#include "lib/error.h"

/* Once, before the others: the addresses of the machine's controllers. */
struct error checks_init(const struct boot_info *boot);

/* check_memory.c */
struct error check_locks(void);
struct error check_atomics(void);
struct error check_shoot_down(void);

/* check_ipis.c */
struct error check_ipi_one(void);
struct error check_ipi_all(void);
struct error check_ipi_broadcast(void);
struct error check_ipi_others(void);
struct error check_ipi_self(void);
struct error check_ipi_logical(void);
struct error check_ipi_lowest(void);
struct error check_ipi_nmi(void);
struct error check_ipi_nmi_two(void);

/* check_waits.c */
struct error check_priority(void);
struct error check_halt(void);

/* check_timers.c */
struct error check_timer_once(void);
struct error check_timer_periodic(void);
struct error check_timer_deadline(void);

/* check_io_apic.c */
struct error check_io_apic_edge(void);
struct error check_io_apic_level(void);
struct error check_io_apic_masked(void);

/* check_cpus.c */
struct error check_ids(void);
struct error check_tsc(void);
struct error check_registers(void);

/* check_apic_base.c */
struct error check_apic_base(void);
struct error check_apic_off(void);
struct error check_x2apic(void);
