#include "gdb/gdb_host.h"
#include "cpu/debug_registers.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "gdb/gdb_memory.h"

#define BREAKPOINTS_MAX 64u
#define INT3		0xcc

static struct {
	u64 address;
	u8 saved; /* the byte that INT3 replaces while armed */
	bool used;
} breakpoints[BREAKPOINTS_MAX];

static struct debug_registers points;
static struct trap_frame *stopped_at;
static bool armed;

static void read_registers(struct gdb_thread *thread, struct gdb_registers *r)
{
	const struct trap_frame *f = stopped_at;

	(void)thread;
	*r = (struct gdb_registers){{
		[GDB_RAX] = f->rax,
		[GDB_RBX] = f->rbx,
		[GDB_RCX] = f->rcx,
		[GDB_RDX] = f->rdx,
		[GDB_RSI] = f->rsi,
		[GDB_RDI] = f->rdi,
		[GDB_RBP] = f->rbp,
		[GDB_RSP] = f->rsp,
		[GDB_R8] = f->r8,
		[GDB_R9] = f->r9,
		[GDB_R10] = f->r10,
		[GDB_R11] = f->r11,
		[GDB_R12] = f->r12,
		[GDB_R13] = f->r13,
		[GDB_R14] = f->r14,
		[GDB_R15] = f->r15,
		[GDB_RIP] = f->rip,
		[GDB_EFLAGS] = f->rflags,
		[GDB_CS] = f->cs,
		[GDB_SS] = f->ss,
		[GDB_DS] = read_ds(),
		[GDB_ES] = read_es(),
		[GDB_FS] = read_fs(),
		[GDB_GS] = read_gs(),
		[GDB_CR0] = read_cr0(),
		[GDB_CR2] = read_cr2(),
		[GDB_CR3] = read_cr3(),
		[GDB_CR4] = read_cr4(),
		[GDB_CR8] = read_cr8(),
		[GDB_EFER] = rdmsr(IA32_EFER),
		[GDB_FS_BASE] = rdmsr(IA32_FS_BASE),
		[GDB_GS_BASE] = rdmsr(IA32_GS_BASE),
	}};
}

static u64 *place_of(struct trap_frame *f, enum gdb_register number)
{
	u64 *const places[] = {
		&f->rax, &f->rbx, &f->rcx, &f->rdx, &f->rsi, &f->rdi,
		&f->rbp, &f->rsp, &f->r8,  &f->r9,  &f->r10, &f->r11,
		&f->r12, &f->r13, &f->r14, &f->r15, &f->rip, &f->rflags,
	};

	return number < ARRAY_SIZE(places) ? places[number] : NULL;
}

/* The control and segment registers stay: a slip there ends the kernel. */
static bool write_register(struct gdb_thread *thread, enum gdb_register number,
			   u64 value)
{
	struct gdb_registers now;
	u64 *place = place_of(stopped_at, number);

	if (place == NULL) {
		read_registers(thread, &now);
		return now.value[number] == value;
	}
	*place = value;
	return true;
}

static bool read_memory(struct gdb_thread *thread, u64 address, void *to,
			size_t size)
{
	(void)thread;
	return gdb_memory_read(address, to, size);
}

static bool write_memory(struct gdb_thread *thread, u64 address,
			 const void *from, size_t size)
{
	(void)thread;
	return gdb_memory_write(address, from, size);
}

/* Trying the place now lets gdb say which breakpoint cannot be had. */
static bool insert_software(u64 address)
{
	u8 byte;

	if (gdb_host_has_breakpoint(address)) {
		return true;
	}
	if (!gdb_memory_read(address, &byte, 1) ||
	    !gdb_memory_write(address, &byte, 1)) {
		return false;
	}
	for (size_t i = 0; i < BREAKPOINTS_MAX; i++) {
		if (!breakpoints[i].used) {
			breakpoints[i].address = address;
			breakpoints[i].used = true;
			return true;
		}
	}
	return false;
}

