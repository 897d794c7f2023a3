#pragma once
/*
 * The exception that an access of the guest's raises, found by software.
 *
 * SDM: "Exception and Interrupt Reference" for vectors and error codes.
 */
#include "lib/types.h"

enum guest_vector {
	VECTOR_DB = 1,	/* debug */
	VECTOR_UD = 6,	/* invalid opcode */
	VECTOR_TS = 10, /* invalid TSS */
	VECTOR_NP = 11, /* segment not present */
	VECTOR_SS = 12, /* stack-segment fault */
	VECTOR_GP = 13, /* general protection */
	VECTOR_PF = 14, /* page fault */
	VECTOR_MC = 18, /* machine check */
};

struct guest_fault {
	u8 vector;
	bool has_error_code;
	u32 error_code;
	u64 address; /* for a page fault: CR2 */
};

/* A fault whose error code is 0 or a selector. */
static inline struct guest_fault guest_fault(enum guest_vector vector,
					     u32 error_code)
{
	return (struct guest_fault){
		.vector = (u8)vector,
		.has_error_code = true,
		.error_code = error_code,
	};
}
