#include "vm/guest_vm_watch.h"
#include "debug/guest_vm_debug.h"
#include "doctor/doctor_print.h"
#include "ept_print.h"
#include "guest_report.h"
#include "lib/printk.h"
#include "memory/frames.h"
#include "memory/physical.h"
#include "trace/exit_trace.h"
#include "vcpu/vcpu_apic.h"
#include "vcpu/vcpu_switch.h"
#include "vmcs.h"

#define NAME_SIZE sizeof("VM 4294967295, vCPU 4294967295: ")

/* A vCPU's trace. */
struct watch {
	struct exit_trace trace;
	char name[NAME_SIZE];
};

#define ORDER frames_order(sizeof(struct watch))

static void take_time(struct guest_cpu *cpu, u64 ticks)
{
	guest_cpu_shift_tsc(-ticks);
	vcpu_apic_restart_timer(guest_vcpu_of(cpu));
}

static struct error trace(struct guest_vcpu *vcpu)
{
	hpa_t block = frames_alloc(ORDER);
	struct exit_trace_way way = {.lines = guest_vm_host()->trace};
	struct watch *watch;

	if (block == FRAME_NONE) {
		return failure("no memory for a trace, bytes",
			       sizeof(struct watch));
	}
	watch = phys_to_virt(block);
	(void)format(watch->name, NAME_SIZE, "VM %u, vCPU %u: ", vcpu->vm->id,
		     vcpu->index);
	way.name = watch->name;
	if (!guest_vm_is_shared(vcpu->vm)) {
		way.take_time = take_time;
	}
	exit_trace_attach(&watch->trace, &vcpu->cpu, &way);
	return SUCCESS;
}

static void end_trace(struct guest_vcpu *vcpu)
{
	struct watch *watch;

	if (vcpu->cpu.trace != NULL) {
		watch = CONTAINER_OF(vcpu->cpu.trace, struct watch, trace);
		vcpu->cpu.trace = NULL;
		frames_free(virt_to_phys(watch), ORDER);
	}
}

static void print_name(const struct guest_vcpu *vcpu)
{
	printk("VM %u (%s), vCPU %u:\n", vcpu->vm->id, vcpu->vm->config.name,
	       vcpu->index);
}

/* The VMCS is current. */
static struct error examine(const struct guest_vcpu *vcpu)
{
	const struct guest_vm_host *host = guest_vm_host();

	if (host->dump || host->doctor) {
		print_name(vcpu);
	}
	if (host->dump) {
		vmcs_print();
	}
	if (host->doctor && doctor_print(host->caps) != 0) {
		return failure("the doctor is against an entry, vCPU",
			       vcpu->index);
	}
	return SUCCESS;
}

static struct error watch_vcpu(struct guest_vcpu *vcpu)
{
	const struct guest_vm_host *host = guest_vm_host();
	struct error error;

	vcpu_switch_to_vmcs(vcpu);
	error = examine(vcpu);
	vcpu_switch_away(vcpu);
	if (!failed(error) && (host->stats || host->trace)) {
		error = trace(vcpu);
	}
	return error;
}

struct error guest_vm_watch_begin(struct guest_vm *vm, const char **culprit)
{
	struct error error = guest_vm_debug_attach(vm);

	(void)culprit;
	for (u32 i = 0; i < vm->vcpu_count && !failed(error); i++) {
		error = watch_vcpu(vm->vcpus[i]);
	}
	if (failed(error)) {
		guest_vm_watch_end(vm);
	} else if (guest_vm_host()->dump) {
		ept_print(&vm->machine.ept, printk);
	}
	return error;
}

void guest_vm_watch_end(struct guest_vm *vm)
{
	for (u32 i = 0; i < vm->vcpu_count; i++) {
		end_trace(vm->vcpus[i]);
	}
	guest_vm_debug_detach(vm);
}

static void print_exits(const struct guest_vcpu *vcpu)
{
	char of[sizeof(" of vCPU 4294967295")] = "";

	if (guest_vm_is_shared(vcpu->vm)) {
		(void)format(of, sizeof(of), " of vCPU %u", vcpu->index);
	}
	guest_report_exits(&vcpu->cpu, of);
}

void guest_vm_watch_print_exits(const struct guest_vm *vm)
{
	for (u32 i = 0; i < vm->vcpu_count; i++) {
		print_exits(vm->vcpus[i]);
	}
}

void guest_vm_watch_report(const struct guest_vm *vm)
{
	for (u32 i = 0; i < vm->vcpu_count; i++) {
		if (vm->vcpus[i]->cpu.trace != NULL) {
			print_name(vm->vcpus[i]);
			exit_trace_report(vm->vcpus[i]->cpu.trace);
		}
	}
	printk("VM %u (%s):\n", vm->id, vm->config.name);
	guest_vm_watch_print_exits(vm);
	guest_report_memory(&vm->machine.memory);
}
