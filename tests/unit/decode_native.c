#define _GNU_SOURCE /* REG_RIP */
#include "decode_native.h"
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

#define SIGNAL_STACK_SIZE 65536u

u64 decode_native_registers[GENERAL_REGISTERS];
u64 decode_native_rflags;
const u8 *decode_native_code;
u64 decode_native_stack;

void decode_native_enter(void);
void decode_native_return(void);

/*
 * Neither MOV nor JMP changes a flag. The instruction may leave RSP anywhere,
 * so that nothing is pushed before it is ours again.
 */
__asm__(".text\n"
	".globl decode_native_enter\n"
	"decode_native_enter:\n"
	"	push %rbx\n"
	"	push %rbp\n"
	"	push %r12\n"
	"	push %r13\n"
	"	push %r14\n"
	"	push %r15\n"
	"	mov %rsp, decode_native_stack(%rip)\n"
	"	push decode_native_rflags(%rip)\n"
	"	popf\n"
	"	mov decode_native_registers+0(%rip), %rax\n"
	"	mov decode_native_registers+8(%rip), %rcx\n"
	"	mov decode_native_registers+16(%rip), %rdx\n"
	"	mov decode_native_registers+24(%rip), %rbx\n"
	"	mov decode_native_registers+32(%rip), %rsp\n"
	"	mov decode_native_registers+40(%rip), %rbp\n"
	"	mov decode_native_registers+48(%rip), %rsi\n"
	"	mov decode_native_registers+56(%rip), %rdi\n"
	"	mov decode_native_registers+64(%rip), %r8\n"
	"	mov decode_native_registers+72(%rip), %r9\n"
	"	mov decode_native_registers+80(%rip), %r10\n"
	"	mov decode_native_registers+88(%rip), %r11\n"
	"	mov decode_native_registers+96(%rip), %r12\n"
	"	mov decode_native_registers+104(%rip), %r13\n"
	"	mov decode_native_registers+112(%rip), %r14\n"
	"	mov decode_native_registers+120(%rip), %r15\n"
	"	jmp *decode_native_code(%rip)\n"
	".globl decode_native_return\n"
	"decode_native_return:\n"
	"	mov %rax, decode_native_registers+0(%rip)\n"
	"	mov %rcx, decode_native_registers+8(%rip)\n"
	"	mov %rdx, decode_native_registers+16(%rip)\n"
	"	mov %rbx, decode_native_registers+24(%rip)\n"
	"	mov %rsp, decode_native_registers+32(%rip)\n"
	"	mov %rbp, decode_native_registers+40(%rip)\n"
	"	mov %rsi, decode_native_registers+48(%rip)\n"
	"	mov %rdi, decode_native_registers+56(%rip)\n"
	"	mov %r8, decode_native_registers+64(%rip)\n"
	"	mov %r9, decode_native_registers+72(%rip)\n"
	"	mov %r10, decode_native_registers+80(%rip)\n"
	"	mov %r11, decode_native_registers+88(%rip)\n"
	"	mov %r12, decode_native_registers+96(%rip)\n"
	"	mov %r13, decode_native_registers+104(%rip)\n"
	"	mov %r14, decode_native_registers+112(%rip)\n"
	"	mov %r15, decode_native_registers+120(%rip)\n"
	"	mov decode_native_stack(%rip), %rsp\n"
	"	pushf\n"
	"	pop decode_native_rflags(%rip)\n"
	"	cld\n"
	"	pop %r15\n"
	"	pop %r14\n"
	"	pop %r13\n"
	"	pop %r12\n"
	"	pop %rbp\n"
	"	pop %rbx\n"
	"	ret\n");

static volatile sig_atomic_t raised;

static void leave_instruction(int signal, siginfo_t *info, void *context)
{
	ucontext_t *interrupted = context;

	(void)info;
	raised = signal;
	interrupted->uc_mcontext.gregs[REG_RIP] =
		(greg_t)(uintptr_t)decode_native_return;
}

/* Its own stack: RSP may be anything when the signal comes. */
void decode_native_begin(void)
{
	static const int signals[] = {SIGILL, SIGSEGV, SIGBUS, SIGFPE};
	static u8 memory[SIGNAL_STACK_SIZE];
	const stack_t stack = {.ss_sp = memory, .ss_size = sizeof(memory)};
	const struct sigaction action = {.sa_sigaction = leave_instruction,
					 .sa_flags = SA_ONSTACK | SA_SIGINFO};

	sigaltstack(&stack, NULL);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		sigaction(signals[i], &action, NULL);
	}
}

int decode_native_run(u8 *code, const u8 *instruction, size_t length)
{
	/* jmp [rip+0], and the address. */
	static const u8 jump[6] = {0xff, 0x25};
	u64 back = (u64)(uintptr_t)decode_native_return;

	memcpy(code, instruction, length);
	memcpy(code + length, jump, sizeof(jump));
	memcpy(code + length + sizeof(jump), &back, sizeof(back));
	decode_native_code = code;
	raised = 0;
	decode_native_enter();
	return raised;
}
