#pragma once
/*
 * What an exit handler wants to be done next.
 *
 * A handler never enters the guest, nor ends it: it answers. An answer fits
 * into a register.
 */
#include "cpu/traps.h"
#include "exits/stop_reason.h"
#include "lib/types.h"

enum answer_kind {
	ANSWER_DONE,   /* the instruction has been executed: go on behind it */
	ANSWER_RESUME, /* go on where the guest is */
	ANSWER_INJECT, /* the instruction raises an exception */
	ANSWER_WAIT,   /* executed, and nothing more until an interrupt comes */
	ANSWER_STOP,   /* the guest ends, for this reason */
};

struct answer {
	u8 kind; /* enum answer_kind */
	u8 vector;
	bool has_error_code;
	u8 stop; /* ANSWER_STOP: enum stop_reason */
	u32 error_code;
};

static inline struct answer answer_done(void)
{
	return (struct answer){.kind = ANSWER_DONE};
}

static inline struct answer answer_resume(void)
{
	return (struct answer){.kind = ANSWER_RESUME};
}

static inline struct answer answer_wait(void)
{
	return (struct answer){.kind = ANSWER_WAIT};
}

static inline struct answer answer_stop(enum stop_reason reason)
{
	return (struct answer){.kind = ANSWER_STOP, .stop = (u8)reason};
}

/* An exception without error code: VECTOR_INVALID_OPCODE, say. */
static inline struct answer answer_exception(u8 vector)
{
	return (struct answer){.kind = ANSWER_INJECT, .vector = vector};
}

static inline struct answer answer_exception_with(u8 vector, u32 error_code)
{
	return (struct answer){
		.kind = ANSWER_INJECT,
		.vector = vector,
		.has_error_code = true,
		.error_code = error_code,
	};
}

/* #GP(0), the answer to most of what a guest may not do. */
static inline struct answer answer_general_protection(void)
{
	return answer_exception_with(VECTOR_GENERAL_PROTECTION, 0);
}
