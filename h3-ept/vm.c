#include "vm.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "guest_start.h"
#include "lib/string.h"

#define COM1	   0x3f8
#define COM1_PORTS 8
#define VPID	   1

/*
 * MSRs that are the guest's own: those that entry and exit switch, and those
 * that the hypervisor never uses itself.
 */
static const u32 guest_msrs[] = {
	IA32_EFER,    IA32_PAT,	    IA32_SYSENTER_CS,	 IA32_SYSENTER_ESP,
	IA32_FS_BASE, IA32_GS_BASE, IA32_SYSENTER_EIP,	 IA32_STAR,
	IA32_LSTAR,   IA32_FMASK,   IA32_KERNEL_GS_BASE,
};

struct error vm_init_memory(struct vm *vm, const struct vmx_capabilities *caps,
			    const struct vm_options *options)
{
	unsigned int bits = cpuid(CPUID_ADDRESS_SIZES, 0).eax & 0xff;
	struct error error;

	memset(vm->exits, 0, sizeof(vm->exits));
	error = ept_init(&vm->ept, caps->ept_vpid, bits);
	if (failed(error)) {
		return error;
	}
	error = guest_memory_init(&vm->memory, &vm->ept, options->memory_size,
				  options->lazy);
	if (failed(error)) {
		ept_destroy(&vm->ept);
	}
	return error;
}

struct error vm_init_vcpu(struct vm *vm, const struct vmx_capabilities *caps,
			  const struct controls *controls,
			  const struct guest_image *image)
{
	struct intercept *intercept = &vm->vcpu.intercept;
	struct error error =
		ept_vcpu_init(&vm->vcpu, caps, controls, &vm->ept, VPID);

	if (failed(error)) {
		return error;
	}
	intercept_ports(intercept, COM1, COM1_PORTS, false);
	for (size_t i = 0; i < ARRAY_SIZE(guest_msrs); i++) {
		intercept_msr(intercept, guest_msrs[i], false);
	}
	guest_start_multiboot2(&vm->vcpu, caps, image);
	return SUCCESS;
}

struct error vm_destroy_vcpu(struct vm *vm)
{
	return ept_vcpu_destroy(&vm->vcpu);
}

void vm_destroy_memory(struct vm *vm)
{
	guest_memory_destroy(&vm->memory);
	ept_destroy(&vm->ept);
}
