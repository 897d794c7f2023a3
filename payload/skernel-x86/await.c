#include "await.h"
#include "cpu/instructions.h"
#include "cpu/pic.h"
#include "cpu/traps.h"
#include "lib/printk.h"

#define LINES	     16u
#define CASCADE_LINE 2u

static volatile u64 come;

static void on_interrupt(struct trap_frame *frame)
{
	pic_eoi((unsigned int)frame->vector - PIC_FIRST_VECTOR);
	come++;
}

enum kernel_status await_run(u64 line)
{
	if (line >= LINES || line == CASCADE_LINE) {
		printk("await: no such interrupt line: %lu\n", line);
		return KERNEL_FAILURE;
	}
	pic_init();
	traps_set_handler((u8)PIC_VECTOR(line), on_interrupt);
	pic_unmask((unsigned int)line);
	printk("await: ready for interrupt %lu\n", line);
	while (come == 0) {
		sti_hlt();
		cli();
	}
	pic_mask((unsigned int)line);
	printk("await: interrupt %lu has come\n", line);
	return KERNEL_SUCCESS;
}
