#include "debug/vcpu_thread.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "debug/vcpu_focus.h"
#include "vmcs.h"

/* "Checks on Guest RIP, RFLAGS, and SSP": all other bits are reserved. */
#define RFLAGS_DEFINED 0x3f7fd5ull

static struct vcpu_debug *debug_of(struct gdb_thread *thread)
{
	return (struct vcpu_debug *)((u8 *)thread -
				     offsetof(struct vcpu_debug, thread));
}

u64 *vcpu_thread_general(union vcpu_registers *r, unsigned int number)
{
	u64 *const places[16] = {
		&r->rax, &r->rcx, &r->rdx, &r->rbx, NULL,    &r->rbp,
		&r->rsi, &r->rdi, &r->r8,  &r->r9,  &r->r10, &r->r11,
		&r->r12, &r->r13, &r->r14, &r->r15,
	};

	return places[number & 0xf];
}

/* A field that cannot be read is 0: gdb may ask at any time. */
static u64 field(enum vmcs_field field)
{
	u64 value;

	(void)vmcs_try_read(field, &value);
	return value;
}

/* What the guest reads: "Guest/Host Masks and Read Shadows for CR0 and CR4". */
static u64 control_register(enum vmcs_field value, enum vmcs_field mask,
			    enum vmcs_field shadow)
{
	return (field(value) & ~field(mask)) | (field(shadow) & field(mask));
}

static u64 efer(const struct vcpu *vcpu)
{
	return (vcpu->controls.exit & EXIT_SAVE_IA32_EFER) != 0
		       ? field(GUEST_IA32_EFER)
		       : rdmsr(IA32_EFER);
}

/* Its own is in the CPU, if that is where its VMCS is. */
static u64 *cr2_of(const struct vcpu_debug *debug, bool on_cpu)
{
	return on_cpu || debug->kept.cr2 == NULL ? gdb_stub_cr2()
						 : debug->kept.cr2;
}

static u64 cr8_of(const struct vcpu_debug *debug)
{
	return debug->kept.cr8 != NULL ? debug->kept.cr8(debug->vcpu)
				       : read_cr8();
}

static void read_registers(struct gdb_thread *thread, struct gdb_registers *out)
{
	const struct vcpu_debug *debug = debug_of(thread);
	hpa_t before = vcpu_focus_take(debug);
	const union vcpu_registers *r = &debug->vcpu->registers;

	*out = (struct gdb_registers){{
		[GDB_RAX] = r->rax,
		[GDB_RBX] = r->rbx,
		[GDB_RCX] = r->rcx,
		[GDB_RDX] = r->rdx,
		[GDB_RSI] = r->rsi,
		[GDB_RDI] = r->rdi,
		[GDB_RBP] = r->rbp,
		[GDB_RSP] = field(GUEST_RSP),
		[GDB_R8] = r->r8,
		[GDB_R9] = r->r9,
		[GDB_R10] = r->r10,
		[GDB_R11] = r->r11,
		[GDB_R12] = r->r12,
		[GDB_R13] = r->r13,
		[GDB_R14] = r->r14,
		[GDB_R15] = r->r15,
		[GDB_RIP] = field(GUEST_RIP),
		[GDB_EFLAGS] = field(GUEST_RFLAGS),
		[GDB_CS] = field(GUEST_CS_SELECTOR),
		[GDB_SS] = field(GUEST_SS_SELECTOR),
		[GDB_DS] = field(GUEST_DS_SELECTOR),
		[GDB_ES] = field(GUEST_ES_SELECTOR),
		[GDB_FS] = field(GUEST_FS_SELECTOR),
		[GDB_GS] = field(GUEST_GS_SELECTOR),
		[GDB_FS_BASE] = field(GUEST_FS_BASE),
		[GDB_GS_BASE] = field(GUEST_GS_BASE),
		[GDB_CR0] = control_register(GUEST_CR0, CR0_GUEST_HOST_MASK,
					     CR0_READ_SHADOW),
		[GDB_CR2] = *cr2_of(debug, before == debug->vcpu->vmcs),
		[GDB_CR3] = field(GUEST_CR3),
		[GDB_CR4] = control_register(GUEST_CR4, CR4_GUEST_HOST_MASK,
					     CR4_READ_SHADOW),
		[GDB_CR8] = cr8_of(debug),
		[GDB_EFER] = efer(debug->vcpu),
	}};
	vcpu_focus_give_back(debug, before);
}

