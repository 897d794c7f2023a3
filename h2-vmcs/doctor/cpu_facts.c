#include "doctor/cpu_facts.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"

#define CPUID_PERFORMANCE_MONITORING 0xa

#define CPUID_7_EBX_SGX		    BIT(2)
#define CPUID_7_EBX_RTM		    BIT(11)
#define CPUID_7_ECX_BUS_LOCK_DETECT BIT(24)

#define FIRST_FIXED_COUNTER 32

/*
 * SDM: "Architectural Performance Monitoring". One bit for each counter that
 * CPUID enumerates: the general-purpose ones from 0, the fixed ones from 32.
 */
static u64 perf_global_ctrl_bits(u32 max_leaf)
{
	struct cpuid leaf;
	u64 general, fixed;

	if (max_leaf < CPUID_PERFORMANCE_MONITORING) {
		return 0;
	}
	leaf = cpuid(CPUID_PERFORMANCE_MONITORING, 0);
	general = BIT(min_u64(leaf.eax >> 8 & 0xff, 32)) - 1;
	fixed = BIT(min_u64(leaf.edx & 0x1f, 16)) - 1;
	return general | fixed << FIRST_FIXED_COUNTER;
}

void cpu_facts_read(struct cpu_facts *facts)
{
	u32 max_leaf = cpuid(CPUID_VENDOR, 0).eax;
	struct cpuid features = {0};
	struct cpuid sizes = cpuid(CPUID_ADDRESS_SIZES, 0);
	struct cpuid extended = cpuid(CPUID_EXTENDED, 0);

	if (max_leaf >= CPUID_EXTENDED_FEATURES) {
		features = cpuid(CPUID_EXTENDED_FEATURES, 0);
	}
	*facts = (struct cpu_facts){
		.physical_width = sizes.eax & 0xff,
		.linear_width = sizes.eax >> 8 & 0xff,
		.efer = rdmsr(IA32_EFER),
		.perf_global_ctrl = perf_global_ctrl_bits(max_leaf),
		.execute_disable = extended.edx & CPUID_EXTENDED_EDX_NX,
		.sgx = features.ebx & CPUID_7_EBX_SGX,
		.rtm = features.ebx & CPUID_7_EBX_RTM,
		.bus_lock_detection =
			features.ecx & CPUID_7_ECX_BUS_LOCK_DETECT,
	};
}
