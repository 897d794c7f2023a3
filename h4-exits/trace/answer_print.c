#include "trace/answer_print.h"
#include "lib/printk.h"

static const char *const mnemonics[TRAP_EXCEPTIONS] = {
	[VECTOR_DIVIDE_ERROR] = "#DE",
	[VECTOR_DEBUG] = "#DB",
	[VECTOR_NMI] = "NMI",
	[VECTOR_BREAKPOINT] = "#BP",
	[VECTOR_INVALID_OPCODE] = "#UD",
	[VECTOR_DOUBLE_FAULT] = "#DF",
	[VECTOR_INVALID_TSS] = "#TS",
	[VECTOR_SEGMENT_NOT_PRESENT] = "#NP",
	[VECTOR_STACK_FAULT] = "#SS",
	[VECTOR_GENERAL_PROTECTION] = "#GP",
	[VECTOR_PAGE_FAULT] = "#PF",
	[VECTOR_X87] = "#MF",
	[VECTOR_ALIGNMENT_CHECK] = "#AC",
	[VECTOR_MACHINE_CHECK] = "#MC",
	[VECTOR_SIMD] = "#XM",
	[VECTOR_VIRTUALIZATION] = "#VE",
	[VECTOR_CONTROL_PROTECTION] = "#CP",
};

static void describe_exception(struct answer answer, char *text, size_t size)
{
	char vector[16];
	const char *name = vector;

	if (answer.vector < TRAP_EXCEPTIONS &&
	    mnemonics[answer.vector] != NULL) {
		name = mnemonics[answer.vector];
	} else {
		format(vector, sizeof(vector), "vector %u", answer.vector);
	}
	if (answer.has_error_code) {
		format(text, size, "inject %s(%#x)", name, answer.error_code);
	} else {
		format(text, size, "inject %s", name);
	}
}

void answer_describe(struct answer answer, char *text, size_t size)
{
	switch ((enum answer_kind)answer.kind) {
	case ANSWER_DONE:
		format(text, size, "done");
		break;
	case ANSWER_RESUME:
		format(text, size, "resume");
		break;
	case ANSWER_INJECT:
		describe_exception(answer, text, size);
		break;
	case ANSWER_WAIT:
		format(text, size, "wait");
		break;
	case ANSWER_STOP:
		format(text, size, "stop: %s",
		       stop_reason_text((enum stop_reason)answer.stop));
		break;
	}
}
