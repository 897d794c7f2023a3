#pragma once
/*
 * A guest's CPU: h3's vCPU, and what the hypervisor keeps of it beside the
 * VMCS.
 */
#include "access_rights.h"
#include "cpu/cpuid_table.h"
#include "decode/decode.h"
#include "devices/bus.h"
#include "ept_vcpu.h"
#include "events/event_queue.h"
#include "machine/machine.h"
#include "memory/guest_locate.h"

struct answer;
struct exit_trace;
struct guest_cpu;
struct machine_options;

/* Answers an exit: see exits/exit_table.h. */
typedef struct answer (*exit_handler)(struct guest_cpu *cpu);

/* MSRs whose value is kept here, as the guest's instructions do not use them.
 */
struct guest_msrs {
	u64 tsc_adjust;
	u64 misc_enable;
	u64 mcg_status;
	u64 mtrr_def_type;
	u64 mtrr_fixed[11];
	u64 mtrr_variable[16]; /* PHYSBASE and PHYSMASK by turns */
};

/* The instruction that was decoded last. */
struct decoded {
	u8 bytes[INSTRUCTION_LENGTH_MAX + 1];
	unsigned int count; /* bytes of it that there are; 0: none */
	enum code_size code_size;
	struct instruction instruction;
};

struct guest_cpu {
	struct ept_vcpu vcpu;
	struct event_queue events;
	const exit_handler *handlers; /* EXIT_REASON_COUNT of them */
	struct machine *machine;
	struct bus *devices;	      /* in memory, as this CPU sees them */
	exit_handler other_hypercall; /* one that hypercall.h does not list */
	struct cpuid_table cpuid;
	struct bus msrs; /* those that exit */
	struct guest_msrs msr;
	u8 maxphyaddr;		    /* CPUID 80000008H:EAX[7:0] */
	bool pages_1g;		    /* CPUID 80000001H:EDX[26] */
	u64 cr8;		    /* 0 .. 15 */
	struct guest_location code; /* of the instruction emulated last */
	struct decoded decoded;
	u64 cr4_allowed; /* bits that the guest may set */
	u64 xcr0_supported;
	u32 period; /* of the VMX-preemption timer: guest_period.h */
	u64 exits[EXIT_REASON_COUNT];
	struct exit_trace *trace; /* NULL: nobody watches */
};

/*
 * The controls of h4's guests. Beside h3's: the guest's TSC is shifted, NMIs
 * are virtual, and RDPMC exits.
 */
struct guest_cpu_wishes {
	bool all_exits; /* of every instruction that can and has a handler */
	bool timed;	/* the CPU has a period: see guest_period.h */
};

/* What to fit to the CPU; a later stage wishes for more. */
struct control_wishes guest_cpu_wish(const struct vmx_capabilities *caps,
				     struct guest_cpu_wishes also);

struct control_gap guest_cpu_fit(const struct vmx_capabilities *caps,
				 struct guest_cpu_wishes also,
				 struct controls *controls);

/*
 * XCR0 and PKRU of the running CPU are its guests' from here on. The host's
 * CR4, which goes into a VMCS, gets the bits without which XSETBV and RDPKRU
 * are not to be had.
 */
void guest_cpu_give_extended_state(void);

/* The only CPU of a machine, whose only interrupt controller is the PIC. */
extern const struct cpuid_processor guest_cpu_single;

/*
 * Makes a CPU of the machine, whose VMCS is current then, in the state after
 * reset but for what guest_start does. vpid: as for ept_vcpu_init().
 * processor: what CPUID tells of it; whoever says that it has a local APIC
 * registers the MSRs of that with cpu->msrs afterwards. Errors, after which
 * nothing is left behind: those of ept_vcpu_init(), and of the MSRs' registry.
 */
struct error guest_cpu_init(struct guest_cpu *cpu, struct machine *machine,
			    const struct vmx_capabilities *caps,
			    const struct controls *controls,
			    const struct cpuid_processor *processor, u16 vpid);

/* Lets the guest reach the host's ports that the options name. */
void guest_cpu_pass_ports(struct guest_cpu *cpu,
			  const struct machine_options *options);

/* Gives back what it took, and the host's XCR0. Error: VMCLEAR fails. */
struct error guest_cpu_destroy(struct guest_cpu *cpu);

static inline union vcpu_registers *guest_cpu_registers(struct guest_cpu *cpu)
{
	return &cpu->vcpu.vcpu.registers;
}

/* The machine's timers and its console have been looked after: what follows? */
void guest_cpu_notice(struct guest_cpu *cpu);

/*
 * After an access to a device: an interrupt that has come up, or the end of
 * the machine, is looked at before the next entry. An interrupt for which the
 * guest has an open window needs no second look.
 */
static inline void guest_cpu_after_access(struct guest_cpu *cpu)
{
	struct machine *machine = cpu->machine;

	if (__builtin_expect(machine_changed(machine), false)) {
		guest_cpu_notice(cpu);
	}
	if (__builtin_expect(
		    (pic8259_pending(&machine->pic) && !cpu->events.window) ||
			    machine->end.kind != MACHINE_RUNS,
		    false)) {
		event_queue_signal(&cpu->events);
	}
}

/* The guest's time-stamp counter now. */
u64 guest_cpu_tsc(void);

/* Adds ticks, modulo 2^64, to the guest's time-stamp counter. */
void guest_cpu_shift_tsc(u64 ticks);

/* The current privilege level: SDM, "Guest Register State", SS's DPL. */
static inline unsigned int guest_cpu_cpl(void)
{
	return ACCESS_RIGHTS_DPL(vmcs_read(GUEST_SS_ACCESS_RIGHTS));
}
