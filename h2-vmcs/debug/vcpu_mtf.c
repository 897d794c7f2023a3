#include "debug/vcpu_mtf.h"
#include "guest_state.h"
#include "vmcs.h"

/* An interrupt may end the trial, and so may those that follow it. */
#define TRIES_MAX 16

#define NOP_LENGTH 1

static const struct control_wishes wishes = {
	.pin = {.required = PIN_EXTERNAL_INTERRUPT_EXITING | PIN_NMI_EXITING},
	.primary = {.required = PRIMARY_MONITOR_TRAP_FLAG},
	.exit = {.required = EXIT_HOST_ADDRESS_SPACE_SIZE,
		 .optional = EXIT_SAVE_IA32_PAT | EXIT_LOAD_IA32_PAT |
			     EXIT_SAVE_IA32_EFER | EXIT_LOAD_IA32_EFER},
	.entry = {.required = ENTRY_IA32E_MODE_GUEST,
		  .optional = ENTRY_LOAD_IA32_PAT | ENTRY_LOAD_IA32_EFER},
};

/* The guest of the trial: VMCALL exits if nothing else does. */
__attribute__((naked)) static void trial_code(void)
{
	asm("nop; nop; vmcall");
}

static bool exits_after_one(struct vcpu *trial)
{
	for (int i = 0; i < TRIES_MAX; i++) {
		struct vcpu_exit exit;

		gdb_stub_guest_enters();
		exit = vcpu_run_directly(trial);
		gdb_stub_guest_left();
		if (!vcpu_entered(exit)) {
			return false;
		}
		if (vcpu_basic_reason(exit) != EXIT_EXTERNAL_INTERRUPT) {
			return vcpu_basic_reason(exit) ==
				       EXIT_MONITOR_TRAP_FLAG &&
			       vmcs_read(GUEST_RIP) ==
				       (u64)(uintptr_t)trial_code + NOP_LENGTH;
		}
	}
	return false;
}

bool vcpu_mtf_works(const struct vcpu_debug *debug)
{
	struct controls controls;
	struct vcpu trial;
	bool works;

	if (controls_gap(controls_fit(debug->caps, &wishes, &controls)) ||
	    failed(vcpu_init(&trial, debug->caps, &controls))) {
		return false;
	}
	guest_state_write_own(&controls, (u64)(uintptr_t)trial_code, 0);
	works = exits_after_one(&trial);
	return !failed(vcpu_destroy(&trial)) &&
	       vmcs_load(debug->vcpu->vmcs) == VM_SUCCEED && works;
}
