#include "machine/machine_options.h"
#include "boot/cmdline.h"
#include "lib/printk.h"
#include "lib/string.h"

#define LIMIT_MS_MAX 86400000u /* a day */

static bool read_flash(struct machine_options *options, const char *cmdline)
{
	if (!cmdline_has_value(cmdline, "flash")) {
		return true;
	}
	if (!cmdline_value(cmdline, "flash", options->flash,
			   sizeof(options->flash)) ||
	    options->flash[0] == '\0') {
		printk("flash= takes the path of a file on the disk, or host, "
		       "for the host's own chip\n");
		return false;
	}
	if (strcmp(options->flash, "host") == 0) {
		options->flash_pass_through = true;
		options->flash[0] = '\0';
	}
	return true;
}

static bool read_ports(struct machine_options *options, const char *cmdline)
{
	u64 first, last;

	if (!cmdline_has_value(cmdline, "ports")) {
		return true;
	}
	if (!cmdline_range(cmdline, "ports", &first, &last) ||
	    last > UINT16_MAX) {
		printk("ports= takes two ports, such as 0x2f8-0x2ff\n");
		return false;
	}
	options->has_ports = true;
	options->first_port = (u16)first;
	options->last_port = (u16)last;
	return true;
}

static bool read_limit(struct machine_options *options, const char *cmdline)
{
	u64 ms;

	if (!cmdline_has_value(cmdline, "limit")) {
		return true;
	}
	if (!cmdline_number(cmdline, "limit", &ms) || ms == 0 ||
	    ms > LIMIT_MS_MAX) {
		printk("limit= takes a number of milliseconds from 1 to %u\n",
		       LIMIT_MS_MAX);
		return false;
	}
	options->limit = ms * (DEVICE_CLOCK_HZ / 1000);
	return true;
}

bool machine_options_read(struct machine_options *options, const char *cmdline)
{
	memset(options, 0, sizeof(*options));
	return read_flash(options, cmdline) && read_ports(options, cmdline) &&
	       read_limit(options, cmdline);
}

void machine_options_limit(const struct machine_options *options,
			   struct machine *machine)
{
	if (options->limit != 0) {
		time_limit_start(&machine->limit, &machine->clock,
				 &machine->end, options->limit);
		machine_notice(machine);
	}
}
