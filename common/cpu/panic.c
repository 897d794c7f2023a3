#include "cpu/panic.h"
#include "boot/kernel.h"
#include "cpu/backtrace.h"
#include "gdb/gdb_stub.h"
#include "lib/printk.h"
#include "smp/smp_stop.h"

_Noreturn void panic(const char *fmt, ...)
{
	/* The compiler's prologue: the caller's RBP, then the way back to it.
	 */
	const u64 *frame = __builtin_frame_address(0);
	va_list args;

	smp_stop_others();
	printk("PANIC: ");
	smp_stop_print_place();
	va_start(args, fmt);
	vprintk(fmt, args);
	va_end(args);
	printk("\n");
	backtrace_print(frame[1], frame[0]);
	gdb_stub_break();
	kernel_end(KERNEL_FAILURE);
}
