#include "vm_options.h"
#include "boot/cmdline.h"
#include "lib/printk.h"

#define DEFAULT_PATH "/sbin/skernel-x86"
#define DEFAULT_MIB  32u
#define MIB_MAX	     65536u

static bool read_memory(struct vm_options *options, const char *cmdline)
{
	u64 mib = DEFAULT_MIB;

	if (cmdline_has_value(cmdline, "mem") &&
	    (!cmdline_number(cmdline, "mem", &mib) || mib == 0 ||
	     mib > MIB_MAX)) {
		printk("mem= takes a number of MiB from 1 to %u\n", MIB_MAX);
		return false;
	}
	options->memory_size = MIB(mib);
	return true;
}

static bool read_path(struct vm_options *options, const char *cmdline)
{
	format(options->path, sizeof(options->path), "%s", DEFAULT_PATH);
	if (cmdline_has_value(cmdline, "guest") &&
	    !cmdline_value(cmdline, "guest", options->path,
			   sizeof(options->path))) {
		printk("guest= takes a path of at most %u characters\n",
		       VM_OPTIONS_PATH_SIZE - 1);
		return false;
	}
	return true;
}

bool vm_options_read(struct vm_options *options, const char *cmdline)
{
	options->lazy = cmdline_has(cmdline, "lazy");
	return read_memory(options, cmdline) && read_path(options, cmdline);
}
