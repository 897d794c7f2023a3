#pragma once
/*
 * What the monitor can ask of the virtual machines, and do with them. Whoever
 * has them implements it.
 */
#include "console/input_ring.h"
#include "console/terminal_speaker.h"
#include "lib/error.h"

struct monitor_vm {
	u32 id;
	const char *name;  /* "" where it has none */
	const char *state; /* one of monitor_ops.states */
	u32 vcpus;
	u64 memory; /* bytes */
	struct terminal_speaker *speaker;
	struct input_ring *input; /* NULL: it takes none now */
};

#define MONITOR_NO_CPU UINT32_MAX

struct monitor_vcpu {
	const char *state;
	u32 cpu;    /* the host CPU that it runs on, or MONITOR_NO_CPU */
	u64 exits;  /* since it began */
	u64 run_ms; /* the time that it has run, in milliseconds */
};

/* A CPU of the host, since it began. */
struct monitor_cpu {
	u64 runs;	/* how often a vCPU got it */
	u64 switches;	/* of these, another one than before */
	u64 migrations; /* of these, one that came from another CPU */
	u64 idle_ms;	/* the time without any, in milliseconds */
};

struct monitor_ops {
	/* The names of the states, ending with NULL: for `vm wait`. */
	const char *const *states;

	/* The index-th virtual machine, in the order of ids. False: none. */
	bool (*vm)(void *context, u32 index, struct monitor_vm *vm);
	/* vCPU number vcpu of it. False: there is none, or no more. */
	bool (*vcpu)(void *context, u32 id, u32 vcpu,
		     struct monitor_vcpu *state);
	/* A CPU of the host by its number. False: there are no more. */
	bool (*cpu)(void *context, u32 number, struct monitor_cpu *cpu);

	/*
	 * What `vm start` and its likes do. They begin it: a machine that is
	 * to stop may take a while. Errors: there is no such machine; a move
	 * that its state does not allow, which names both states.
	 */
	struct error (*start)(void *context, u32 id);
	struct error (*stop)(void *context, u32 id);
	struct error (*suspend)(void *context, u32 id);
	struct error (*resume)(void *context, u32 id);
	struct error (*reset)(void *context, u32 id);
	struct error (*destroy)(void *context, u32 id);

	/* Pulses an interrupt line of the machine's. Error: it has none. */
	struct error (*interrupt)(void *context, u32 id, u64 line);

	/*
	 * These print, with printk(), on the CPU that calls. Errors: what is
	 * asked for cannot be had now; a field or an address that is none.
	 */
	struct error (*print_exits)(void *context, u32 id);
	/* What it was described as. */
	struct error (*print_description)(void *context, u32 id);
	struct error (*print_registers)(void *context, u32 id, u32 vcpu);
	/* All that is mapped, */
	struct error (*print_ept)(void *context, u32 id);
	/* or the way to one guest-physical address. */
	struct error (*print_ept_walk)(void *context, u32 id, u64 gpa);
	/* field: a name as the manual spells it; NULL: all fields. */
	struct error (*print_vmcs)(void *context, u32 id, u32 vcpu,
				   const char *field);

	/* Something has been put into the machine's input. */
	void (*notify_input)(void *context, u32 id);
	/* All machines shall stop, and then the hypervisor. */
	void (*quit)(void *context);
	void *context;
};
