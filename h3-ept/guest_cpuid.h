#pragma once
/*
 * What a guest of h3 learns from CPUID: the CPU's own answers, less the
 * features whose instructions or MSRs would end its run, since h3 answers no
 * exits for them. The whole picture is h4's.
 */
#include "controls.h"
#include "cpu/instructions.h"

/* CPUID for a guest that runs with these controls. */
struct cpuid guest_cpuid(const struct controls *controls, u32 leaf,
			 u32 subleaf);
