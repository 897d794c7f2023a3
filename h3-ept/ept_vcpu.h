#pragma once
/*
 * A vCPU whose memory is its own: h2's vCPU with EPT, an identifier for its
 * cached translations, and bitmaps of what it may reach itself.
 */
#include "ept.h"
#include "intercept.h"
#include "vcpu.h"

struct ept_vcpu {
	struct vcpu vcpu;
	struct intercept intercept;
	const struct ept *ept;
	u64 ept_seen; /* the EPT's generation that this CPU has noticed */
	u16 vpid;     /* 0 where the CPU has no VPIDs */
};

/*
 * The controls that a guest under EPT needs of a CPU with these capabilities.
 * A later stage wishes for more.
 */
struct control_wishes ept_vcpu_wishes(const struct vmx_capabilities *caps);

/*
 * Fits them to the CPU. What is missing,
 * if anything, is EPT itself or the unrestricted guest: a start without
 * paging, which only that control allows.
 */
struct control_gap ept_vcpu_fit(const struct vmx_capabilities *caps,
				struct controls *controls);

/*
 * vcpu_init() for a guest that sees its memory through ept, which outlives it.
 * vpid: 1 .. 65535, unlike that of any other vCPU of this CPU; not used where
 * controls are without VPID. Errors, after which nothing is left behind: those
 * of intercept_init() and vcpu_init().
 */
struct error ept_vcpu_init(struct ept_vcpu *vcpu,
			   const struct vmx_capabilities *caps,
			   const struct controls *controls,
			   const struct ept *ept, u16 vpid);

/* INVEPT for the EPT's present generation. */
void ept_vcpu_invalidate(struct ept_vcpu *vcpu);

/*
 * vcpu_run(), after INVEPT if the EPT has changed in a way that the CPU may
 * not have noticed.
 */
static inline struct vcpu_exit ept_vcpu_run(struct ept_vcpu *vcpu)
{
	if (__builtin_expect(vcpu->ept_seen != vcpu->ept->generation, false)) {
		ept_vcpu_invalidate(vcpu);
	}
	return vcpu_run(&vcpu->vcpu);
}

/* Gives back what ept_vcpu_init() took. Error: VMCLEAR fails. */
struct error ept_vcpu_destroy(struct ept_vcpu *vcpu);