static bool write_field(enum vmcs_field field, u64 value)
{
	return vmcs_try_write(field, value) == VM_SUCCEED;
}

/* gdb's numbers of the general registers, in the order of vcpu_registers. */
static u64 *place_of(union vcpu_registers *r, enum gdb_register number)
{
	u64 *const places[] = {
		[GDB_RAX] = &r->rax, [GDB_RBX] = &r->rbx, [GDB_RCX] = &r->rcx,
		[GDB_RDX] = &r->rdx, [GDB_RSI] = &r->rsi, [GDB_RDI] = &r->rdi,
		[GDB_RBP] = &r->rbp, [GDB_RSP] = NULL,	  [GDB_R8] = &r->r8,
		[GDB_R9] = &r->r9,   [GDB_R10] = &r->r10, [GDB_R11] = &r->r11,
		[GDB_R12] = &r->r12, [GDB_R13] = &r->r13, [GDB_R14] = &r->r14,
		[GDB_R15] = &r->r15,
	};

	return number < ARRAY_SIZE(places) ? places[number] : NULL;
}

/* What a VM entry would refuse stays as it is. */
static bool write_in_vmcs(enum gdb_register number, u64 value)
{
	switch (number) {
	case GDB_RSP:
		return write_field(GUEST_RSP, value);
	case GDB_RIP:
		return write_field(GUEST_RIP, value);
	case GDB_EFLAGS:
		return write_field(GUEST_RFLAGS,
				   (value & RFLAGS_DEFINED) | RFLAGS_FIXED);
	default:
		return false;
	}
}

/* The control registers stay as they are, but for CR2. */
static bool write_register(struct gdb_thread *thread, enum gdb_register number,
			   u64 value)
{
	const struct vcpu_debug *debug = debug_of(thread);
	struct gdb_registers now;
	u64 *place = place_of(&debug->vcpu->registers, number);
	hpa_t before = vcpu_focus_take(debug);
	bool written;

	if (number == GDB_CR2) {
		place = cr2_of(debug, before == debug->vcpu->vmcs);
	}
	if (place != NULL) {
		*place = value;
	}
	written = place != NULL || write_in_vmcs(number, value);
	vcpu_focus_give_back(debug, before);
	if (!written) {
		read_registers(thread, &now);
		written = now.value[number] == value;
	}
	return written;
}

static bool read_memory(struct gdb_thread *thread, u64 address, void *to,
			size_t size)
{
	const struct vcpu_debug *debug = debug_of(thread);
	hpa_t before = vcpu_focus_take(debug);
	bool read = vcpu_debug_read(debug, address, to, size);

	vcpu_focus_give_back(debug, before);
	return read;
}

static bool write_memory(struct gdb_thread *thread, u64 address,
			 const void *from, size_t size)
{
	const struct vcpu_debug *debug = debug_of(thread);
	hpa_t before = vcpu_focus_take(debug);
	bool written = vcpu_debug_write(debug, address, from, size);

	vcpu_focus_give_back(debug, before);
	return written;
}

/* A software breakpoint becomes a hardware one: there are four of all kinds. */
static bool insert(struct gdb_thread *thread, enum gdb_point kind, u64 address,
		   u64 length)
{
	struct debug_registers *points = &debug_of(thread)->guest->points;

	if (kind == GDB_POINT_SOFTWARE) {
		kind = GDB_POINT_HARDWARE;
		length = 1;
	}
	return gdb_point_insert(points, kind, address, length);
}

static bool remove(struct gdb_thread *thread, enum gdb_point kind, u64 address,
		   u64 length)
{
	struct debug_registers *points = &debug_of(thread)->guest->points;

	if (kind == GDB_POINT_SOFTWARE) {
		kind = GDB_POINT_HARDWARE;
		length = 1;
	}
	return gdb_point_remove(points, kind, address, length);
}

static void clear(struct gdb_thread *thread)
{
	debug_registers_clear(&debug_of(thread)->guest->points);
}

const struct gdb_thread_ops vcpu_thread_ops = {
	.read_registers = read_registers,
	.write_register = write_register,
	.read_memory = read_memory,
	.write_memory = write_memory,
	.insert = insert,
	.remove = remove,
	.clear = clear,
};
