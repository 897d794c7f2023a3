#pragma once
/*
 * The registers that gdb sees, and the description that tells it so.
 *
 * "Debugging with GDB", appendix "Target Descriptions": i386 Features. The
 * description and the packets come from one table, so they cannot disagree.
 */
#include "gdb/gdb_packet.h"
#include "lib/types.h"

/* In the order of their numbers in the protocol. */
enum gdb_register {
	GDB_RAX,
	GDB_RBX,
	GDB_RCX,
	GDB_RDX,
	GDB_RSI,
	GDB_RDI,
	GDB_RBP,
	GDB_RSP,
	GDB_R8,
	GDB_R9,
	GDB_R10,
	GDB_R11,
	GDB_R12,
	GDB_R13,
	GDB_R14,
	GDB_R15,
	GDB_RIP,
	GDB_EFLAGS,
	GDB_CS,
	GDB_SS,
	GDB_DS,
	GDB_ES,
	GDB_FS,
	GDB_GS,
	GDB_ST0, /* the x87's sixteen: described, for gdb insists, but never
		    read, for the kernel does not touch them */
	GDB_FOP = GDB_ST0 + 15,
	GDB_FS_BASE,
	GDB_GS_BASE,
	GDB_CR0,
	GDB_CR2,
	GDB_CR3,
	GDB_CR4,
	GDB_CR8,
	GDB_EFER,
	GDB_REGISTER_COUNT,
};

/* Indexed by enum gdb_register. */
struct gdb_registers {
	u64 value[GDB_REGISTER_COUNT];
};

/* How many bytes the register has in a packet; number: any. 0: no such one. */
size_t gdb_registers_size(u64 number);

/* Has the register a value? Those of the x87 have not. */
bool gdb_registers_known(u64 number);

/* Appends one register as the packets g and p give it. */
void gdb_registers_put(struct gdb_packet *packet,
		       const struct gdb_registers *registers, u64 number);

/*
 * Takes a register's value, in the digits of packet P or a part of packet G,
 * from text of 2 * gdb_registers_size(number) digits. False: it is not that.
 */
bool gdb_registers_value(const char *text, size_t digits, u64 number,
			 u64 *value);

/* The target description; *length: its size. Made at the first call. */
const char *gdb_registers_description(size_t *length);
