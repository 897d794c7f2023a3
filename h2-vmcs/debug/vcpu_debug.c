#include "debug/vcpu_debug.h"
#include "cpu/instructions.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "debug/vcpu_dr.h"
#include "debug/vcpu_monitor.h"
#include "debug/vcpu_mtf.h"
#include "debug/vcpu_step.h"
#include "debug/vcpu_thread.h"
#include "gdb/gdb_host.h"
#include "gdb/gdb_memory.h"
#include "lib/printk.h"
#include "vmcs.h"

#define INTERRUPTION_VECTOR 0xffu

/* IA32_VMX_MISC: the timer counts once in this power of two of TSC ticks. */
#define MISC_TIMER_RATE 0x1f
#define LOOK_EVERY	(1u << 24) /* TSC ticks between two looks at Ctrl-C */

static bool read_own(void *context, u64 address, void *to, size_t size)
{
	(void)context;
	return gdb_memory_read(address, to, size);
}

static bool write_own(void *context, u64 address, const void *from, size_t size)
{
	(void)context;
	return gdb_memory_write(address, from, size);
}

/* For a guest that shares the kernel's memory. */
static const struct vcpu_debug_memory own_memory = {read_own, write_own};

/*
 * The resume flag keeps gdb's breakpoint at RIP from hitting again; without
 * one it would only hide a breakpoint of the guest's own.
 */
static void stop(struct vcpu_debug *debug, struct gdb_stop why)
{
	debug->step.pending = false;
	why.thread = &debug->thread;
	gdb_stub_stop(&why);
	if (gdb_point_at(&debug->guest->points, vmcs_read(GUEST_RIP))) {
		vmcs_write(GUEST_RFLAGS, vmcs_read(GUEST_RFLAGS) | RFLAGS_RF);
	}
}

/*
 * What stops a guest before it goes on. A Ctrl-C that came while another one
 * ran is as good as one that came now. A step that gdb has given up, for
 * another thread stopped first, has no end.
 */
static void before_entry(struct vcpu_debug *debug)
{
	if (!debug->guest->started) {
		debug->guest->started = true;
		gdb_thread_begin(debug->guest->process);
		stop(debug, (struct gdb_stop){.signal = GDB_SIGNAL_TRAP});
	}
	if (gdb_stub_interrupted()) {
		stop(debug, (struct gdb_stop){.signal = GDB_SIGNAL_INT});
	}
	if (!debug->thread.step) {
		debug->step.pending = false;
	}
	if (vcpu_step_is_over(debug)) {
		stop(debug, (struct gdb_stop){.signal = GDB_SIGNAL_TRAP});
	}
}

/* An entry and its exit, with the CPU's debug registers the guest's. */
static struct vcpu_exit enter(struct vcpu_debug *debug)
{
	struct vcpu_exit exit;

	debug->joined =
		debug_registers_join(&debug->guest->points, &debug->own);
	if (debug->thread.step) {
		vcpu_step_arm(debug);
	}
	vmcs_write(GUEST_DR7, debug->joined.set.dr7);
	gdb_monitor_prefer(&debug->thread);
	gdb_stub_guest_enters();
	debug_registers_load_addresses(&debug->joined.set);
	exit = vcpu_run_directly(debug->vcpu);
	gdb_stub_guest_left();
	vcpu_step_disarm(debug);
	if (gdb_host_thread()->step) {
		/* A step over VMLAUNCH: the exit has cleared the host's TF. */
		gdb_stub_stop(&(struct gdb_stop){.thread = gdb_host_thread(),
						 .signal = GDB_SIGNAL_TRAP});
	}
	return exit;
}

/*
 * A #DB may be gdb's, the guest's, or both: then the guest's is delivered when
 * gdb lets the guest go on.
 */
static void take_debug_exception(struct vcpu_debug *debug)
{
	u64 qualification = vmcs_read(EXIT_QUALIFICATION);
	bool stepped = (qualification & DR6_BS) != 0 && debug->step.pending;
	u64 own = vcpu_dr_own_part(debug, qualification);
	struct gdb_stop why = {.signal = GDB_SIGNAL_TRAP};

	why.at_point = gdb_point_hit(&debug->guest->points, qualification,
				     &why.point, &why.address);
	if (own != 0 || (!why.at_point && !stepped)) {
		vcpu_dr_reflect(debug, own);
	}
	if (why.at_point || stepped) {
		stop(debug, why);
	}
}

static bool take_exception(struct vcpu_debug *debug)
{
	u64 information = vmcs_read(VM_EXIT_INTERRUPTION_INFO);

	if (vcpu_step_takes_exception(debug)) {
		return true;
	}
	if ((information & INTERRUPTION_VECTOR) != VECTOR_DEBUG) {
		return false;
	}
	take_debug_exception(debug);
	return true;
}

/* The exits that are there because of the debugger alone. */
static bool take_exit(struct vcpu_debug *debug, enum exit_reason reason)
{
	switch (reason) {
	case EXIT_EXCEPTION_OR_NMI:
		return take_exception(debug);
	case EXIT_MONITOR_TRAP_FLAG:
		stop(debug, (struct gdb_stop){.signal = GDB_SIGNAL_TRAP});
		return true;
	case EXIT_MOV_DR:
		vcpu_dr_move(debug);
		return true;
	case EXIT_PREEMPTION_TIMER:
		if (vcpu_step_ends_by_timer(debug)) {
			stop(debug,
			     (struct gdb_stop){.signal = GDB_SIGNAL_TRAP});
			return true;
		}
		return !debug->answers_timer;
	case EXIT_EXTERNAL_INTERRUPT:
		/* gdb_stub_guest_left() has let it in. */
		return !debug->guest->answers_interrupts;
	default:
		return false;
	}
}

