#include "corruption.h"
#include "cpu/registers.h"
#include "vmx_controls.h"

/* SDM: "VPID and EPT Capabilities". */
#define EPT_CAP_ACCESSED_DIRTY BIT(21)
#define EPT_CAP_SHADOW_STACK   BIT(23)

/* SDM: "Basic VMX Information" and "Miscellaneous Data". */
#define BASIC_ANY_ERROR_CODE BIT(56)
#define MISC_ZERO_LENGTH     BIT(30)

const char *corruption_obstacle(const struct corruption *row,
				const struct ground *ground)
{
	const struct vmx_capabilities *caps = ground->caps;
	const struct {
		bool met;
		const char *otherwise;
	} conditions[] = {
		[ON_ANY_CPU] = {true, NULL},
		[WITHOUT_EPT_ACCESSED_DIRTY] =
			{!(caps->ept_vpid & EPT_CAP_ACCESSED_DIRTY),
			 "this CPU has accessed and dirty flags for EPT"},
		[WITHOUT_EPT_SHADOW_STACK] =
			{!(caps->ept_vpid & EPT_CAP_SHADOW_STACK),
			 "this CPU has shadow-stack pages in EPT"},
		[WITHOUT_MONITOR_TRAP_FLAG] =
			{!vmx_allows(caps->primary, PRIMARY_MONITOR_TRAP_FLAG),
			 "this CPU has the monitor trap flag"},
		[WITHOUT_ZERO_LENGTH] =
			{!(caps->misc & MISC_ZERO_LENGTH),
			 "this CPU takes an instruction length of 0"},
		[WITHOUT_ANY_ERROR_CODE] =
			{!(caps->basic & BASIC_ANY_ERROR_CODE),
			 "this CPU takes error codes with any exception"},
		[WITHOUT_SGX] = {!ground->cpu->sgx, "this CPU has SGX"},
		[WITH_PCID] = {caps->cr4_fixed1 & CR4_PCIDE,
			       "this CPU has no PCIDs"},
	};

	return conditions[row->condition].met
		       ? NULL
		       : conditions[row->condition].otherwise;
}
