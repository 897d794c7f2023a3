#include "cpu/panic.h"
#include "boot/kernel.h"
#include "cpu/backtrace.h"
#include "lib/printk.h"

_Noreturn void panic(const char *fmt, ...)
{
	va_list args;

	printk("PANIC: ");
	va_start(args, fmt);
	vprintk(fmt, args);
	va_end(args);
	printk("\n");
	backtrace_print((u64)(uintptr_t)__builtin_return_address(0),
			(u64)(uintptr_t)__builtin_frame_address(0));
	kernel_end(KERNEL_FAILURE);
}
