#pragma once
/*
 * The hypercalls of channels, from the guest's side. Their meaning, and that
 * of the codes, is told in abi/channel_abi.h.
 */
#include "abi/channel_abi.h"
#include "lib/types.h"

/* The registers of a call: arguments before it, results after. */
struct guest_channel_call {
	u64 rax;
	u64 rbx;
	u64 rcx;
	u64 rdx;
	u64 rsi;
};

/* Calls the hypervisor; the code that comes back. */
static inline s64 guest_channel_call(struct guest_channel_call *call)
{
	asm volatile("vmcall"
		     : "+a"(call->rax), "+b"(call->rbx), "+c"(call->rcx),
		       "+d"(call->rdx), "+S"(call->rsi)
		     :
		     : "memory");
	return (s64)call->rax;
}

/* A code's name; "no code" for another number. */
const char *guest_channel_code(s64 code);
