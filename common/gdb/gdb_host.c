#include "gdb/gdb_host.h"
#include "cpu/debug_registers.h"
#include "cpu/instructions.h"
#include "cpu/msr.h"
#include "cpu/registers.h"
#include "gdb/gdb_memory.h"
#include "lib/printk.h"

#define BREAKPOINTS_MAX 64u
#define INT3		0xcc

static struct {
	u64 address;
	u8 saved; /* the byte that INT3 replaces while armed */
	bool used;
} breakpoints[BREAKPOINTS_MAX];

static struct debug_registers points;
static bool armed;

static struct gdb_host_cpu *cpu_of(struct gdb_thread *thread)
{
	return (struct gdb_host_cpu *)((u8 *)thread -
				       offsetof(struct gdb_host_cpu, thread));
}

static void read_registers(struct gdb_thread *thread, struct gdb_registers *r)
{
	const struct trap_frame *f = cpu_of(thread)->frame;

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
	u64 *place = place_of(cpu_of(thread)->frame, number);

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

static bool insert(struct gdb_thread *thread, enum gdb_point kind, u64 address,
		   u64 length)
{
	(void)thread;
	if (kind == GDB_POINT_SOFTWARE) {
		return insert_software(address);
	}
	return gdb_point_insert(&points, kind, address, length);
}

static bool remove(struct gdb_thread *thread, enum gdb_point kind, u64 address,
		   u64 length)
{
	(void)thread;
	if (kind != GDB_POINT_SOFTWARE) {
		return gdb_point_remove(&points, kind, address, length);
	}
	for (size_t i = 0; i < BREAKPOINTS_MAX; i++) {
		if (breakpoints[i].used && breakpoints[i].address == address) {
			breakpoints[i].used = false;
		}
	}
	return true;
}

static void clear(struct gdb_thread *thread)
{
	(void)thread;
	debug_registers_clear(&points);
	for (size_t i = 0; i < BREAKPOINTS_MAX; i++) {
		breakpoints[i].used = false;
	}
}

static const struct gdb_thread_ops ops = {
	.read_registers = read_registers,
	.write_register = write_register,
	.read_memory = read_memory,
	.write_memory = write_memory,
	.insert = insert,
	.remove = remove,
	.clear = clear,
};

void gdb_host_init(void)
{
	debug_registers_clear(&points);
}

void gdb_host_add(struct gdb_host_cpu *cpu, unsigned int number)
{
	format(cpu->name, sizeof(cpu->name), "CPU %u", number);
	cpu->thread = (struct gdb_thread){
		.ops = &ops,
		.name = cpu->name,
		.process = GDB_HOST_PROCESS,
	};
	cpu->gdt = sgdt().base;
	cpu->frame = NULL;
	gdb_thread_add(&cpu->thread);
}

static struct gdb_host_cpu *running_cpu(void)
{
	struct gdb_thread *thread = gdb_thread_first();
	u64 gdt = sgdt().base;

	while (thread->process != GDB_HOST_PROCESS ||
	       cpu_of(thread)->gdt != gdt) {
		thread = thread->next;
	}
	return cpu_of(thread);
}

struct gdb_thread *gdb_host_thread(void)
{
	return &running_cpu()->thread;
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
	return gdb_point_hit(&points, dr6, kind, address);
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
	running_cpu()->frame = frame;
}

/* The resume flag keeps a hardware breakpoint at RIP from hitting again. */
void gdb_host_resumes(bool arm)
{
	const struct gdb_host_cpu *cpu = running_cpu();

	cpu->frame->rflags &= ~RFLAGS_TF;
	cpu->frame->rflags |= RFLAGS_RF;
	if (cpu->thread.step) {
		cpu->frame->rflags |= RFLAGS_TF;
	}
	if (arm) {
		gdb_host_arm();
	}
}
