#include "vm/guest_vm_cpus.h"
#include "host/host_cpus.h"
#include "lib/printk.h"

struct error guest_vm_cpus_of(const struct guest_vm *vm, u32 index,
			      struct guest_vm_cpus *cpus, const char **culprit)
{
	static char name[sizeof("vCPU 4294967295")];
	const struct vm_config_cpu *config = &vm->config.cpus[index];
	u64 online = host_cpus_online();

	cpus->allowed = config->allowed & online;
	cpus->first = 0;
	(void)format(name, sizeof(name), "vCPU %u", index);
	if (cpus->allowed == 0) {
		*culprit = name;
		return failure("no CPU of its phys_cpu_sets is online; the "
			       "mask is",
			       config->allowed);
	}
	if (config->preferred == VM_CONFIG_ANY_CPU) {
		return SUCCESS;
	}
	cpus->first = BIT(config->preferred) & online;
	if (cpus->first == 0) {
		*culprit = name;
		return failure("the CPU of its phys_cpu_ids is not online, "
			       "number",
			       config->preferred);
	}
	return SUCCESS;
}