/* stop-on: the host's thread stops, on its way to whoever answers the exit. */
static void announce(struct vcpu_debug *debug, enum exit_reason reason)
{
	struct gdb_stop why = {
		.thread = gdb_host_thread(),
		.signal = GDB_SIGNAL_TRAP,
	};

	if ((u32)reason >= EXIT_REASON_COUNT) {
		return;
	}
	debug->exits[reason]++;
	if (debug->guest->stop_on[reason]) {
		gdb_stub_say("%s: exit %u, %s, guest RIP %#lx\n",
			     debug->thread.name, reason,
			     exit_reason_name(reason), vmcs_read(GUEST_RIP));
		gdb_stub_stop(&why);
	}
}

struct vcpu_exit vcpu_debug_run(struct vcpu *vcpu)
{
	struct vcpu_debug *debug = vcpu->debug;
	struct vcpu_exit exit;

	do {
		before_entry(debug);
		exit = enter(debug);
		if (!vcpu_entered(exit)) {
			return exit;
		}
	} while (take_exit(debug, vcpu_basic_reason(exit)));
	announce(debug, vcpu_basic_reason(exit));
	return exit;
}

/*
 * An interrupt ends the guest's run by itself, but for Bochs where the guest
 * has interrupts off: there the timer does. Where the hypervisor has a use for
 * the timer, the guest comes out often enough anyway.
 */
static void start_timer(struct vcpu_debug *debug)
{
	struct controls *controls = &debug->vcpu->controls;
	u64 rate = debug->caps->misc & MISC_TIMER_RATE;

	debug->answers_timer =
		(controls->pin & PIN_ACTIVATE_VMX_PREEMPTION_TIMER) != 0;
	debug->has_timer =
		vmx_allows(debug->caps->pin, PIN_ACTIVATE_VMX_PREEMPTION_TIMER);
	if (debug->has_timer && !debug->answers_timer) {
		controls->pin |= PIN_ACTIVATE_VMX_PREEMPTION_TIMER;
		vmcs_write(PIN_BASED_CONTROLS, controls->pin);
		vmcs_write(VMX_PREEMPTION_TIMER_VALUE,
			   max_u64(1, LOOK_EVERY >> rate));
	}
}

/*
 * Breakpoints are in the VMCS's DR7, so an entry has to load it; every debug
 * control of the VMCS may be 1 on every CPU.
 */
static void write_controls(struct vcpu_debug *debug)
{
	struct controls *controls = &debug->vcpu->controls;

	start_timer(debug);
	controls->primary |= PRIMARY_MOV_DR_EXITING;
	controls->entry |= ENTRY_LOAD_DEBUG_CONTROLS;
	vmcs_write(PRIMARY_CONTROLS, controls->primary);
	vmcs_write(VM_ENTRY_CONTROLS, controls->entry);
	vmcs_write(EXCEPTION_BITMAP,
		   vmcs_read(EXCEPTION_BITMAP) | BIT(VECTOR_DEBUG));
}

void vcpu_debug_guest_init(struct vcpu_debug_guest *guest,
			   const struct vcpu_debug_memory *memory,
			   void *memory_context)
{
	*guest = (struct vcpu_debug_guest){
		.process = gdb_thread_new_process(),
		.memory = memory != NULL ? memory : &own_memory,
		.memory_context = memory_context,
	};
	debug_registers_clear(&guest->points);
}

bool vcpu_debug_read(const struct vcpu_debug *debug, u64 address, void *to,
		     size_t size)
{
	const struct vcpu_debug_guest *guest = debug->guest;

	return guest->memory->read(guest->memory_context, address, to, size);
}

bool vcpu_debug_write(const struct vcpu_debug *debug, u64 address,
		      const void *from, size_t size)
{
	const struct vcpu_debug_guest *guest = debug->guest;

	return guest->memory->write(guest->memory_context, address, from, size);
}

void vcpu_debug_attach(struct vcpu_debug *debug, struct vcpu *vcpu,
		       const struct vmx_capabilities *caps,
		       struct vcpu_debug_guest *guest, unsigned int number)
{
	if (!gdb_stub_listening()) {
		return;
	}
	*debug = (struct vcpu_debug){
		.thread = {.ops = &vcpu_thread_ops,
			   .name = debug->name,
			   .process = guest->process},
		.vcpu = vcpu,
		.guest = guest,
		.caps = caps,
		.own_dr6 = DR6_INITIAL,
	};
	format(debug->name, sizeof(debug->name), "vCPU %u", number);
	debug_registers_clear(&debug->own);
	debug->monitor_trap_flag = vcpu_mtf_works(debug);
	write_controls(debug);
	vcpu->debug = debug;
	vcpu->run = vcpu_debug_run;
	gdb_thread_add(&debug->thread);
	vcpu_monitor_add(debug);
}

void vcpu_debug_detach(struct vcpu_debug *debug)
{
	if (!gdb_stub_listening()) {
		return;
	}
	gdb_monitor_remove(&debug->monitor);
	gdb_thread_remove(&debug->thread);
	debug->vcpu->run = NULL;
	debug->vcpu->debug = NULL;
}
