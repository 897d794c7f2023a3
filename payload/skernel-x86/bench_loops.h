#pragma once
/*
 * Loops of one instruction each, for bench.c: what they run may exit to a
 * hypervisor, and nothing else in them does.
 */
#include "lib/types.h"

/* False: the instruction raised an exception, and bench_refused came next. */
typedef bool (*bench_loop)(u64 count);

/* bench_NAME runs the instruction count times; _empty all but it. */
#define BENCH_LOOP(name)              \
	bool bench_##name(u64 count); \
	bool bench_##name##_empty(u64 count)

BENCH_LOOP(cpuid);
BENCH_LOOP(vmcall);
BENCH_LOOP(port_device);
BENCH_LOOP(port_pic);
BENCH_LOOP(port_in);
BENCH_LOOP(port_nobody);
BENCH_LOOP(rdmsr);
BENCH_LOOP(wrmsr);
BENCH_LOOP(cr0);
BENCH_LOOP(mmio_read);
BENCH_LOOP(mmio_write);

/*
 * Where a loop goes on after an exception, with RSP as at its instruction: it
 * returns false.
 */
extern const u8 bench_refused[];
