#pragma once
/*
 * The exception that an access of the guest's raises, found by software.
 */
#include "lib/types.h"

struct guest_fault {
	u8 vector;
	bool has_error_code;
	u32 error_code;
	u64 address; /* for a page fault: CR2 */
};
