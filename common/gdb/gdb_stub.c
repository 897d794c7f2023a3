#include "gdb/gdb_stub.h"
#include "console/uart.h"
#include "cpu/debug_registers.h"
#include "cpu/instructions.h"
#include "cpu/pic.h"
#include "cpu/registers.h"
#include "cpu/traps.h"
#include "gdb/gdb_host.h"
#include "gdb/gdb_link.h"
#include "gdb/gdb_memory.h"
#include "gdb/gdb_output.h"
#include "gdb/gdb_serve.h"
#include "lib/printk.h"

#define INT3_LENGTH 1

static struct {
	bool listening;
	bool stopped;	  /* gdb is being served: an exception is our own */
	bool guest_runs;  /* the CPU is a guest's, or about to be */
	bool guest_left;  /* it was a moment ago: an interrupt was for it */
	bool interrupted; /* and was a Ctrl-C */
	u64 rflags;	  /* of the host, while the guest runs */
	u64 cr2;	  /* while gdb is being served */
	const struct gdb_stop *asked; /* by gdb_stub_stop(), on the way */
} stub;

bool gdb_stub_listening(void)
{
	return stub.listening;
}

bool gdb_stub_attached(void)
{
	return gdb_serve_attached();
}

/*
 * Returns the signal that gdb wants the host to go on with. What gdb reads may
 * not be mapped; the page fault leaves its address in CR2, which may hold a
 * guest's.
 */
static enum gdb_signal stop(struct trap_frame *frame,
			    const struct gdb_stop *why)
{
	enum gdb_signal signal;

	stub.cr2 = read_cr2();
	gdb_host_stopped(frame);
	stub.stopped = true;
	gdb_link_interrupt(false);
	signal = gdb_serve(why);
	gdb_link_interrupt(true);
	write_cr2(stub.cr2);
	stub.stopped = false;
	gdb_host_resumes(!stub.guest_runs);
	return signal;
}

static struct gdb_stop host_stop(enum gdb_signal signal)
{
	return (struct gdb_stop){
		.thread = gdb_host_thread(),
		.signal = signal,
	};
}

/* INT3: ours, the kernel's own, or gdb_stub_stop(). */
static void on_breakpoint(struct trap_frame *frame)
{
	struct gdb_stop why = host_stop(GDB_SIGNAL_TRAP);

	if (stub.asked != NULL) {
		why = *stub.asked;
		stub.asked = NULL;
	} else if (gdb_host_has_breakpoint(frame->rip - INT3_LENGTH)) {
		frame->rip -= INT3_LENGTH;
		why.at_point = true;
		why.point = GDB_POINT_SOFTWARE;
	}
	stop(frame, &why);
}

/* DR6 is cleared by software alone. */
static void on_debug(struct trap_frame *frame)
{
	struct gdb_stop why = host_stop(GDB_SIGNAL_TRAP);
	u64 dr6 = read_dr6();

	write_dr6(DR6_INITIAL);
	if (stub.stopped || traps_is_entry(frame->rip)) {
		return;
	}
	why.at_point = gdb_host_hit(dr6, &why.point, &why.address);
	stop(frame, &why);
}

static enum gdb_signal signal_of(u64 vector)
{
	switch (vector) {
	case VECTOR_DIVIDE_ERROR:
	case VECTOR_X87:
	case VECTOR_SIMD:
		return GDB_SIGNAL_FPE;
	case VECTOR_INVALID_OPCODE:
		return GDB_SIGNAL_ILL;
	default:
		return GDB_SIGNAL_SEGV;
	}
}

/*
 * As with a signal of Unix: `continue` delivers it, and the kernel panics;
 * `signal 0` has it try again, with what gdb may have changed.
 */
static void on_fault(struct trap_frame *frame)
{
	struct gdb_stop why = host_stop(signal_of(frame->vector));

	if (gdb_memory_fixed(frame)) {
		return;
	}
	if (stub.stopped || !gdb_stub_attached() ||
	    stop(frame, &why) != GDB_SIGNAL_NONE) {
		traps_report(frame);
	}
}

/*
 * Bytes while the kernel runs are Ctrl-C, or a debugger that comes anew; that
 * one sends a packet, and expects to find everything stopped.
 */
static void on_byte(struct trap_frame *frame)
{
	struct gdb_stop why = host_stop(GDB_SIGNAL_INT);
	enum gdb_packet_event event = gdb_link_poll();

	pic_eoi(UART_COM2_IRQ);
	if (event != GDB_PACKET_INTERRUPT && event != GDB_PACKET_ACK) {
		return;
	}
	if (stub.guest_left && gdb_stub_attached()) {
		stub.interrupted = true;
	} else {
		stop(frame, &why);
	}
}

static void take_traps(void)
{
	for (u8 vector = 0; vector < TRAP_EXCEPTIONS; vector++) {
		if (vector != VECTOR_NMI) {
			traps_set_handler(vector, on_fault);
		}
	}
	traps_set_handler(VECTOR_DEBUG, on_debug);
	traps_set_handler(VECTOR_BREAKPOINT, on_breakpoint);
	traps_set_handler(PIC_VECTOR(UART_COM2_IRQ), on_byte);
}

void gdb_stub_start(void)
{
	static struct gdb_host_cpu boot_cpu;

	gdb_link_init();
	gdb_host_init();
	gdb_host_add(&boot_cpu, 0);
	take_traps();
	pic_init();
	pic_unmask(UART_COM2_IRQ);
	stub.listening = true;
	printk("gdb: waiting for the debugger on the second serial port\n");
	int3();
	sti();
}

void gdb_stub_stop(const struct gdb_stop *why)
{
	if (gdb_stub_attached() && !why->thread->detached) {
		stub.asked = why;
		int3();
	}
}

void gdb_stub_break(void)
{
	if (gdb_stub_attached() && !stub.stopped) {
		int3();
	}
}

void gdb_stub_say(const char *fmt, ...)
{
	printk_writer *before;
	va_list args;

	if (!gdb_stub_attached()) {
		return;
	}
	va_start(args, fmt);
	printk_begin();
	before = printk_divert(gdb_output_text);
	vprintk(fmt, args);
	printk_divert(before);
	printk_end();
	va_end(args);
}

/* An interrupt that comes before the entry stops the host. */
void gdb_stub_guest_enters(void)
{
	stub.rflags = read_rflags();
	stub.guest_runs = true;
	gdb_host_disarm();
}

/* STI holds interrupts off for one more instruction. */
void gdb_stub_guest_left(void)
{
	stub.guest_runs = false;
	stub.guest_left = true;
	asm volatile("sti; nop; cli" : : : "memory");
	stub.guest_left = false;
	gdb_host_arm();
	if ((stub.rflags & RFLAGS_IF) != 0) {
		sti();
	}
}

bool gdb_stub_interrupted(void)
{
	bool interrupted = stub.interrupted;

	stub.interrupted = false;
	return interrupted;
}

u64 *gdb_stub_cr2(void)
{
	return &stub.cr2;
}

void gdb_stub_end(u8 status)
{
	if (gdb_stub_attached() && !stub.stopped) {
		gdb_host_disarm();
		stub.stopped = true;
		gdb_serve_end(status);
		stub.stopped = false;
	}
}
