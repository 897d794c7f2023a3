#pragma once
/*
 * The rules by which the host's CPUID becomes a guest's.
 */
#include "controls.h"
#include "cpu/instructions.h"

struct cpuid_processor;

struct cpuid_picture {
	const struct controls *controls; /* that the guest runs with */
	const struct cpuid_processor *processor;
	struct cpuid (*host)(u32 leaf, u32 subleaf);
	u64 tsc_khz; /* 0: not known */
};

/* How many subleaves a leaf of the guest's has; 0: it is all zeros. */
u32 cpuid_picture_subleaves(const struct cpuid_picture *picture, u32 leaf);

/* Is the answer for this subleaf that for all further ones as well? */
bool cpuid_picture_is_rest(u32 leaf, u32 subleaf);

/* What the guest is to see. The bits that follow its registers are 0. */
struct cpuid cpuid_picture_answer(const struct cpuid_picture *picture, u32 leaf,
				  u32 subleaf);
