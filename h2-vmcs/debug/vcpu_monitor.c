#include "debug/vcpu_monitor.h"
#include "debug/vcpu_focus.h"
#include "doctor/doctor_print.h"
#include "exit_print.h"
#include "lib/printk.h"
#include "lib/string.h"
#include "vmcs.h"

static void print_vmcs(void *context, const char *part)
{
	const struct vcpu_debug *debug = context;
	hpa_t before = vcpu_focus_take(debug);

	if (vmcs_print_matching(part) == 0) {
		printk("This CPU's VMCS has no field with \"%s\" in its "
		       "name.\n",
		       part);
	}
	vcpu_focus_give_back(debug, before);
}

static void print_exits(void *context, const char *arguments)
{
	const struct vcpu_debug *debug = context;

	(void)arguments;
	for (u32 i = 0; i < EXIT_REASON_COUNT; i++) {
		if (debug->exits[i] != 0) {
			printk("%8lu  %2u %s\n", debug->exits[i], i,
			       exit_reason_name(i));
		}
	}
}

static void print_stop_on(const struct vcpu_debug_guest *guest)
{
	printk("Stops on: start\n");
	for (u32 i = 0; i < EXIT_REASON_COUNT; i++) {
		if (guest->stop_on[i]) {
			printk("  %u %s\n", i, exit_reason_name(i));
		}
	}
}

static void set_stop_on(void *context, const char *name)
{
	struct vcpu_debug_guest *guest = ((struct vcpu_debug *)context)->guest;
	u32 reason;

	if (strcmp(name, "none") == 0) {
		memset(guest->stop_on, 0, sizeof(guest->stop_on));
	} else if (exit_reason_parse(name, &reason)) {
		guest->stop_on[reason] = !guest->stop_on[reason];
	} else if (*name != '\0') {
		printk("There is no exit \"%s\": give the SDM's name of a "
		       "basic exit reason, its number, or none.\n",
		       name);
		return;
	}
	print_stop_on(guest);
}

static void examine(void *context, const char *arguments)
{
	const struct vcpu_debug *debug = context;
	hpa_t before = vcpu_focus_take(debug);

	(void)arguments;
	(void)doctor_print(debug->caps);
	vcpu_focus_give_back(debug, before);
}

static void print_guest(void *context, const char *arguments)
{
	const struct vcpu_debug *debug = context;
	hpa_t before = vcpu_focus_take(debug);

	(void)arguments;
	exit_print_guest(debug->vcpu);
	vcpu_focus_give_back(debug, before);
}

static const struct gdb_monitor_command commands[] = {
	{"vmcs", "[field]", "the VMCS, or the fields with this in their name",
	 print_vmcs},
	{"exits", "", "how often the guest has exited, by reason", print_exits},
	{"stop-on", "[exit]", "stop at each exit of this name or number; none",
	 set_stop_on},
	{"doctor", "", "would an entry succeed? each rule that is broken",
	 examine},
	{"guest", "", "the guest's state, as a report prints it", print_guest},
};

void vcpu_monitor_add(struct vcpu_debug *debug)
{
	debug->monitor = (struct gdb_monitor_table){
		.commands = commands,
		.count = ARRAY_SIZE(commands),
		.context = debug,
		.thread = &debug->thread,
	};
	gdb_monitor_add(&debug->monitor);
}
