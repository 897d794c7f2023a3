#include "cpu/instructions.h"
#include "check.h"
#include "cpu/registers.h"

#define HYPERCALL_PING	  0
#define HYPERCALL_UNKNOWN 77
#define NOT_CANONICAL	  0x8000000000000000

PROBE_CODE(execute_getsec, "getsec");
PROBE_CODE(execute_hlt, "hlt");
PROBE_CODE(execute_invd, "invd");
PROBE_CODE(execute_invlpg, "invlpg (%rbx)");
PROBE_CODE(execute_invpcid, "invpcid (%rbx), %rax");
PROBE_CODE(execute_monitor, "monitor");
PROBE_CODE(execute_mwait, "mwait");
PROBE_CODE(execute_pause, "pause");
PROBE_CODE(execute_rdpmc, "rdpmc");
PROBE_CODE(execute_rdrand, "rdrand %r10");
PROBE_CODE(execute_rdrand_16, "rdrand %ax");
PROBE_CODE(execute_rdrand_32, "rdrand %eax");
PROBE_CODE(execute_rdseed, "rdseed %r11");
PROBE_CODE(execute_rdtsc, "rdtsc");
PROBE_CODE(execute_rsm, "rsm");
PROBE_CODE(execute_vmcall, "vmcall");
PROBE_CODE(execute_wbinvd, "wbinvd");

PROBE_CODE(execute_vmclear, "vmclear (%rbx)");
PROBE_CODE(execute_vmfunc, "vmfunc");
PROBE_CODE(execute_vmlaunch, "vmlaunch");
PROBE_CODE(execute_vmptrld, "vmptrld (%rbx)");
PROBE_CODE(execute_vmptrst, "vmptrst (%rbx)");
PROBE_CODE(execute_vmread, "vmread %rax, %rcx");
PROBE_CODE(execute_vmresume, "vmresume");
PROBE_CODE(execute_vmwrite, "vmwrite %rax, %rcx");
PROBE_CODE(execute_vmxoff, "vmxoff");
PROBE_CODE(execute_vmxon, "vmxon (%rbx)");
PROBE_CODE(execute_invept, "invept (%rbx), %rax");
PROBE_CODE(execute_invvpid, "invvpid (%rbx), %rax");

static u64 memory[128] __attribute__((aligned(64)));

static struct probe at(enum probe_mode mode)
{
	return (struct probe){.mode = mode,
			      .state.rbx = (u64)(uintptr_t)memory};
}

static void check_undefined(const char *name, const u8 *code)
{
	struct probe probe = at(PROBE_KERNEL);

	check_end(name, &probe, code, VECTOR_INVALID_OPCODE);
	probe = at(PROBE_USER);
	check_end(name, &probe, code, VECTOR_INVALID_OPCODE);
}

static void check_vmx(void)
{
	check_undefined("VMCLEAR", execute_vmclear);
	check_undefined("VMFUNC", execute_vmfunc);
	check_undefined("VMLAUNCH", execute_vmlaunch);
	check_undefined("VMPTRLD", execute_vmptrld);
	check_undefined("VMPTRST", execute_vmptrst);
	check_undefined("VMREAD", execute_vmread);
	check_undefined("VMRESUME", execute_vmresume);
	check_undefined("VMWRITE", execute_vmwrite);
	check_undefined("VMXOFF", execute_vmxoff);
	check_undefined("VMXON", execute_vmxon);
	check_undefined("INVEPT", execute_invept);
	check_undefined("INVVPID", execute_invvpid);
	check_undefined("GETSEC", execute_getsec);
	check_undefined("RSM", execute_rsm);
}

/* Privileged, and otherwise nothing that can be seen. */
static void check_privileged(const char *name, const u8 *code)
{
	struct probe probe = at(PROBE_KERNEL);

	check_end(name, &probe, code, PROBE_DONE);
	probe = at(PROBE_USER);
	check_refused(name, &probe, code);
}

static void check_own(void)
{
	struct probe probe = at(PROBE_KERNEL);

	check_undefined("MONITOR", execute_monitor);
	check_undefined("MWAIT", execute_mwait);
	check_refused("RDPMC", &probe, execute_rdpmc);
	probe = at(PROBE_KERNEL);
	probe.state.rax = HYPERCALL_PING;
	check_end("VMCALL", &probe, execute_vmcall, PROBE_DONE);
	check("VMCALL's result", probe.state.rax, 0);
	probe.state.rax = HYPERCALL_UNKNOWN;
	probe_run(&probe, execute_vmcall);
	check("VMCALL of an unknown number", probe.state.rax, ~0ull);
	probe = at(PROBE_USER);
	check_end("VMCALL at CPL 3", &probe, execute_vmcall,
		  VECTOR_INVALID_OPCODE);
}

