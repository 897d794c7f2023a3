#include "exit_print.h"
#include "lib/printk.h"
#include "vmcs.h"

void exit_print(struct vcpu_exit exit)
{
	u32 basic = exit.reason & EXIT_REASON_BASIC;

	printk("VM exit occurred\n");
	printk("VM Exit - Reason: 0x%lx (%u) %s\n", exit.reason, basic,
	       exit_reason_name(basic));
	printk("  Exit qualification: 0x%lx\n", vmcs_read(EXIT_QUALIFICATION));
	printk("  Guest RIP: 0x%lx\n", vmcs_read(GUEST_RIP));
}

static void print_segment(const char *name, enum vmcs_field selector,
			  enum vmcs_field base, enum vmcs_field limit,
			  enum vmcs_field access_rights)
{
	printk("  %-4s %04lx  base %016lx  limit %08lx  access rights %05lx\n",
	       name, vmcs_read(selector), vmcs_read(base), vmcs_read(limit),
	       vmcs_read(access_rights));
}

#define PRINT_SEGMENT(NAME)                                                \
	print_segment(#NAME, GUEST_##NAME##_SELECTOR, GUEST_##NAME##_BASE, \
		      GUEST_##NAME##_LIMIT, GUEST_##NAME##_ACCESS_RIGHTS)

static void print_registers(const union vcpu_registers *r)
{
	printk("  RAX %016lx  RBX %016lx  RCX %016lx\n", r->rax, r->rbx,
	       r->rcx);
	printk("  RDX %016lx  RSI %016lx  RDI %016lx\n", r->rdx, r->rsi,
	       r->rdi);
	printk("  RBP %016lx  R8  %016lx  R9  %016lx\n", r->rbp, r->r8, r->r9);
	printk("  R10 %016lx  R11 %016lx  R12 %016lx\n", r->r10, r->r11,
	       r->r12);
	printk("  R13 %016lx  R14 %016lx  R15 %016lx\n", r->r13, r->r14,
	       r->r15);
}

void exit_print_guest(const struct vcpu *vcpu)
{
	printk("Guest state:\n");
	printk("  RIP %016lx  RSP %016lx  RFLAGS %08lx\n", vmcs_read(GUEST_RIP),
	       vmcs_read(GUEST_RSP), vmcs_read(GUEST_RFLAGS));
	print_registers(&vcpu->registers);
	printk("  CR0 %016lx  CR3 %016lx  CR4 %016lx\n", vmcs_read(GUEST_CR0),
	       vmcs_read(GUEST_CR3), vmcs_read(GUEST_CR4));
	if ((vcpu->controls.exit & EXIT_SAVE_IA32_EFER) != 0) {
		printk("  EFER %#lx\n", vmcs_read(GUEST_IA32_EFER));
	}
	PRINT_SEGMENT(CS);
	PRINT_SEGMENT(SS);
	PRINT_SEGMENT(DS);
	PRINT_SEGMENT(ES);
	PRINT_SEGMENT(FS);
	PRINT_SEGMENT(GS);
	PRINT_SEGMENT(LDTR);
	PRINT_SEGMENT(TR);
	printk("  GDTR base %016lx  limit %04lx\n", vmcs_read(GUEST_GDTR_BASE),
	       vmcs_read(GUEST_GDTR_LIMIT));
	printk("  IDTR base %016lx  limit %04lx\n", vmcs_read(GUEST_IDTR_BASE),
	       vmcs_read(GUEST_IDTR_LIMIT));
	printk("  Interruptibility state %#lx  activity state %#lx\n",
	       vmcs_read(GUEST_INTERRUPTIBILITY_STATE),
	       vmcs_read(GUEST_ACTIVITY_STATE));
}
