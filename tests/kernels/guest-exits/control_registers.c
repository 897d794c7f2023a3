#include "check.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"

PROBE_CODE(write_cr0_rax, "mov %rax, %cr0");
PROBE_CODE(write_cr3_rax, "mov %rax, %cr3");
PROBE_CODE(write_cr4_rax, "mov %rax, %cr4");
PROBE_CODE(write_cr8_rax, "mov %rax, %cr8");
PROBE_CODE(read_cr0_rsp, "mov %rsp, %rbx\n\t"
			 "mov %cr0, %rsp\n\t"
			 "mov %rsp, %rax\n\t"
			 "mov %rbx, %rsp");
PROBE_CODE(read_cr3_r12, "mov %cr3, %r12");
PROBE_CODE(read_cr8_r9, "mov %cr8, %r9");
PROBE_CODE(read_cr1, ".byte 0x0f, 0x20, 0xc8");
PROBE_CODE(write_cr5, ".byte 0x0f, 0x22, 0xe8");
PROBE_CODE(execute_clts, "clts");
PROBE_CODE(execute_lmsw, "lmsw %ax");
PROBE_CODE(execute_lmsw_memory, "lmsw (%rbx)");
PROBE_CODE(execute_smsw, "smsw %rax");
PROBE_CODE(execute_rdtsc, "rdtsc");

/* A write that is a #GP(0) and leaves the register as it was. */
static void check_no_write(const char *name, const u8 *code, u64 value)
{
	struct probe probe = {.state.rax = value};

	check_refused(name, &probe, code);
}

static void check_cr0_reads(const char *name, u64 value, u64 expected)
{
	u64 before = read_cr0();
	struct probe probe = {.state.rax = value};

	check_end(name, &probe, write_cr0_rax, PROBE_DONE);
	check(name, read_cr0(), expected);
	write_cr0(before);
}

static void check_cr0(void)
{
	u64 cr0 = read_cr0();
	struct probe probe = {.mode = PROBE_USER, .state.rax = cr0};

	check("CR0.ET", cr0 & CR0_ET, CR0_ET);
	check_no_write("CR0.NW without CD", write_cr0_rax, cr0 | CR0_NW);
	check_no_write("CR0.PG without PE", write_cr0_rax, cr0 & ~CR0_PE);
	check_no_write("CR0 bit 32", write_cr0_rax, cr0 | BIT(32));
	check_no_write("CR0.PG off in 64-bit mode", write_cr0_rax,
		       cr0 & ~CR0_PG);
	check_refused("CR0 at CPL 3", &probe, write_cr0_rax);
	check_no_write("CR0 bit 32, with NE", write_cr0_rax,
		       (cr0 ^ CR0_NE) | BIT(32));
	check("CR0 after all that", read_cr0(), cr0);
	check_cr0_reads("CR0.CD", cr0 | CR0_CD, cr0 | CR0_CD);
	check_cr0_reads("CR0.CD and NW", cr0 | CR0_CD | CR0_NW,
			cr0 | CR0_CD | CR0_NW);
	check_cr0_reads("CR0.NE set", cr0 | CR0_NE, cr0 | CR0_NE);
	check_cr0_reads("CR0.NE clear", cr0 & ~CR0_NE, cr0 & ~CR0_NE);
	check_cr0_reads("CR0.ET stays", cr0 & ~CR0_ET, cr0);
	check_cr0_reads("CR0 bit 6 is not there", cr0 | BIT(6), cr0);
	check_cr0_reads("CR0 bit 6, with NE", (cr0 ^ CR0_NE) | BIT(6),
			cr0 ^ CR0_NE);
	probe = (struct probe){.state.rsp = 0};
	probe_run(&probe, read_cr0_rsp);
	check("MOV RSP, CR0", probe.state.rax, cr0);
}

static void check_machine_status(void)
{
	u64 cr0 = read_cr0();
	u16 word = CR0_TS | CR0_MP;
	struct probe probe = {.state.rax = 0};

	write_cr0(cr0 | CR0_TS);
	probe_run(&probe, execute_smsw);
	check("SMSW", probe.state.rax, cr0 | CR0_TS);
	check_end("CLTS", &probe, execute_clts, PROBE_DONE);
	check("CLTS clears TS", read_cr0(), cr0 & ~CR0_TS);
	probe.state.rax = 0xfff0 | CR0_TS | CR0_EM;
	check_end("LMSW", &probe, execute_lmsw, PROBE_DONE);
	check("LMSW sets TS and EM, and leaves PE", read_cr0(),
	      (cr0 & ~CR0_MP) | CR0_TS | CR0_EM);
	probe.state.rbx = (u64)(uintptr_t)&word;
	check_end("LMSW from memory", &probe, execute_lmsw_memory, PROBE_DONE);
	check("LMSW sets MP", read_cr0(), (cr0 & ~CR0_EM) | CR0_TS | CR0_MP);
	write_cr0(cr0);
	probe = (struct probe){.mode = PROBE_USER};
	check_refused("CLTS at CPL 3", &probe, execute_clts);
	probe = (struct probe){.mode = PROBE_USER};
	check_refused("LMSW at CPL 3", &probe, execute_lmsw);
}