static bool condition_of(enum gdb_point kind, enum debug_condition *condition)
{
	switch (kind) {
	case GDB_POINT_HARDWARE:
		*condition = DEBUG_EXECUTION;
		return true;
	case GDB_POINT_WRITE:
		*condition = DEBUG_WRITE;
		return true;
	case GDB_POINT_ACCESS:
		*condition = DEBUG_ACCESS;
		return true;
	default:
		return false;
	}
}

static bool insert(struct gdb_thread *thread, enum gdb_point kind, u64 address,
		   u64 length)
{
	enum debug_condition condition;

	(void)thread;
	if (kind == GDB_POINT_SOFTWARE) {
		return insert_software(address);
	}
	return condition_of(kind, &condition) &&
	       debug_registers_insert(&points, condition, address, length);
}

static bool remove(struct gdb_thread *thread, enum gdb_point kind, u64 address,
		   u64 length)
{
	enum debug_condition condition;

	(void)thread;
	if (kind != GDB_POINT_SOFTWARE) {
		return condition_of(kind, &condition) &&
		       debug_registers_remove(&points, condition, address,
					      length);
	}
	for (size_t i = 0; i < BREAKPOINTS_MAX; i++) {
		if (breakpoints[i].used && breakpoints[i].address == address) {
			breakpoints[i].used = false;
		}
	}
	return true;
}

static const struct gdb_thread_ops ops = {
	.read_registers = read_registers,
	.write_register = write_register,
	.read_memory = read_memory,
	.write_memory = write_memory,
	.insert = insert,
	.remove = remove,
};

static struct gdb_thread thread = {
	.ops = &ops,
	.name = "CPU 0",
	.process = GDB_HOST_PROCESS,
};

void gdb_host_init(void)
{
	debug_registers_clear(&points);
	gdb_thread_add(&thread);
}

struct gdb_thread *gdb_host_thread(void)
{
	return &thread;
}

bool gdb_host_has_breakpoint(u64 address)
{
	for (size_t i = 0; i < BREAKPOINTS_MAX; i++) {
		if (breakpoints[i].used && breakpoints[i].address == address) {
			return true;
		}
	}
	return false;
}

bool gdb_host_hit(u64 dr6, enum gdb_point *kind, u64 *address)
{
	for (unsigned int i = 0; i < DEBUG_REGISTERS_COUNT; i++) {
		if ((dr6 & BIT(i)) == 0 || !debug_registers_taken(&points, i)) {
			continue;
		}
		switch (debug_registers_condition(&points, i)) {
		case DEBUG_EXECUTION:
			*kind = GDB_POINT_HARDWARE;
			break;
		case DEBUG_WRITE:
			*kind = GDB_POINT_WRITE;
			break;
		case DEBUG_ACCESS:
			*kind = GDB_POINT_ACCESS;
			break;
		}
		*address = points.address[i];
		return true;
	}
	return false;
}

/*
 * From here on a breakpoint may be anywhere, so nothing else of the kernel is
 * called while they are put in or taken out.
 */
void gdb_host_arm(void)
{
	const u8 instruction = INT3;

	for (size_t i = 0; i < BREAKPOINTS_MAX; i++) {
		if (breakpoints[i].used) {
			gdb_memory_read(breakpoints[i].address,
					&breakpoints[i].saved, 1);
			gdb_memory_write(breakpoints[i].address, &instruction,
					 1);
		}
	}
	debug_registers_load_addresses(&points);
	write_dr7(points.dr7);
	armed = true;
}

void gdb_host_disarm(void)
{
	write_dr7(DR7_FIXED);
	for (size_t i = 0; i < BREAKPOINTS_MAX && armed; i++) {
		if (breakpoints[i].used) {
			gdb_memory_write(breakpoints[i].address,
					 &breakpoints[i].saved, 1);
		}
	}
	armed = false;
}

void gdb_host_stopped(struct trap_frame *frame)
{
	gdb_host_disarm();
	stopped_at = frame;
}

/* The resume flag keeps a hardware breakpoint at RIP from hitting again. */
void gdb_host_resumes(bool arm)
{
	stopped_at->rflags &= ~RFLAGS_TF;
	stopped_at->rflags |= RFLAGS_RF;
	if (thread.step) {
		stopped_at->rflags |= RFLAGS_TF;
	}
	if (arm) {
		gdb_host_arm();
	}
}
