#include "gdb/gdb_memory.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"

/* gdb_copy.S */
u64 gdb_copy(void *to, const void *from, u64 size);
extern const char gdb_copy_access[], gdb_copy_end[];

bool gdb_memory_read(u64 address, void *to, size_t size)
{
	return gdb_copy(to, (const void *)(uintptr_t)address, size) == 0;
}

/* Code is mapped read-only: CR0.WP is what makes that hold for the kernel. */
bool gdb_memory_write(u64 address, const void *from, size_t size)
{
	u64 cr0 = read_cr0();

	write_cr0(cr0 & ~CR0_WP);

	bool done = gdb_copy((void *)(uintptr_t)address, from, size) == 0;

	write_cr0(cr0);
	return done;
}

bool gdb_memory_fixed(struct trap_frame *frame)
{
	if (frame->rip != (u64)(uintptr_t)gdb_copy_access) {
		return false;
	}
	frame->rip = (u64)(uintptr_t)gdb_copy_end;
	return true;
}
