#include "vm/guest_vms_host.h"
#include "channel/channel.h"
#include "cpu/tsc.h"
#include "host/host_resources.h"
#include "host/host_terminal.h"
#include "vcpu/vcpu_exits.h"
#include "vm/guest_vm.h"
#include "vm/guest_vms.h"
#include "vm/guest_vms_monitor.h"

static struct channel_registry channels;

static void flush(void *context, u32 guest)
{
	struct guest_vm *vm = guest_vms_find(guest);

	(void)context;
	if (vm != NULL) {
		guest_vm_flush(vm);
	}
}

static void notify(void *context, u32 guest, unsigned int line)
{
	struct guest_vm *vm = guest_vms_find(guest);

	(void)context;
	if (vm != NULL) {
		guest_vm_pulse(vm, line);
	}
}

/* What channels need of the machines. */
static const struct channel_ops channel_ops = {flush, notify, NULL};

void guest_vms_begin(const struct boot_info *boot,
		     const struct vmx_capabilities *caps,
		     const struct controls *controls,
		     const struct host_options *options)
{
	const struct guest_vm_host host = {
		.caps = caps,
		.controls = controls,
		.ram = &boot->ram,
		.passthrough = host_resources(boot),
		.terminal = host_terminal_begin(&guest_vms_monitor_ops),
		.channels = &channels,
		.dump = options->dump,
		.doctor = options->doctor,
		.stats = options->stats,
		.trace = options->trace,
	};

	host.terminal->whole_lines = options->trace;
	guest_vm_set_host(&host);
	channel_init(&channels, &channel_ops);
	vcpu_exits_init();
	scheduler_set_slice(tsc_from_ns(options->slice));
}
