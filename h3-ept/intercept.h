#pragma once
/*
 * The I/O bitmaps and the MSR bitmaps: which ports and MSRs a guest reaches
 * itself, and which accesses exit.
 *
 * SDM: "I/O-Bitmap Addresses" and "MSR-Bitmap Address". In each, a 1 means
 * that the access exits; everything starts as 1.
 */
#include "lib/error.h"
#include "lib/types.h"

/* Two frames for ports (A: 0-7fff, B: 8000-ffff), one for MSRs. */
struct intercept {
	hpa_t io; /* bitmap A; bitmap B is the frame behind it */
	hpa_t msr;
};

/* Makes bitmaps in which every access exits. Error: no free frames. */
struct error intercept_init(struct intercept *intercept);

/* Gives the frames back. No VMCS in use may name them. */
void intercept_destroy(struct intercept *intercept);

/* Writes the bitmaps' addresses to the current VMCS. */
void intercept_write(const struct intercept *intercept);

/*
 * Lets the guest reach count ports from first on itself, or not. A range that
 * goes past the last port, 0xffff, ends there.
 */
void intercept_ports(struct intercept *intercept, u16 first, u32 count,
		     bool exits);

/*
 * Lets the guest read and write an MSR itself, or not. False for an MSR that
 * the bitmaps do not cover, which always exits: they cover 0-1fff and
 * c0000000-c0001fff.
 */
bool intercept_msr(struct intercept *intercept, u32 msr, bool exits);

/* The same for RDMSR, or for WRMSR, alone. */
bool intercept_msr_reads(struct intercept *intercept, u32 msr, bool exits);
bool intercept_msr_writes(struct intercept *intercept, u32 msr, bool exits);