static void check_cr3(void)
{
	u64 cr3 = read_cr3();
	struct probe probe = {.state.rax = 0};
	u8 bits = (u8)cpuid(CPUID_ADDRESS_SIZES, 0).eax;

	probe_run(&probe, read_cr3_r12);
	check("MOV R12, CR3", probe.state.r12, cr3);
	probe.state.rax = cr3;
	check_end("CR3", &probe, write_cr3_rax, PROBE_DONE);
	check_no_write("CR3 above the physical addresses", write_cr3_rax,
		       cr3 | BIT(bits));
	check_no_write("CR3 bit 63 without PCIDE", write_cr3_rax,
		       cr3 | BIT(63));
	check("CR3 after all that", read_cr3(), cr3);
	probe = (struct probe){.mode = PROBE_USER};
	check_refused("CR3 at CPL 3", &probe, read_cr3_r12);
	if ((cpuid(CPUID_FEATURES, 0).ecx & BIT(17)) == 0) {
		check_no_write("CR4.PCIDE is not there", write_cr4_rax,
			       read_cr4() | CR4_PCIDE);
		return;
	}
	write_cr3(cr3 | 8);
	check_no_write("CR4.PCIDE with a PCID", write_cr4_rax,
		       read_cr4() | CR4_PCIDE);
	write_cr3(cr3);
	write_cr4(read_cr4() | CR4_PCIDE);
	probe = (struct probe){.state.rax = cr3 | BIT(63) | 7};
	check_end("CR3 without a flush", &probe, write_cr3_rax, PROBE_DONE);
	check("CR3 with a PCID", read_cr3(), cr3 | 7);
	write_cr3(cr3);
	write_cr4(read_cr4() & ~CR4_PCIDE);
}

static void check_cr4(void)
{
	u64 cr4 = read_cr4();
	struct probe probe = {.mode = PROBE_USER, .state.rax = cr4};

	check_no_write("CR4 bit 15", write_cr4_rax, cr4 | BIT(15));
	check_no_write("CR4 bit 32", write_cr4_rax, cr4 | BIT(32));
	check_no_write("CR4.PAE off in 64-bit mode", write_cr4_rax,
		       cr4 & ~CR4_PAE);
	check_refused("CR4 at CPL 3", &probe, write_cr4_rax);
	if (check_under_h4()) {
		check_no_write("CR4.VMXE is not there", write_cr4_rax,
			       cr4 | CR4_VMXE);
		check_no_write("CR4.SMXE is not there", write_cr4_rax,
			       cr4 | CR4_SMXE);
	}
	check("CR4 after all that", read_cr4(), cr4);
	probe = (struct probe){.state.rax = cr4 | CR4_PGE | CR4_DE | CR4_TSD};
	check_end("CR4", &probe, write_cr4_rax, PROBE_DONE);
	check("CR4.PGE, DE and TSD", read_cr4(), probe.state.rax);
	probe = (struct probe){.mode = PROBE_USER};
	check_refused("RDTSC at CPL 3 with TSD", &probe, execute_rdtsc);
	probe = (struct probe){.mode = PROBE_KERNEL};
	check_end("RDTSC at CPL 0 with TSD", &probe, execute_rdtsc, PROBE_DONE);
	write_cr4(cr4);
}

static void check_cr8(void)
{
	struct probe probe = {.state = {.rax = 9, .r9 = ~0ull}};

	check_end("CR8", &probe, write_cr8_rax, PROBE_DONE);
	probe_run(&probe, read_cr8_r9);
	check("MOV R9, CR8", probe.state.r9, 9);
	check_no_write("CR8 above 15", write_cr8_rax, 16);
	check_no_write("CR8 far above 15", write_cr8_rax, BIT(63));
	write_cr8(0);
	probe = (struct probe){.mode = PROBE_USER};
	check_refused("CR8 at CPL 3", &probe, read_cr8_r9);
}

void check_control_registers(void)
{
	struct probe probe = {.mode = PROBE_KERNEL};

	check_cr0();
	check_machine_status();
	check_cr3();
	check_cr4();
	check_cr8();
	write_cr2(0x8877665544332211);
	check("CR2", read_cr2(), 0x8877665544332211);
	check_end("MOV from CR1", &probe, read_cr1, VECTOR_INVALID_OPCODE);
	check_end("MOV to CR5", &probe, write_cr5, VECTOR_INVALID_OPCODE);
}
