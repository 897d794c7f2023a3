#include "debug/vm_debug.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "debug/vcpu_focus.h"
#include "ept_print.h"
#include "guest_walk.h"
#include "lib/parse.h"
#include "lib/printk.h"
#include "vmcs.h"

static struct guest_paging_state paging_of_guest(const struct ept *ept)
{
	return (struct guest_paging_state){
		.cr0 = vmcs_read(GUEST_CR0),
		.cr3 = vmcs_read(GUEST_CR3),
		.cr4 = vmcs_read(GUEST_CR4),
		.efer = vmcs_read(GUEST_IA32_EFER),
		.pdpte = {vmcs_read(GUEST_PDPTE0), vmcs_read(GUEST_PDPTE1),
			  vmcs_read(GUEST_PDPTE2), vmcs_read(GUEST_PDPTE3)},
		.maxphyaddr = (u8)ept->bits,
		.pages_1g = (cpuid(CPUID_EXTENDED, 0).edx &
			     CPUID_EXTENDED_EDX_PAGE_1GB) != 0,
	};
}

static bool read_memory(void *context, u64 address, void *to, size_t size)
{
	struct vm_debug *debug = context;
	struct guest_paging_state paging = paging_of_guest(debug->ept);

	return guest_walk_read(debug->guest_memory, &paging, address, to, size);
}

static bool write_memory(void *context, u64 address, const void *from,
			 size_t size)
{
	struct vm_debug *debug = context;
	struct guest_paging_state paging = paging_of_guest(debug->ept);

	return guest_walk_write(debug->guest_memory, &paging, address, from,
				size);
}

static const struct vcpu_debug_memory memory = {read_memory, write_memory};

static void print_ept(void *context, const char *arguments)
{
	const struct vm_debug_vcpu *vcpu = context;
	const struct ept *ept = vcpu->vm->ept;
	u64 gpa;

	if (*arguments == '\0') {
		ept_print(ept, printk);
	} else if (parse_number(arguments, &gpa)) {
		ept_print_translation(ept, gpa, printk);
	} else {
		printk("\"%s\" is not a guest-physical address\n", arguments);
	}
}

static const char *explain(enum guest_walk_result result)
{
	switch (result) {
	case GUEST_WALK_NOT_PRESENT:
		return "not mapped: the last entry is not present";
	case GUEST_WALK_RESERVED_BIT:
		return "not mapped: the last entry has a reserved bit set";
	case GUEST_WALK_NO_TABLE:
		return "not mapped: that table lies outside of guest RAM";
	case GUEST_WALK_NOT_CANONICAL:
		return "no address: it is not canonical";
	case GUEST_WALK_MAPPED:
		break;
	}
	return "mapped";
}

static void print_way(const struct vm_debug *debug,
		      const struct guest_paging_state *paging, gva_t gva)
{
	static const char *const names[GUEST_WALK_LEVELS] = {
		"PTE", "PDE", "PDPTE", "PML4E", "PML5E"};
	struct guest_translation found;
	enum guest_walk_result result =
		guest_walk(debug->guest_memory, paging, gva, &found);

	if (found.levels == 0) {
		printk("The guest's paging is off: linear is physical.\n");
	}
	for (unsigned int level = found.levels;
	     level > 0 && found.level > 0 && level >= found.level; level--) {
		printk("  %-10s %016lx at gpa %#lx\n", names[level - 1],
		       found.entry[level - 1], found.at[level - 1]);
	}
	if (result != GUEST_WALK_MAPPED) {
		printk("gva %#lx is %s\n", gva, explain(result));
		return;
	}
	printk("gva %#lx -> gpa %#lx, a page of %lu KiB\n", gva, found.gpa,
	       found.page_size / KIB(1));
	ept_print_translation(debug->ept, found.gpa, printk);
}

static void print_walk(void *context, const char *arguments)
{
	const struct vm_debug_vcpu *vcpu = context;
	struct guest_paging_state paging;
	gva_t gva;
	hpa_t before;

	if (!parse_number(arguments, &gva)) {
		printk("\"%s\" is not a linear address\n", arguments);
		return;
	}
	before = vcpu_focus_take(&vcpu->vcpu);
	paging = paging_of_guest(vcpu->vm->ept);
	vcpu_focus_give_back(&vcpu->vcpu, before);
	print_way(vcpu->vm, &paging, gva);
}

static const struct gdb_monitor_command commands[] = {
	{"ept", "[gpa]", "what the EPT maps, or how it translates one address",
	 print_ept},
	{"walk", "gva", "the guest's paging and EPT for a linear address",
	 print_walk},
};

void vm_debug_attach(struct vm_debug *debug, struct ept_vcpu *vcpu,
		     struct guest_memory *guest_memory,
		     const struct vmx_capabilities *caps)
{
	struct vm_debug_vcpu *new = &debug->vcpus[debug->count];

	if (!gdb_stub_listening()) {
		return;
	}
	if (debug->count == 0) {
		debug->ept = vcpu->ept;
		debug->guest_memory = guest_memory;
		vcpu_debug_guest_init(&debug->guest, &memory, debug);
	}
	vcpu_debug_attach(&new->vcpu, &vcpu->vcpu, caps, &debug->guest,
			  debug->count++);
	new->vm = debug;
	new->monitor = (struct gdb_monitor_table){
		.commands = commands,
		.count = ARRAY_SIZE(commands),
		.context = new,
		.thread = &new->vcpu.thread,
	};
	gdb_monitor_add(&new->monitor);
}

void vm_debug_detach(struct vm_debug *debug)
{
	while (debug->count > 0) {
		struct vm_debug_vcpu *last = &debug->vcpus[--debug->count];

		gdb_monitor_remove(&last->monitor);
		vcpu_debug_detach(&last->vcpu);
	}
}
