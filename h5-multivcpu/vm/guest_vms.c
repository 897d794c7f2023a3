#include "vm/guest_vms.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "memory/frames.h"
#include "memory/physical.h"
#include "vm/guest_vm_build.h"
#include "vm/guest_vm_life.h"

#define VM_ORDER frames_order(sizeof(struct guest_vm))

/* A slot keeps its machine; order tells who came when. */
static struct guest_vm *slots[GUEST_VMS_MAX];
static struct guest_vm *in_order[GUEST_VMS_MAX];
static u32 count;

/* GUEST_VMS_MAX: there is none. */
static u32 free_slot(void)
{
	u32 slot = 0;

	while (slot < GUEST_VMS_MAX && slots[slot] != NULL) {
		slot++;
	}
	return slot;
}

static void begin_speaking(struct guest_vm *vm)
{
	char prefix[TERMINAL_PREFIX_SIZE];

	(void)format(prefix, sizeof(prefix), "vm%u| ", vm->id);
	terminal_speaker_init(&vm->speaker, prefix);
	terminal_output_add(guest_vm_host()->terminal, &vm->speaker);
}

struct guest_vm *guest_vms_add(const struct vm_config *config)
{
	u32 slot = free_slot();
	hpa_t block;
	struct guest_vm *vm;

	if (slot == GUEST_VMS_MAX) {
		return NULL;
	}
	block = frames_alloc(VM_ORDER);
	if (block == FRAME_NONE) {
		return NULL;
	}
	vm = phys_to_virt(block);
	memset(vm, 0, sizeof(*vm));
	vm->config = *config;
	vm->id = config->id;
	vm->slot = slot;
	vm->state = GUEST_VM_LOADING;
	begin_speaking(vm);
	slots[slot] = vm;
	in_order[count++] = vm;
	return vm;
}

void guest_vms_remove(struct guest_vm *vm)
{
	u32 at = 0;

	while (in_order[at] != vm) {
		at++;
	}
	for (count--; at < count; at++) {
		in_order[at] = in_order[at + 1];
	}
	slots[vm->slot] = NULL;
	guest_vm_take_apart(vm);
	terminal_output_remove(guest_vm_host()->terminal, &vm->speaker);
	frames_free(virt_to_phys(vm), VM_ORDER);
}

struct guest_vm *guest_vms_at(u32 index)
{
	return index < count ? in_order[index] : NULL;
}

struct guest_vm *guest_vms_find(u32 id)
{
	for (u32 i = 0; i < count; i++) {
		if (in_order[i]->id == id) {
			return in_order[i];
		}
	}
	return NULL;
}

struct guest_vm *guest_vms_get(u32 id, struct error *error)
{
	struct guest_vm *vm = guest_vms_find(id);

	if (vm == NULL) {
		*error = failure("no virtual machine has the id", id);
	}
	return vm;
}

struct guest_vcpu *guest_vms_get_vcpu(u32 id, u32 index, struct error *error)
{
	struct guest_vm *vm = guest_vms_get(id, error);

	if (vm == NULL) {
		return NULL;
	}
	if (!vm->built) {
		*error = failure("nothing is loaded into the virtual machine, "
				 "id",
				 id);
	} else if (index >= vm->vcpu_count) {
		*error = failure("it has no such vCPU", index);
	} else {
		return vm->vcpus[index];
	}
	return NULL;
}

void guest_vms_look_after(void)
{
	for (u32 i = 0; i < count; i++) {
		if (guest_vm_state_now(&in_order[i]->state) ==
		    GUEST_VM_STOPPING) {
			guest_vm_finish(in_order[i]);
			guest_vm_restart(in_order[i]);
		}
	}
}

bool guest_vms_are_busy(void)
{
	for (u32 i = 0; i < count; i++) {
		enum guest_vm_state state =
			guest_vm_state_now(&in_order[i]->state);

		if (state == GUEST_VM_RUNNING || state == GUEST_VM_STOPPING) {
			return true;
		}
	}
	return false;
}

void guest_vms_shut_down(void)
{
	for (u32 i = 0; i < count; i++) {
		/* One that has stopped refuses, and that is right. */
		if (guest_vm_state_now(&in_order[i]->state) !=
		    GUEST_VM_LOADED) {
			(void)guest_vm_shutdown(in_order[i]);
		}
	}
}
