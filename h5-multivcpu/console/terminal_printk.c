#include "console/terminal_printk.h"
#include "lib/printk.h"
#include "smp/cpu.h"

static struct terminal_output *output;
static struct terminal_speaker speakers[CPUS_MAX];

static void say(const char *text, size_t length)
{
	if (length == 0) {
		terminal_output_flush(output);
	} else {
		terminal_output_say(output, &speakers[cpu_number()], text,
				    length);
	}
}

void terminal_printk_begin(struct terminal_output *terminal, u32 cpus)
{
	output = terminal;
	for (u32 i = 0; i < cpus; i++) {
		terminal_speaker_init(&speakers[i], "");
		terminal_output_add(terminal, &speakers[i]);
	}
	printk_begin();
	printk_divert(say);
	printk_end();
}
