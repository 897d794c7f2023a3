#include "vm/guest_vms_print.h"
#include "ept_print.h"
#include "exit_print.h"
#include "lib/printk.h"
#include "vcpu/vcpu_switch.h"
#include "vm/guest_vm_show.h"
#include "vm/guest_vm_watch.h"
#include "vm/guest_vms.h"
#include "vmcs.h"

struct error guest_vms_print_description(void *context, u32 id)
{
	struct error error;
	struct guest_vm *vm = guest_vms_get(id, &error);

	(void)context;
	if (vm == NULL) {
		return error;
	}
	guest_vm_show(&vm->config);
	return SUCCESS;
}

struct error guest_vms_print_exits(void *context, u32 id)
{
	struct error error;
	struct guest_vm *vm = guest_vms_get(id, &error);

	(void)context;
	if (vm == NULL) {
		return error;
	}
	if (vm->built) {
		guest_vm_watch_print_exits(vm);
	}
	return SUCCESS;
}

/*
 * The VMCS of a vCPU that does not run can be read here: one that runs is
 * taken off its CPU meanwhile.
 */
static struct error look(u32 id, u32 index,
			 struct error (*print)(struct guest_vcpu *vcpu,
					       const char *what),
			 const char *what)
{
	struct error error;
	struct guest_vcpu *vcpu = guest_vms_get_vcpu(id, index, &error);
	bool was_on;

	if (vcpu == NULL) {
		return error;
	}
	was_on = guest_vcpu_hold(vcpu);
	vcpu_switch_to_vmcs(vcpu);
	error = print(vcpu, what);
	vcpu_switch_away(vcpu);
	guest_vcpu_let_go(vcpu, was_on);
	return error;
}

static struct error show_registers(struct guest_vcpu *vcpu, const char *what)
{
	(void)what;
	exit_print_guest(&vcpu->cpu.vcpu.vcpu);
	return SUCCESS;
}

static struct error show_vmcs(struct guest_vcpu *vcpu, const char *name)
{
	(void)vcpu;
	if (name == NULL) {
		vmcs_print();
		return SUCCESS;
	}
	return vmcs_print_matching(name) != 0
		       ? SUCCESS
		       : failure("no field of the VMCS has that in its name, "
				 "of fields",
				 VMCS_FIELD_COUNT);
}

struct error guest_vms_print_registers(void *context, u32 id, u32 vcpu)
{
	(void)context;
	return look(id, vcpu, show_registers, NULL);
}

struct error guest_vms_print_vmcs(void *context, u32 id, u32 vcpu,
				  const char *field)
{
	(void)context;
	return look(id, vcpu, show_vmcs, field);
}

struct error guest_vms_print_ept(void *context, u32 id)
{
	struct error error;
	struct guest_vcpu *vcpu = guest_vms_get_vcpu(id, 0, &error);

	(void)context;
	if (vcpu == NULL) {
		return error;
	}
	ept_print(&vcpu->vm->machine.ept, printk);
	return SUCCESS;
}

struct error guest_vms_print_ept_walk(void *context, u32 id, u64 gpa)
{
	struct error error;
	struct guest_vcpu *vcpu = guest_vms_get_vcpu(id, 0, &error);

	(void)context;
	if (vcpu == NULL) {
		return error;
	}
	ept_print_translation(&vcpu->vm->machine.ept, gpa, printk);
	return SUCCESS;
}
