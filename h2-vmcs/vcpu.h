#pragma once
/*
 * A virtual CPU: its VMCS, and the registers that the VMCS does not hold.
 *
 * vcpu_run() enters the guest and returns as soon as there is an exit to look
 * at. What to do about the exit is the caller's matter.
 */
#include "access_rights.h"
#include "controls.h"
#include "cpu/registers.h"
#include "exit_reason.h"
#include "vcpu_entry.h"
#include "vmcs.h"
#include "vmx_capabilities.h"

/* How an entry ended. */
struct vcpu_exit {
	enum vmx_outcome outcome; /* of VMLAUNCH or VMRESUME */
	/*
	 * The exit-reason field; EXIT_REASON_ENTRY_FAILED without VM_SUCCEED.
	 * As wide as VMREAD gives it: it travels in a register of its own.
	 */
	u64 reason;
};

/*
 * Did the guest run? False for a VMLAUNCH or VMRESUME that failed, and for an
 * exit reason with bit 31: an entry that failed while it loaded guest state.
 */
static inline bool vcpu_entered(struct vcpu_exit exit)
{
	return (exit.reason & EXIT_REASON_ENTRY_FAILED) == 0;
}

struct vcpu {
	union {
		struct vcpu_frame frame;
		union vcpu_registers registers; /* the frame's */
	};
	struct controls controls;
	hpa_t vmcs;
	bool launched; /* the launch state of the VMCS: VMRESUME, no VMLAUNCH */
	/* A debugger around vcpu_run_directly(); NULL: there is none. */
	struct vcpu_exit (*run)(struct vcpu *vcpu);
	struct vcpu_debug *debug; /* that debugger's, see debug/vcpu_debug.h */
};

/*
 * Gives vcpu a VMCS, makes it current on the running CPU (in VMX operation)
 * and writes the controls and the host state to it; every other field is 0
 * but the VMCS link pointer, which says that there is none. The guest's
 * registers are 0. A machine check exits. Errors, after which nothing is left
 * behind: no free frame, VMCLEAR or VMPTRLD fails.
 */
struct error vcpu_init(struct vcpu *vcpu, const struct vmx_capabilities *caps,
		       const struct controls *controls);

/* An entry and its exit. launched: vcpu->launched. */
INLINED struct vcpu_exit vcpu_run_once(struct vcpu *vcpu, bool launched)
{
	struct vcpu_exit exit = {
		.outcome = vcpu_enter(&vcpu->frame, launched),
		.reason = EXIT_REASON_ENTRY_FAILED,
	};

	if (__builtin_expect(exit.outcome == VM_SUCCEED, true)) {
		exit.reason = vmcs_read(VM_EXIT_REASON);
	}
	return exit;
}

/*
 * vcpu_run() without a debugger. A failed entry leaves the launch state as it
 * was.
 */
static inline struct vcpu_exit vcpu_run_directly(struct vcpu *vcpu)
{
	struct vcpu_exit exit = vcpu_run_once(vcpu, vcpu->launched);

	if (vcpu_entered(exit)) {
		vcpu->launched = true;
	}
	return exit;
}

/*
 * Enters the guest of the current VMCS, which is vcpu's, and returns after
 * its next exit, or at once if the entry fails: see vcpu_entered().
 * SDM: chapters "VM Entries" and "VM Exits".
 */
static inline struct vcpu_exit vcpu_run(struct vcpu *vcpu)
{
	if (__builtin_expect(vcpu->run != NULL, false)) {
		return vcpu->run(vcpu);
	}
	return vcpu_run_directly(vcpu);
}

/* Clears the VMCS on the running CPU and frees it. Error: VMCLEAR fails. */
struct error vcpu_destroy(struct vcpu *vcpu);

static inline enum exit_reason vcpu_basic_reason(struct vcpu_exit exit)
{
	return (enum exit_reason)(exit.reason & EXIT_REASON_BASIC);
}

/* A general register of the guest by its number, 0 .. 15. */
static inline u64 vcpu_register(const struct vcpu *vcpu, unsigned int number)
{
	return number == VCPU_RSP ? vmcs_read(GUEST_RSP)
				  : vcpu->registers.by_number[number];
}

static inline void vcpu_register_set(struct vcpu *vcpu, unsigned int number,
				     u64 value)
{
	if (number == VCPU_RSP) {
		vmcs_write(GUEST_RSP, value);
	} else {
		vcpu->registers.by_number[number] = value;
	}
}

/* Is the guest in 64-bit mode: IA-32e mode, and CS.L is 1? */
static inline bool vcpu_in_64_bit_mode(void)
{
	return (vmcs_read(GUEST_CS_ACCESS_RIGHTS) & ACCESS_RIGHTS_L) != 0 &&
	       (vmcs_read(VM_ENTRY_CONTROLS) & ENTRY_IA32E_MODE_GUEST) != 0;
}

/* The parts of vcpu_skip_bytes() that are seldom needed. */
u64 vcpu_wrap_rip(u64 rip);
void vcpu_end_blocking(void);
void vcpu_finish_flags(u64 rflags);

/*
 * An instruction has been executed on the guest's behalf, which began with
 * these RFLAGS: the next one is at rip, and what lasts for one instruction
 * ends. Writes only what changes. SDM: "Guest Non-Register State".
 */
INLINED void vcpu_go_on_at(u64 rip, u64 rflags)
{
	vmcs_write(GUEST_RIP, rip);
	if (vmcs_read(GUEST_INTERRUPTIBILITY_STATE) != 0) {
		vcpu_end_blocking();
	}
	if (__builtin_expect((rflags & (RFLAGS_RF | RFLAGS_TF)) != 0, false)) {
		vcpu_finish_flags(rflags);
	}
}

/* The same for an instruction of this many bytes. */
INLINED void vcpu_skip_bytes(u64 length)
{
	u64 rip = vmcs_read(GUEST_RIP) + length;
	u64 rflags = vmcs_read(GUEST_RFLAGS);

	if (__builtin_expect(rip > UINT32_MAX, false)) {
		rip = vcpu_wrap_rip(rip);
	}
	vcpu_go_on_at(rip, rflags);
}

/*
 * The same for the instruction that caused the exit. For exits after which the
 * manual calls the VM-exit instruction length valid: those caused by the
 * execution of an instruction.
 */
INLINED void vcpu_skip_instruction(void)
{
	vcpu_skip_bytes(vmcs_read(VM_EXIT_INSTRUCTION_LENGTH));
}

/*
 * VM entry wants a guest that single-steps, and is in the shadow of STI or MOV
 * SS, to have its debug exception pending. SDM: "Checks on Guest Non-Register
 * State".
 */
void vcpu_keep_step_pending(void);

/* After an iteration of a repeated instruction that is not the last one. */
void vcpu_finish_iteration(void);
