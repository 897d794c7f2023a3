#include "smp/vector_registers.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "lib/string.h"

#define XCR0_X87_SSE	 3u
#define XCR0_AVX	 4u
#define MXCSR_MASKED	 0x1f80u /* every exception; round to nearest */
#define MXCSR_ROUNDING	 13
#define CONTROL_MASKED	 0x037fu
#define CONTROL_ROUNDING 10
#define ROUNDINGS	 4
#define SPREAD		 0x9e3779b97f4a7c15ull

_Static_assert(offsetof(struct vector_registers, x87) == 512 &&
		       offsetof(struct vector_registers, mxcsr) == 576 &&
		       offsetof(struct vector_registers, control) == 580,
	       "as vector_pass.S has them");

bool vector_registers_enable(void)
{
	const u32 wanted = CPUID_FEATURES_ECX_XSAVE | CPUID_FEATURES_ECX_AVX;

	write_cr4(read_cr4() | CR4_OSFXSR | CR4_OSXMMEXCPT);
	if ((cpuid(CPUID_FEATURES, 0).ecx & wanted) != wanted) {
		return false;
	}
	write_cr4(read_cr4() | CR4_OSXSAVE);
	xsetbv(0, xgetbv(0) | XCR0_X87_SSE | XCR0_AVX);
	return true;
}

/* No two registers alike, and each tells the pattern. */
static void fill(struct vector_registers *registers, u64 pattern)
{
	for (u64 i = 0; i < VECTOR_REGISTERS; i++) {
		for (u64 j = 0; j < 4; j++) {
			registers->vector[i][j] =
				pattern + (i * 4 + j) * SPREAD;
		}
	}
	for (u64 i = 0; i < X87_REGISTERS; i++) {
		registers->x87[i] = (pattern + i) * SPREAD;
	}
	registers->mxcsr = MXCSR_MASKED | (u32)(pattern % ROUNDINGS)
						  << MXCSR_ROUNDING;
	registers->control = CONTROL_MASKED | (u32)(pattern % ROUNDINGS)
						      << CONTROL_ROUNDING;
}

bool vector_registers_hold(u64 pattern, u64 loops, bool wide)
{
	struct vector_registers in, out;

	fill(&in, pattern);
	memcpy(&out, &in, sizeof(out));
	vector_registers_pass(&in, &out, loops, wide);
	return memcmp(&in, &out, sizeof(in)) == 0;
}
