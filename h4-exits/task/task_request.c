#include "task/task_request.h"

#define QUALIFICATION_SOURCE_SHIFT 30

/* SDM: "Information for VM Exits That Occur During Event Delivery". */
#define INFO_TYPE(info)	    ((info) >> 8 & 7)
#define INFO_HAS_ERROR_CODE BIT(11)
#define INFO_VALID	    BIT(31)

enum event_type {
	EVENT_SOFTWARE_INTERRUPT = 4,		 /* INT n */
	EVENT_PRIVILEGED_SOFTWARE_EXCEPTION = 5, /* INT1 */
	EVENT_SOFTWARE_EXCEPTION = 6,		 /* INT3, INTO */
};

struct task_request task_request_decode(u64 qualification,
					u32 idt_vectoring_info,
					u32 idt_vectoring_error_code,
					u32 instruction_length)
{
	struct task_request request = {
		.selector = (u16)qualification,
		.source = (enum task_source)(
			qualification >> QUALIFICATION_SOURCE_SHIFT & 3),
		.instruction_length = (u8)instruction_length,
	};
	unsigned int type = INFO_TYPE(idt_vectoring_info);

	if (request.source != TASK_BY_GATE ||
	    (idt_vectoring_info & INFO_VALID) == 0) {
		return request;
	}
	request.external = type != EVENT_SOFTWARE_INTERRUPT &&
			   type != EVENT_SOFTWARE_EXCEPTION;
	if (request.external && type != EVENT_PRIVILEGED_SOFTWARE_EXCEPTION) {
		request.instruction_length = 0;
	}
	if ((idt_vectoring_info & INFO_HAS_ERROR_CODE) != 0) {
		request.has_error_code = true;
		request.error_code = idt_vectoring_error_code;
	}
	return request;
}
