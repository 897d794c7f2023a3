#include "cpu/debug_registers.h"
#include "check.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"

#define DR6_ALL 0xffff0ff0ull
#define DR7_GD	BIT(13)

PROBE_CODE(read_dr0_r8, "mov %db0, %r8");
PROBE_CODE(read_dr3_rsp, "mov %rsp, %rbx\n\t"
			 "mov %db3, %rsp\n\t"
			 "mov %rsp, %rax\n\t"
			 "mov %rbx, %rsp");
PROBE_CODE(read_dr4_rax, "mov %db4, %rax");
PROBE_CODE(read_dr5_rax, "mov %db5, %rax");
PROBE_CODE(write_dr1_r15, "mov %r15, %db1");
PROBE_CODE(write_dr6_rax, "mov %rax, %db6");
PROBE_CODE(write_dr7_rax, "mov %rax, %db7");

static void check_aliases(void)
{
	u64 cr4 = read_cr4();
	struct probe probe = {.state.rax = 0};

	probe_run(&probe, read_dr4_rax);
	check("DR4 is DR6", probe.state.rax, DR6_ALL);
	probe_run(&probe, read_dr5_rax);
	check("DR5 is DR7", probe.state.rax, DR7_FIXED);
	write_cr4(cr4 | CR4_DE);
	check_end("DR4 with CR4.DE", &probe, read_dr4_rax,
		  VECTOR_INVALID_OPCODE);
	check_end("DR5 with CR4.DE", &probe, read_dr5_rax,
		  VECTOR_INVALID_OPCODE);
	write_cr4(cr4);
}

/* The exception comes before the access, and clears GD. */
static void check_general_detect(void)
{
	struct probe probe = {.state.rax = 0};

	write_dr7(DR7_GD | DR7_FIXED);
	check_end("DR0 with GD", &probe, read_dr0_r8, PROBE_DONE);
	check("GD's debug exceptions", probe.steps, 1);
	check("DR6.BD", probe.dr6, BIT(13));
	check("DR7 after GD", read_dr7(), DR7_FIXED);
}

void check_debug_registers(void)
{
	struct probe probe = {.state.r15 = 0xffff800012345678};

	write_dr0(0x1122334455667788);
	write_dr3(0x7654321);
	probe_run(&probe, read_dr0_r8);
	check("MOV R8, DR0", probe.state.r8, 0x1122334455667788);
	probe_run(&probe, read_dr3_rsp);
	check("MOV RSP, DR3", probe.state.rax, 0x7654321);
	check_end("MOV DR1, R15", &probe, write_dr1_r15, PROBE_DONE);
	probe.state.rax = 0xffff;
	check_end("MOV DR6, RAX", &probe, write_dr6_rax, PROBE_DONE);
	check("DR6's fixed bits", read_dr6() | 0xf000, 0xffffffff);
	write_dr6(DR6_ALL);
	probe.state.rax = BIT(32);
	check_refused("DR6 bit 32", &probe, write_dr6_rax);
	probe.state.rax = BIT(63) | DR7_FIXED;
	check_refused("DR7 bit 63", &probe, write_dr7_rax);
	probe.state.rax = 0;
	check_end("MOV DR7, RAX", &probe, write_dr7_rax, PROBE_DONE);
	check("DR7's fixed bit", read_dr7(), DR7_FIXED);
	probe.mode = PROBE_USER;
	check_refused("DR0 at CPL 3", &probe, read_dr0_r8);
	check_aliases();
	check_general_detect();
	write_dr0(0);
	write_dr1(0);
	write_dr3(0);
}
