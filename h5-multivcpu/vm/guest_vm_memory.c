#include "vm/guest_vm_memory.h"
#include "cpu/instructions.h"

static struct vm_region region_of(const struct vm_config_region *region)
{
	static const enum vm_region_kind kinds[] = {
		[VM_CONFIG_ALLOC] = VM_REGION_ALLOC,
		[VM_CONFIG_IDENTICAL] = VM_REGION_IDENTICAL,
		[VM_CONFIG_RESERVED] = VM_REGION_RESERVED,
	};

	return (struct vm_region){
		.kind = kinds[region->map],
		.gpa = region->gpa,
		.size = region->size,
		.rights = region->rights,
		.lazy = region->lazy,
		.hpa = region->gpa,
	};
}

_Static_assert(VM_CONFIG_READ == EPT_READ && VM_CONFIG_WRITE == EPT_WRITE &&
		       VM_CONFIG_EXECUTE == EPT_EXECUTE,
	       "rights are EPT's");

struct error guest_vm_memory_make(struct guest_vm *vm, const char **culprit)
{
	static struct vm_region list[VM_CONFIG_REGIONS_MAX];
	struct machine *machine = &vm->machine;
	unsigned int bits = cpuid(CPUID_ADDRESS_SIZES, 0).eax & 0xff;
	const struct vm_regions_host host = {
		.ram = guest_vm_host()->ram,
		.address_bits = bits,
		.has_flash = vm_config_flash(&vm->config) != NULL,
	};
	u32 count = vm->config.region_count;
	struct error error;

	(void)culprit;
	for (u32 i = 0; i < count; i++) {
		list[i] = region_of(&vm->config.regions[i]);
	}
	error = vm_regions_check(list, count, &host);
	if (failed(error)) {
		return error;
	}
	error = ept_init(&machine->ept, guest_vm_host()->caps->ept_vpid, bits);
	if (failed(error)) {
		return error;
	}
	error = vm_regions_init(&vm->regions, &machine->memory, &machine->ept,
				list, count);
	if (failed(error)) {
		ept_destroy(&machine->ept);
	}
	return error;
}

void guest_vm_memory_take_back(struct guest_vm *vm)
{
	vm_regions_destroy(&vm->regions, &vm->machine.memory);
	ept_destroy(&vm->machine.ept);
}
