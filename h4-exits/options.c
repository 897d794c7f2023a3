#include "options.h"
#include "boot/cmdline.h"
#include "lib/printk.h"

const char *const options_words[] = {
	"guest=",   "mem=",   "lazy",	"kind=",  "load=",  "entry=",
	"modules=", "flash=", "ports=", "limit=", "seeds=", "all-exits",
	"doctor",   "dump",   "trace",	"stats",  NULL,
};

/* ns for each guest, where no other limit is wanted: not all of them end. */
#define SEEDS_LIMIT 100000000u

static bool read_seeds(struct seed_range *seeds, const char *cmdline)
{
	seeds->wanted = cmdline_has_value(cmdline, "seeds");
	if (seeds->wanted &&
	    (!cmdline_range(cmdline, "seeds", &seeds->first, &seeds->last) ||
	     seeds->last == UINT64_MAX)) {
		printk("seeds= takes two numbers, such as 1-50\n");
		return false;
	}
	return true;
}

bool options_read(struct options *options, const char *cmdline)
{
	options->all_exits = cmdline_has(cmdline, "all-exits");
	options->doctor = cmdline_has(cmdline, "doctor");
	options->dump = cmdline_has(cmdline, "dump");
	options->trace = cmdline_has(cmdline, "trace");
	options->stats = cmdline_has(cmdline, "stats");
	options->gdb = cmdline_has(cmdline, "gdb");
	options->guest_cmdline = cmdline_guest(cmdline);
	if (!vm_options_read(&options->vm, cmdline) ||
	    !boot_options_read(&options->boot, cmdline) ||
	    !machine_options_read(&options->machine, cmdline) ||
	    !read_seeds(&options->seeds, cmdline)) {
		return false;
	}
	if (options->seeds.wanted && options->machine.limit == 0) {
		options->machine.limit = SEEDS_LIMIT;
	}
	return true;
}
