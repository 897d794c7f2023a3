#pragma once
/*
 * A state of the CPU to start an attempt from, and the way there and back.
 */
#include "fuzz/fuzz_layout.h"
#include "lib/types.h"

enum fuzz_mode {
	FUZZ_LONG =
		FUZZ_MODE_LONG, /* 64-bit or compatibility mode, as CS says */
	FUZZ_LEGACY = FUZZ_MODE_LEGACY, /* protected mode, paging as CR0 says,
					   or virtual-8086 */
	FUZZ_REAL = FUZZ_MODE_REAL,
};

/* General registers, as instructions number them. RSP is in the frame. */
enum fuzz_gpr {
	FUZZ_RAX,
	FUZZ_RCX,
	FUZZ_RDX,
	FUZZ_RBX,
	FUZZ_NO_GPR,
	FUZZ_RBP,
	FUZZ_RSI,
	FUZZ_RDI,
	FUZZ_GPRS = 16,
};

/* fuzz_layout.h has the offsets. */
struct fuzz_cpu {
	u64 gpr[FUZZ_GPRS];
	u64 rip, cs, rflags, rsp, ss; /* the frame that IRETQ takes */
	u64 ds, es, fs, gs;
	u64 cr0, cr3, cr4;
	enum fuzz_mode mode;
};

/* Of the fuzzer's own GDT. */
enum fuzz_selector {
	FUZZ_CODE64 = FUZZ_SELECTOR_CODE64,
	FUZZ_DATA32 = FUZZ_SELECTOR_DATA32,
	FUZZ_CODE32 = FUZZ_SELECTOR_CODE32,
	FUZZ_CODE16 = FUZZ_SELECTOR_CODE16,
	FUZZ_DATA16 = FUZZ_SELECTOR_DATA16,
	FUZZ_USER_DATA32 = 0x33,
	FUZZ_USER_CODE32 = 0x3b,
	FUZZ_USER_CODE64 = 0x43,
	FUZZ_USER_CODE16 = 0x4b,
	FUZZ_USER_DATA16 = 0x53,
	FUZZ_TSS32 = FUZZ_SELECTOR_TSS32,
	FUZZ_TSS64 = FUZZ_SELECTOR_TSS64,
	FUZZ_OTHER_TSS32 = 0x70,
	FUZZ_TASK_GATE = 0x78,
	FUZZ_CALL_GATE = 0x80,
	FUZZ_LDT = 0x88, /* two entries */
	FUZZ_SELECTORS_END = 0x98,
};

/*
 * Goes on in that state, until an exception or interrupt; returns its vector,
 * in the state in which it was called; a number that is none if the attempt has
 * spoilt the stack. fuzz_tables_init() has been called, and
 * fuzz_ground_restore() since the last time. May not return, as the state may
 * be one in which the CPU cannot deliver an exception.
 */
u32 fuzz_enter(const struct fuzz_cpu *cpu);

/* Of fuzz_real.S: the code for real mode, which is copied. */
extern const u8 fuzz_real_start[], fuzz_real_end[];
extern const u8 fuzz_real_stubs[], fuzz_real_segment[];

/* And the entry points of the vectors, FUZZ_STUB_SIZE bytes each. */
#define FUZZ_STUB_SIZE	    16
#define FUZZ_REAL_STUB_SIZE 6
extern const u8 fuzz_stubs_long[], fuzz_stubs_legacy[];
