#include "events/double_fault.h"
#include "cpu/traps.h"
#include "guest_events.h"

enum exception_class { BENIGN, CONTRIBUTORY, PAGE_FAULT, DOUBLE_FAULT };

static enum exception_class class_of(u8 vector)
{
	switch (vector) {
	case VECTOR_DIVIDE_ERROR:
	case VECTOR_INVALID_TSS:
	case VECTOR_SEGMENT_NOT_PRESENT:
	case VECTOR_STACK_FAULT:
	case VECTOR_GENERAL_PROTECTION:
	case VECTOR_CONTROL_PROTECTION:
		return CONTRIBUTORY;
	case VECTOR_PAGE_FAULT:
	case VECTOR_VIRTUALIZATION:
		return PAGE_FAULT;
	case VECTOR_DOUBLE_FAULT:
		return DOUBLE_FAULT;
	default:
		return BENIGN;
	}
}

enum second_event double_fault_rule(u32 first, u8 vector)
{
	enum exception_class second = class_of(vector);

	if ((first & EVENT_VALID) == 0 ||
	    EVENT_TYPE_FIELD(first) != EVENT_HARDWARE_EXCEPTION) {
		return SECOND_ALONE;
	}
	switch (class_of((u8)EVENT_VECTOR(first))) {
	case CONTRIBUTORY:
		return second == CONTRIBUTORY ? SECOND_DOUBLE_FAULT
					      : SECOND_ALONE;
	case PAGE_FAULT:
		return second == CONTRIBUTORY || second == PAGE_FAULT
			       ? SECOND_DOUBLE_FAULT
			       : SECOND_ALONE;
	case DOUBLE_FAULT:
		return second == CONTRIBUTORY || second == PAGE_FAULT
			       ? SECOND_SHUTDOWN
			       : SECOND_ALONE;
	case BENIGN:
		break;
	}
	return SECOND_ALONE;
}