/* Each type that exists; the descriptor's reserved bits; a type too many. */
static void check_invpcid(void)
{
	struct probe probe = at(PROBE_KERNEL);

	if ((cpuid(CPUID_EXTENDED_FEATURES, 0).ebx &
	     CPUID_EXTENDED_FEATURES_EBX_INVPCID) == 0) {
		check_undefined("INVPCID", execute_invpcid);
		return;
	}
	memory[0] = 0;
	memory[1] = (u64)(uintptr_t)memory;
	for (u64 type = 0; type < 4; type++) {
		probe.state.rax = type;
		check_end("INVPCID", &probe, execute_invpcid, PROBE_DONE);
	}
	probe.state.rax = 4;
	check_refused("INVPCID of type 4", &probe, execute_invpcid);
	probe = at(PROBE_KERNEL);
	memory[0] = BIT(12);
	check_refused("INVPCID, a reserved bit", &probe, execute_invpcid);
	probe = at(PROBE_KERNEL);
	memory[0] = 3;
	check_refused("INVPCID, a PCID without PCIDE", &probe, execute_invpcid);
	probe = at(PROBE_KERNEL);
	memory[0] = 0;
	memory[1] = NOT_CANONICAL;
	check_refused("INVPCID, not canonical", &probe, execute_invpcid);
	probe = at(PROBE_KERNEL);
	probe.state.rbx = NOT_CANONICAL;
	check_refused("INVPCID from nowhere", &probe, execute_invpcid);
	probe = at(PROBE_USER);
	check_refused("INVPCID at CPL 3", &probe, execute_invpcid);
}

/* CF says that there is a number; the other flags are 0. */
static void check_number(const char *name, const u8 *code, u64 offered)
{
	const u64 flags = RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF |
			  RFLAGS_SF | RFLAGS_OF;
	struct probe probe = {.state = {.rax = ~0ull, .rflags = flags}};

	if (offered == 0) {
		check_end(name, &probe, code, VECTOR_INVALID_OPCODE);
		return;
	}
	check_end(name, &probe, code, PROBE_DONE);
	check(name, probe.state.rflags & flags, RFLAGS_CF);
}

static void check_random(void)
{
	u64 rdrand = cpuid(CPUID_FEATURES, 0).ecx & BIT(30);
	struct probe probe = {.state.rax = ~0ull};

	check_number("RDRAND", execute_rdrand, rdrand);
	check_number("RDSEED", execute_rdseed,
		     cpuid(CPUID_EXTENDED_FEATURES, 0).ebx & BIT(18));
	if (rdrand != 0) {
		probe_run(&probe, execute_rdrand_16);
		check("RDRAND AX leaves the rest", probe.state.rax | 0xffff,
		      ~0ull);
		probe.state.rax = ~0ull;
		probe_run(&probe, execute_rdrand_32);
		check("RDRAND EAX clears the rest", probe.state.rax >> 32, 0);
	}
}

void check_instructions(void)
{
	struct probe probe = {.state = {.rax = ~0ull, .rdx = ~0ull}};

	probe_run(&probe, execute_rdtsc);
	check("RDTSC clears upper halves",
	      (probe.state.rax | probe.state.rdx) >> 32, 0);
	probe = at(PROBE_USER);
	check_end("RDTSC at CPL 3", &probe, execute_rdtsc, PROBE_DONE);
	check_end("PAUSE", &probe, execute_pause, PROBE_DONE);
	probe = at(PROBE_USER);
	check_refused("HLT at CPL 3", &probe, execute_hlt);
	check_privileged("INVD", execute_invd);
	check_privileged("WBINVD", execute_wbinvd);
	check_privileged("INVLPG", execute_invlpg);
	probe = at(PROBE_KERNEL);
	probe.state.rbx = NOT_CANONICAL;
	check_end("INVLPG, not canonical", &probe, execute_invlpg, PROBE_DONE);
	check_vmx();
	check_invpcid();
	check_random();
	if (check_under_h4()) {
		check_own();
	}
}
