#include "ept_vcpu.h"
#include "cpu/panic.h"
#include "invept.h"
#include "vmcs.h"

/*
 * A guest that waits by MWAIT would wait for ever, as it gets no interrupts.
 * CR8 is the host's: it holds back the host's interrupts. CR3 is the guest's;
 * the first CPUs with VT-x could not leave it to the guest.
 * The guest's EFER, PAT and DR7 are its own, so they are switched at every
 * entry and exit. RDTSCP and INVPCID are #UD in a guest without their controls.
 */
static const struct control_wishes wishes = {
	.pin = {.required = PIN_EXTERNAL_INTERRUPT_EXITING | PIN_NMI_EXITING},
	.primary = {.required =
			    PRIMARY_HLT_EXITING | PRIMARY_MWAIT_EXITING |
			    PRIMARY_MONITOR_EXITING | PRIMARY_CR8_LOAD_EXITING |
			    PRIMARY_CR8_STORE_EXITING | PRIMARY_USE_IO_BITMAPS |
			    PRIMARY_USE_MSR_BITMAPS,
		    .forbidden = PRIMARY_CR3_LOAD_EXITING |
				 PRIMARY_CR3_STORE_EXITING},
	.secondary = {.required = SECONDARY_ENABLE_EPT |
				  SECONDARY_UNRESTRICTED_GUEST,
		      .optional = SECONDARY_ENABLE_VPID |
				  SECONDARY_ENABLE_RDTSCP |
				  SECONDARY_ENABLE_INVPCID},
	.exit = {.required = EXIT_HOST_ADDRESS_SPACE_SIZE |
			     EXIT_SAVE_DEBUG_CONTROLS | EXIT_SAVE_IA32_PAT |
			     EXIT_LOAD_IA32_PAT | EXIT_SAVE_IA32_EFER |
			     EXIT_LOAD_IA32_EFER},
	.entry = {.required = ENTRY_LOAD_DEBUG_CONTROLS | ENTRY_LOAD_IA32_PAT |
			      ENTRY_LOAD_IA32_EFER},
};

/* VPIDs are of use only with INVVPID, to start each of them afresh. */
static bool vpid_is_usable(u64 ept_vpid_cap)
{
	return (ept_vpid_cap & INVVPID_CAP) != 0 &&
	       (ept_vpid_cap & (INVVPID_CAP_SINGLE | INVVPID_CAP_ALL)) != 0;
}

struct control_wishes ept_vcpu_wishes(const struct vmx_capabilities *caps)
{
	struct control_wishes usable = wishes;

	if (!vpid_is_usable(caps->ept_vpid)) {
		usable.secondary.optional &= ~(u32)SECONDARY_ENABLE_VPID;
	}
	return usable;
}

struct control_gap ept_vcpu_fit(const struct vmx_capabilities *caps,
				struct controls *controls)
{
	struct control_wishes usable = ept_vcpu_wishes(caps);

	return controls_fit(caps, &usable, controls);
}

static void set_up_vpid(struct ept_vcpu *vcpu, u64 ept_vpid_cap, u16 vpid)
{
	u32 secondary = vcpu->vcpu.controls.secondary;

	if ((secondary & SECONDARY_ENABLE_VPID) == 0) {
		return;
	}
	vcpu->vpid = vpid;
	vmcs_write(VIRTUAL_PROCESSOR_ID, vpid);
	if (invvpid_context(ept_vpid_cap, vpid) != VM_SUCCEED) {
		panic("INVVPID failed, VPID %u", vpid);
	}
}

struct error ept_vcpu_init(struct ept_vcpu *vcpu,
			   const struct vmx_capabilities *caps,
			   const struct controls *controls,
			   const struct ept *ept, u16 vpid)
{
	struct error error = intercept_init(&vcpu->intercept);

	vcpu->ept = ept;
	vcpu->ept_seen = 0;
	vcpu->vpid = 0;
	if (failed(error)) {
		return error;
	}
	error = vcpu_init(&vcpu->vcpu, caps, controls);
	if (failed(error)) {
		intercept_destroy(&vcpu->intercept);
		return error;
	}
	intercept_write(&vcpu->intercept);
	vmcs_write(EPT_POINTER, ept_pointer(ept));
	set_up_vpid(vcpu, caps->ept_vpid, vpid);
	return SUCCESS;
}

/* An invalidation of a type that the CPU offers fails only by a mistake. */
void ept_vcpu_invalidate(struct ept_vcpu *vcpu)
{
	if (invept_if_stale(vcpu->ept, &vcpu->ept_seen) != VM_SUCCEED) {
		panic("INVEPT failed, EPT pointer %#lx",
		      ept_pointer(vcpu->ept));
	}
}

struct error ept_vcpu_destroy(struct ept_vcpu *vcpu)
{
	struct error error = vcpu_destroy(&vcpu->vcpu);

	if (!failed(error)) {
		intercept_destroy(&vcpu->intercept);
	}
	return error;
}
