#pragma once
/*
 * The checks of guest-exits, a file for each kind of exit. Each of them runs
 * on the bare machine as well; what is the hypervisor's own is looked at only
 * where there is h4.
 */
#include "probe.h"

/* Prints one line: that value is as expected, or what it is. */
void check(const char *name, u64 value, u64 expected);

/* Runs code and expects its end: an exception's vector, or PROBE_DONE. */
void check_end(const char *name, struct probe *probe, const u8 *code,
	       u64 vector);

/* The same for a #GP(0) at the first instruction that changes no register. */
void check_refused(const char *name, struct probe *probe, const u8 *code);

/* Is this a guest of h4's? */
bool check_under_h4(void);

void check_cpuid(void);
void check_msrs(void);
void check_control_registers(void);
void check_xcr0(void);
void check_instructions(void);
void check_debug_registers(void);
void check_tables(void);
void check_ports(void);
void check_strings(void);
void check_memory(void);
void check_events(void);
