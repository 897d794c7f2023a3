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

#define MISC_HLT	   BIT(6)
#define MISC_SHUTDOWN	   BIT(7)
#define MISC_WAIT_FOR_SIPI BIT(8)

#define SMM_CONTROLS \
	(ENTRY_ENTRY_TO_SMM | ENTRY_DEACTIVATE_DUAL_MONITOR_TREATMENT)

/* Does the CPU have what the condition speaks of? */
static bool has(enum condition condition, const struct ground *ground)
{
	const struct vmx_capabilities *caps = ground->caps;

	switch (condition) {
	case WITHOUT_EPT_ACCESSED_DIRTY:
	case WITH_EPT_ACCESSED_DIRTY:
		return caps->ept_vpid & EPT_CAP_ACCESSED_DIRTY;
	case WITHOUT_EPT_SHADOW_STACK:
	case WITH_EPT_SHADOW_STACK:
		return caps->ept_vpid & EPT_CAP_SHADOW_STACK;
	case WITH_EPT_UNCACHEABLE:
		return caps->ept_vpid & EPT_CAP_UNCACHEABLE;
	case WITHOUT_MONITOR_TRAP_FLAG:
		return vmx_allows(caps->primary, PRIMARY_MONITOR_TRAP_FLAG);
	case WITHOUT_ZERO_LENGTH:
	case WITH_ZERO_LENGTH:
		return caps->misc & MISC_ZERO_LENGTH;
	case WITHOUT_ANY_ERROR_CODE:
	case WITH_ANY_ERROR_CODE:
		return caps->basic & BASIC_ANY_ERROR_CODE;
	case WITHOUT_SGX:
		return ground->cpu->sgx;
	case WITH_PCID:
		return caps->cr4_fixed1 & CR4_PCIDE;
	case WITH_SMM_CONTROLS:
		return vmx_allows(caps->entry, SMM_CONTROLS);
	case WITH_HLT:
		return caps->misc & MISC_HLT;
	case WITH_SHUTDOWN:
		return caps->misc & MISC_SHUTDOWN;
	case WITH_WAIT_FOR_SIPI:
		return caps->misc & MISC_WAIT_FOR_SIPI;
	case ON_ANY_CPU:
		break;
	}
	return true;
}

const char *corruption_obstacle(const struct corruption *row,
				const struct ground *ground)
{
	static const struct {
		bool wanted;
		const char *otherwise;
	} conditions[] = {
		[ON_ANY_CPU] = {true, NULL},
		[WITHOUT_EPT_ACCESSED_DIRTY] = {false, "EPT has A/D flags"},
		[WITH_EPT_ACCESSED_DIRTY] = {true, "EPT has no A/D flags"},
		[WITHOUT_EPT_SHADOW_STACK] = {false, "EPT has shadow stacks"},
		[WITH_EPT_SHADOW_STACK] = {true, "EPT has no shadow stacks"},
		[WITH_EPT_UNCACHEABLE] = {true, "EPT cannot be uncacheable"},
		[WITHOUT_MONITOR_TRAP_FLAG] = {false, "MTF is there"},
		[WITHOUT_ZERO_LENGTH] = {false, "a length may be 0"},
		[WITH_ZERO_LENGTH] = {true, "a length must not be 0"},
		[WITHOUT_ANY_ERROR_CODE] = {false, "error codes are free"},
		[WITH_ANY_ERROR_CODE] = {true, "error codes are prescribed"},
		[WITHOUT_SGX] = {false, "SGX is there"},
		[WITH_PCID] = {true, "there are no PCIDs"},
		[WITH_SMM_CONTROLS] = {true, "there are no SMM controls"},
		[WITH_HLT] = {true, "there is no HLT state"},
		[WITH_SHUTDOWN] = {true, "there is no shutdown state"},
		[WITH_WAIT_FOR_SIPI] = {true, "there is no SIPI state"},
	};

	return has(row->condition, ground) == conditions[row->condition].wanted
		       ? NULL
		       : conditions[row->condition].otherwise;
}
