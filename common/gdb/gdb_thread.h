#pragma once
/*
 * What the debugger can look at: threads, in processes.
 *
 * A thread is whatever has registers: a CPU of the host, or a virtual CPU. A
 * process is an address space: the host is process 1, each guest one more. So
 * gdb keeps the hypervisor's symbols and breakpoints apart from a guest's,
 * although both may lie at the same addresses. A stage adds a thread by
 * handing over its operations; the stub knows nothing else about it.
 */
#include "gdb/gdb_command.h"
#include "gdb/gdb_point.h"
#include "gdb/gdb_registers.h"
#include "lib/types.h"

#define GDB_HOST_PROCESS 1

struct gdb_thread;

struct gdb_thread_ops {
	void (*read_registers)(struct gdb_thread *thread,
			       struct gdb_registers *registers);
	/* False: the register cannot be changed, or not to that. */
	bool (*write_register)(struct gdb_thread *thread,
			       enum gdb_register number, u64 value);
	/*
	 * Copy size bytes at a linear address of the thread. False: some of
	 * them are not there. They never fault.
	 */
	bool (*read_memory)(struct gdb_thread *thread, u64 address, void *to,
			    size_t size);
	bool (*write_memory)(struct gdb_thread *thread, u64 address,
			     const void *from, size_t size);
	/*
	 * Sets or takes away a point, for every thread of the process. False:
	 * it cannot be had. Removing one that is not there is no error.
	 */
	bool (*insert)(struct gdb_thread *thread, enum gdb_point kind,
		       u64 address, u64 length);
	bool (*remove)(struct gdb_thread *thread, enum gdb_point kind,
		       u64 address, u64 length);
	/* Takes all of them away: a debugger has gone. */
	void (*clear)(struct gdb_thread *thread);
};

/* Whoever adds it owns it, and it lasts until it is removed. */
struct gdb_thread {
	const struct gdb_thread_ops *ops;
	const char *name; /* for people: "CPU 0" */
	u32 process;
	/* Given by gdb_thread_add(): */
	u32 number;    /* in its process: 1, 2, ... */
	u32 unique;    /* for a debugger that knows no processes: 1, 2, ... */
	bool step;     /* to run one instruction and stop */
	bool held;     /* to stay where it is while others go on */
	bool detached; /* gdb has let go of its process, or not heard of it */
	struct gdb_thread *next;
};

/*
 * Adds a thread, with ops, name and process set, and removes it. Of one that is
 * not the host's gdb does not hear before gdb_thread_begin().
 */
void gdb_thread_add(struct gdb_thread *thread);
void gdb_thread_remove(struct gdb_thread *thread);

/* All that the process has begin: gdb may hear of them. */
void gdb_thread_begin(u32 process);

/* A process number that no thread has. */
u32 gdb_thread_new_process(void);

/* The first thread; the others follow by next. NULL: there is none. */
struct gdb_thread *gdb_thread_first(void);

/* Is it a thread that id speaks of? Detached ones are not. */
bool gdb_thread_matches(const struct gdb_thread *thread,
			struct gdb_thread_id id);

/* The first thread that id speaks of, or NULL. */
struct gdb_thread *gdb_thread_find(struct gdb_thread_id id);
