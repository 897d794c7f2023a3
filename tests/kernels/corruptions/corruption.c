#include "corruption.h"
#include "cpu/registers.h"
#include "vmx_controls.h"

/* SDM: "VPID and EPT Capabilities". */
#define EPT_CAP_UNCACHEABLE    BIT(8)
#define EPT_CAP_ACCESSED_DIRTY BIT(21)
#define EPT_CAP_SHADOW_STACK   BIT(23)

/* SDM: "Basic VMX Information" and "Miscellaneous Data". */
#define BASIC_ANY_ERROR_CODE BIT(56)
#define MISC_ZERO_LENGTH     BIT(30)

const char *corruption_obstacle(const struct corruption *row,
				const struct ground *ground)
{
	const struct vmx_capabilities *caps = ground->caps;
	bool mtf = vmx_allows(caps->primary, PRIMARY_MONITOR_TRAP_FLAG);
	bool accessed_dirty = caps->ept_vpid & EPT_CAP_ACCESSED_DIRTY;
	bool shadow_stack = caps->ept_vpid & EPT_CAP_SHADOW_STACK;
	bool uncacheable = caps->ept_vpid & EPT_CAP_UNCACHEABLE;
	bool zero_length = caps->misc & MISC_ZERO_LENGTH;
	bool any_error_code = caps->basic & BASIC_ANY_ERROR_CODE;
	bool pcid = caps->cr4_fixed1 & CR4_PCIDE;

	switch (row->condition) {
	case WITHOUT_EPT_ACCESSED_DIRTY:
		return accessed_dirty ? "EPT has accessed and dirty flags"
				      : NULL;
	case WITHOUT_EPT_SHADOW_STACK:
		return shadow_stack ? "EPT has shadow-stack pages" : NULL;
	case WITHOUT_MONITOR_TRAP_FLAG:
		return mtf ? "there is a monitor trap flag" : NULL;
	case WITHOUT_ZERO_LENGTH:
		return zero_length ? "an instruction length may be 0" : NULL;
	case WITHOUT_ANY_ERROR_CODE:
		return any_error_code ? "any exception may have an error code"
				      : NULL;
	case WITHOUT_SGX:
		return ground->cpu->sgx ? "there is SGX" : NULL;
	case WITH_EPT_ACCESSED_DIRTY:
		return accessed_dirty ? NULL : "EPT has no accessed flags";
	case WITH_EPT_SHADOW_STACK:
		return shadow_stack ? NULL : "EPT has no shadow-stack pages";
	case WITH_EPT_UNCACHEABLE:
		return uncacheable ? NULL : "EPT cannot be uncacheable";
	case WITH_ZERO_LENGTH:
		return zero_length ? NULL : "no instruction length may be 0";
	case WITH_ANY_ERROR_CODE:
		return any_error_code ? NULL : "error codes are prescribed";
	case WITH_PCID:
		return pcid ? NULL : "there are no PCIDs";
	case ON_ANY_CPU:
		break;
	}
	return NULL;
}
