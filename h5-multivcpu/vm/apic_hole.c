#include "vm/apic_hole.h"
#include "vm/guest_vm.h"

/* NULL: no hole is there. */
static struct apic_hole *find(struct guest_vm *vm, gpa_t page)
{
	for (u32 i = 0; i < vm->hole_count; i++) {
		if (vm->holes[i].page == page) {
			return &vm->holes[i];
		}
	}
	return NULL;
}

bool apic_hole_is_at(const struct guest_vm *vm, gpa_t gpa)
{
	return find((struct guest_vm *)vm, ALIGN_DOWN(gpa, EPT_PAGE_SIZE)) !=
	       NULL;
}

/* The page gets its frames first, so that nobody maps them later. */
static bool dig(struct guest_vm *vm, gpa_t page)
{
	struct machine *machine = &vm->machine;

	if (guest_memory_populate(&machine->memory, page) !=
		    GUEST_MEMORY_POPULATED ||
	    failed(ept_unmap(&machine->ept, page, EPT_PAGE_SIZE))) {
		return false;
	}
	guest_vm_flush(vm);
	vm->holes[vm->hole_count++] = (struct apic_hole){page, 1};
	return true;
}

static bool enter(struct guest_vm *vm, gpa_t page)
{
	struct apic_hole *hole = find(vm, page);

	if (hole != NULL) {
		hole->users++;
		return true;
	}
	return !guest_memory_contains(&vm->machine.memory, page,
				      EPT_PAGE_SIZE) ||
	       dig(vm, page);
}

/* What the guest may do there it may do again; its tables are there still. */
static void fill(struct guest_vm *vm, struct apic_hole *hole)
{
	struct machine *machine = &vm->machine;
	const struct guest_region *region =
		guest_memory_region(&machine->memory, hole->page);
	u64 size = EPT_PAGE_SIZE;
	const void *ram =
		guest_memory_pointer(&machine->memory, hole->page, &size);

	if (region != NULL && ram != NULL) {
		(void)ept_map(&machine->ept, hole->page, virt_to_phys(ram),
			      EPT_PAGE_SIZE, region->rights, EPT_WB);
	}
	*hole = vm->holes[--vm->hole_count];
}

static void leave(struct guest_vm *vm, gpa_t page)
{
	struct apic_hole *hole = find(vm, page);

	if (hole != NULL && --hole->users == 0) {
		fill(vm, hole);
	}
}

/* In xAPIC mode alone there are registers in memory. */
static bool has_page(u64 base)
{
	return (base & (APIC_BASE_EN | APIC_BASE_EXTD)) == APIC_BASE_EN;
}

bool apic_hole_move(struct guest_vcpu *vcpu, u64 before, u64 now)
{
	bool taken = guest_vm_enter_machine(vcpu);
	bool well = !has_page(now) ||
		    enter(vcpu->vm, ALIGN_DOWN(now, EPT_PAGE_SIZE));

	if (has_page(before)) {
		leave(vcpu->vm, ALIGN_DOWN(before, EPT_PAGE_SIZE));
	}
	guest_vm_leave_machine(vcpu, taken);
	return well;
}
