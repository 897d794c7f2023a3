#include "check.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"

#define XCOMP_BV      65      /* the word of XSAVE's area: what is in it */
#define XCOMP_COMPACT BIT(63) /* its form: without gaps */

PROBE_CODE(execute_xsetbv, "xsetbv");
PROBE_CODE(execute_xsaves, "xsaves64 (%rbx)");
PROBE_CODE(execute_xrstors, "xrstors64 (%rbx)");

static u64 area[512] __attribute__((aligned(64)));

static struct probe with(u64 number, u64 value)
{
	return (struct probe){.state = {.rcx = number,
					.rax = (u32)value,
					.rdx = value >> 32}};
}

static void check_no_write(const char *name, u64 number, u64 value)
{
	struct probe probe = with(number, value);

	check_refused(name, &probe, execute_xsetbv);
}

static void check_write(const char *name, u64 value)
{
	struct probe probe = with(0x700000000, value);

	check_end(name, &probe, execute_xsetbv, PROBE_DONE);
	check(name, xgetbv(0), value);
}

/* XCR0 is 3: x87 and SSE. */
static void check_xsaves(void)
{
	struct probe probe = {.state = {.rax = 3, .rbx = (u64)(uintptr_t)area}};

	if ((cpuid(CPUID_XSAVE, 1).eax & CPUID_XSAVE_EAX_XSAVES) == 0) {
		check_end("XSAVES", &probe, execute_xsaves,
			  VECTOR_INVALID_OPCODE);
		return;
	}
	/* Bochs says nothing. */
	if (check_under_h4()) {
		check("XSAVES's area", cpuid(CPUID_XSAVE, 1).ebx, 576);
	}
	check_end("XSAVES", &probe, execute_xsaves, PROBE_DONE);
	check("XSAVES, what it has saved", area[XCOMP_BV], XCOMP_COMPACT | 3);
	check_end("XRSTORS", &probe, execute_xrstors, PROBE_DONE);
	probe.mode = PROBE_USER;
	check_refused("XSAVES at CPL 3", &probe, execute_xsaves);
	probe.mode = PROBE_USER;
	check_refused("XRSTORS at CPL 3", &probe, execute_xrstors);
}

void check_xcr0(void)
{
	struct probe probe = with(0, 1);
	u64 cr4 = read_cr4();
	u32 offered;

	check_end("XSETBV without OSXSAVE", &probe, execute_xsetbv,
		  VECTOR_INVALID_OPCODE);
	if ((cpuid(CPUID_FEATURES, 0).ecx & CPUID_FEATURES_ECX_XSAVE) == 0) {
		return;
	}
	offered = cpuid(CPUID_XSAVE, 0).eax;
	write_cr4(cr4 | CR4_OSXSAVE);
	check_write("XCR0 = 3", 3);
	check_xsaves();
	check_no_write("XCR0 without x87", 0, 0);
	check_no_write("XCR0, SSE without x87", 0, 2);
	check_no_write("XCR0, AVX without SSE", 0, 5);
	check_no_write("XCR0 bit 62", 0, BIT(62) | 3);
	check_no_write("XCR0, half of AVX-512", 0, 0x27);
	check_no_write("XCR1", 1, 3);
	if ((offered & 4) != 0) {
		check_write("XCR0 = 7", 7);
	}
	check_write("XCR0 with all that is offered", offered);
	probe = with(0, 3);
	probe.mode = PROBE_USER;
	check_refused("XSETBV at CPL 3", &probe, execute_xsetbv);
	check_write("XCR0 = 1", 1);
	write_cr4(cr4);
}
