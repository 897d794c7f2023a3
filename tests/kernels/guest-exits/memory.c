/*
 * Memory-mapped devices: each kind of instruction on an address where nobody
 * answers, so that it reads as ones and keeps nothing.
 */
#include "check.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "lib/string.h"
#include "memory/frames.h"
#include "memory/physical.h"

#define NOBODY	 0xf0000000 /* neither RAM nor a device's */
#define CROSSING 0x7e0000000000
#define PRESENT	 7ull
#define FLAGS \
	(RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF)

/* RBX: the device. RSI, RDI: memory. RAX: what it does, and its result. */
PROBE_CODE(load_8, "mov (%rbx), %al");
PROBE_CODE(load_high, "mov (%rbx), %ah");
PROBE_CODE(load_16, "mov (%rbx), %ax");
PROBE_CODE(load_32, "mov (%rbx), %eax");
PROBE_CODE(load_64, "mov (%rbx), %rax");
PROBE_CODE(store_8, "mov %al, (%rbx)\n\tmov (%rbx), %rax");
PROBE_CODE(store_immediate, "movq $1, 8(%rbx)\n\tmov 8(%rbx), %rax");
PROBE_CODE(zero_extend, "movzbl (%rbx), %eax");
PROBE_CODE(sign_extend, "movswq (%rbx), %rax");
PROBE_CODE(add, "add (%rbx), %rax");
PROBE_CODE(add_to, "add %eax, (%rbx)");
PROBE_CODE(compare, "cmpl $-1, (%rbx)");
PROBE_CODE(test_bits, "testb $0x80, (%rbx)");
PROBE_CODE(exchange, "xchg %rax, (%rbx)");
PROBE_CODE(compare_exchange, "lock cmpxchg %rcx, (%rbx)");
PROBE_CODE(bit_set, "lock btsl $3, (%rbx)");
PROBE_CODE(increment, "incq (%rbx)");
PROBE_CODE(negate, "negl (%rbx)");
PROBE_CODE(shift, "shlw $1, (%rbx)");
PROBE_CODE(condition, "cmp %rax, %rax\n\tsetz (%rbx)");
PROBE_CODE(move_if, "cmp %rax, %rax\n\tcmovnz (%rbx), %eax");
PROBE_CODE(push_it, "push (%rbx)\n\tpop %rax");
PROBE_CODE(pop_it, "push $5\n\tpop (%rbx)");
PROBE_CODE(move_string, "mov %rbx, %rsi\n\tmovsq");
PROBE_CODE(move_strings, "mov %rbx, %rsi\n\trep movsb");
PROBE_CODE(store_strings, "mov %rbx, %rdi\n\trep stosl");
PROBE_CODE(load_string, "mov %rbx, %rsi\n\tlodsw");
PROBE_CODE(scan_strings, "mov %rbx, %rdi\n\trepne scasb");
PROBE_CODE(indexed, "mov -8(%rbx,%rcx,4), %rax");
PROBE_CODE(relative, "mov probe_segment(%rip), %rax");
PROBE_CODE(load_compatibility, ".code32\n\tmov (%ebx), %eax");
PROBE_CODE(call_it, "jmp *%rbx");

static u64 memory[4];

static struct probe at(u64 rax)
{
	return (struct probe){.state = {.rbx = NOBODY,
					.rcx = 2,
					.rdi = (u64)(uintptr_t)memory,
					.rax = rax}};
}

/* What RAX is afterwards. */
static void check_rax(const char *name, const u8 *code, u64 rax, u64 expected)
{
	struct probe probe = at(rax);

	check_end(name, &probe, code, PROBE_DONE);
	check(name, probe.state.rax, expected);
}

/* What the flags are. */
static void check_flags(const char *name, const u8 *code, u64 rax, u64 expected)
{
	struct probe probe = at(rax);

	check_end(name, &probe, code, PROBE_DONE);
	check(name, probe.state.rflags & FLAGS, expected);
}

static void check_moves(void)
{
	const u64 rax = 0x1122334455667788;

	check_rax("device: MOV AL", load_8, rax, rax | 0xff);
	check_rax("device: MOV AH", load_high, rax, rax | 0xff00);
	check_rax("device: MOV AX", load_16, rax, rax | 0xffff);
	check_rax("device: MOV EAX", load_32, rax, 0xffffffff);
	check_rax("device: MOV RAX", load_64, rax, ~0ull);
	check_rax("device: MOV to it", store_8, 0, ~0ull);
	check_rax("device: MOV 1 to it", store_immediate, 0, ~0ull);
	check_rax("device: MOVZX", zero_extend, rax, 0xff);
	check_rax("device: MOVSX", sign_extend, 0, ~0ull);
	check_rax("device: XCHG", exchange, rax, ~0ull);
	check_rax("device: CMOV that does not", move_if, rax, (u32)rax);
	check_rax("device: PUSH", push_it, 0, ~0ull);
	check_rax("device: POP", pop_it, rax, rax);
	check_rax("device: MOV with an index", indexed, 0, ~0ull);
	check_rax("device: CMPXCHG", compare_exchange, 1, ~0ull);
}

