#include "vmx_instruction_error.h"

const char *vmx_instruction_error_name(u64 number)
{
	switch (number) {
#define ERROR_CASE(number, NAME, description) \
	case number:                          \
		return description;
		VMX_INSTRUCTION_ERRORS(ERROR_CASE)
#undef ERROR_CASE
	default:
		return "reserved VM-instruction error number";
	}
}
