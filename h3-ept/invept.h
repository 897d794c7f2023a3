#pragma once
/*
 * INVEPT and INVVPID: making a CPU forget translations that it has cached.
 *
 * SDM: "Invalidating Cached Translation Information", and the instructions in
 * the chapter "VMX Instruction Reference". To be executed in VMX root
 * operation; each speaks for the CPU that it runs on, and for no other.
 */
#include "ept.h"
#include "vmx_outcome.h"

enum invept_type {
	INVEPT_SINGLE_CONTEXT = 1, /* one EPTP's translations */
	INVEPT_ALL_CONTEXT = 2,
};

enum invvpid_type {
	INVVPID_INDIVIDUAL_ADDRESS = 0,
	INVVPID_SINGLE_CONTEXT = 1, /* one VPID's translations */
	INVVPID_ALL_CONTEXT = 2,    /* of every VPID but 0 */
	INVVPID_SINGLE_CONTEXT_RETAINING_GLOBALS = 3,
};

/* IA32_VMX_EPT_VPID_CAP. SDM: "VPID and EPT Capabilities". */
#define INVVPID_CAP	   BIT(32)
#define INVVPID_CAP_SINGLE BIT(41)
#define INVVPID_CAP_ALL	   BIT(42)

/* The instruction. eptp is ignored by INVEPT_ALL_CONTEXT. */
static inline enum vmx_outcome invept(enum invept_type type, u64 eptp)
{
	struct {
		u64 eptp, reserved;
	} descriptor = {eptp, 0};
	int carry, zero;

	asm volatile("invept %2, %3"
		     : "=@ccc"(carry), "=@ccz"(zero)
		     : "m"(descriptor), "r"((u64)type)
		     : "memory");
	return vmx_outcome_from_flags(carry, zero);
}

/* The instruction. linear is looked at by INVVPID_INDIVIDUAL_ADDRESS alone. */
static inline enum vmx_outcome invvpid(enum invvpid_type type, u16 vpid,
				       u64 linear)
{
	struct {
		u64 vpid, linear; /* the VPID's bits 63:16 must be 0 */
	} descriptor = {vpid, linear};
	int carry, zero;

	asm volatile("invvpid %2, %3"
		     : "=@ccc"(carry), "=@ccz"(zero)
		     : "m"(descriptor), "r"((u64)type)
		     : "memory");
	return vmx_outcome_from_flags(carry, zero);
}

/*
 * To be called before a CPU enters a guest that uses the EPT: drops the CPU's
 * cached translations of it if they may be older than its last change. seen:
 * the generation that this CPU saw last of this EPT, 0 at first; updated.
 */
static inline enum vmx_outcome invept_if_stale(const struct ept *ept, u64 *seen)
{
	u64 generation = ept->generation;
	enum vmx_outcome outcome;

	if (*seen == generation) {
		return VM_SUCCEED;
	}
	outcome = invept(ept->capabilities & EPT_CAP_INVEPT_SINGLE
				 ? INVEPT_SINGLE_CONTEXT
				 : INVEPT_ALL_CONTEXT,
			 ept_pointer(ept));
	if (outcome == VM_SUCCEED) {
		*seen = generation;
	}
	return outcome;
}

/*
 * To be called before a VPID (not 0) that another guest had is used anew.
 * ept_vpid_cap must offer INVVPID_CAP with one of INVVPID_CAP_SINGLE and
 * INVVPID_CAP_ALL.
 */
static inline enum vmx_outcome invvpid_context(u64 ept_vpid_cap, u16 vpid)
{
	return invvpid(ept_vpid_cap & INVVPID_CAP_SINGLE
			       ? INVVPID_SINGLE_CONTEXT
			       : INVVPID_ALL_CONTEXT,
		       vpid, 0);
}