static void check_arithmetic(void)
{
	check_rax("device: ADD", add, 5, 4);
	check_flags("device: ADD to it", add_to, 1,
		    RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF);
	check_flags("device: CMP", compare, 0, RFLAGS_PF | RFLAGS_ZF);
	check_flags("device: TEST", test_bits, 0, RFLAGS_SF);
	check_flags("device: CMPXCHG of ones", compare_exchange, ~0ull,
		    RFLAGS_PF | RFLAGS_ZF);
	check_flags("device: INC", increment, 0,
		    RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF);
	check_flags("device: NEG", negate, 0, RFLAGS_CF | RFLAGS_AF);
	check_flags("device: SETZ", condition, 0, RFLAGS_PF | RFLAGS_ZF);
	struct probe probe = at(0);

	check_end("device: BTS", &probe, bit_set, PROBE_DONE);
	check("device: BTS", probe.state.rflags & RFLAGS_CF, RFLAGS_CF);
	check_end("device: SHL", &probe, shift, PROBE_DONE);
	check("device: SHL", probe.state.rflags & RFLAGS_CF, RFLAGS_CF);
}

static void check_strings_on_it(void)
{
	struct probe probe = at(0x5555);

	memset(memory, 0, sizeof(memory));
	check_end("device: MOVSQ", &probe, move_string, PROBE_DONE);
	check("device: MOVSQ's quadword", memory[0], ~0ull);
	check("device: MOVSQ's RSI", probe.state.rsi, NOBODY + 8);
	probe = at(0);
	probe.state.rcx = 12;
	memset(memory, 0, sizeof(memory));
	check_end("device: REP MOVSB", &probe, move_strings, PROBE_DONE);
	check("device: REP MOVSB's bytes", memory[1], 0xffffffff);
	check("device: REP MOVSB's RCX", probe.state.rcx, 0);
	probe = at(0);
	probe.state.rcx = 3;
	check_end("device: REP STOSD", &probe, store_strings, PROBE_DONE);
	check("device: REP STOSD's RDI", probe.state.rdi, NOBODY + 12);
	check_rax("device: LODSW", load_string, 0, 0xffff);
	probe = at(0xff);
	probe.state.rcx = 5;
	check_end("device: REPNE SCASB", &probe, scan_strings, PROBE_DONE);
	check("device: REPNE SCASB's RCX", probe.state.rcx, 4);
}

/* From RAM into what is none, and a fault on the way to RAM. */
static void check_edges(void)
{
	hpa_t page = frames_alloc_zeroed(FRAME_ORDER_4K);
	struct probe probe = at(0);

	probe_map(CROSSING, page, PRESENT);
	probe_map(CROSSING + FRAME_SIZE, NOBODY, PRESENT);
	*(u32 *)phys_to_virt(page + FRAME_SIZE - 4) = 0x12345678;
	probe.state.rbx = CROSSING + FRAME_SIZE - 4;
	check_end("from RAM into a device: MOV", &probe, load_64, PROBE_DONE);
	check("from RAM into a device: RAX", probe.state.rax,
	      0xffffffff12345678);
	probe.state.rax = 0x1111111122222222;
	check_end("from RAM into a device: XCHG", &probe, exchange, PROBE_DONE);
	check("from RAM into a device: the RAM",
	      *(u32 *)phys_to_virt(page + FRAME_SIZE - 4), 0x22222222);
	probe = at(0);
	probe.state.rdi = CROSSING + 2 * FRAME_SIZE;
	check_end("device: MOVSQ to no page", &probe, move_string,
		  VECTOR_PAGE_FAULT);
	check("device: MOVSQ's CR2", probe.cr2, CROSSING + 2 * FRAME_SIZE);
	check("device: MOVSQ's error code", probe.state.error_code, 2);
	check("device: MOVSQ's RSI", probe.state.rsi, NOBODY);
	check("device: MOVSQ's RDI", probe.state.rdi,
	      CROSSING + 2 * FRAME_SIZE);
}

static void check_modes(void)
{
	struct probe probe = at(0);

	probe.mode = PROBE_USER;
	check_end("device: MOV at CPL 3", &probe, load_64, PROBE_DONE);
	check("device: MOV at CPL 3, RAX", probe.state.rax, ~0ull);
	probe = at(0);
	probe.mode = PROBE_COMPATIBILITY;
	check_end("device: MOV of 32-bit code", &probe, load_compatibility,
		  PROBE_DONE);
	check("device: MOV of 32-bit code, RAX", probe.state.rax, 0xffffffff);
	probe = at(0);
	probe.state.rflags = RFLAGS_TF;
	probe_run(&probe, load_64);
	check("device: a step over MOV", probe.steps, 1);
}

void check_memory(void)
{
	struct probe probe = at(0);

	check_moves();
	check_arithmetic();
	check_strings_on_it();
	check_edges();
	check_modes();
	check_end("device: code", &probe, call_it, VECTOR_INVALID_OPCODE);
	check("device: code, RIP", probe.state.rip, NOBODY);
}
