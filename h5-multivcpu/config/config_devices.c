#include "config/config_job.h"

enum {
	EMU_DEVICES,
	PASSTHROUGH_DEVICES,
	PASSTHROUGH_PORTS,
	EXCLUDED_DEVICES,
	EXCLUDED_PORTS,
	INTERRUPT_MODE,
};

static const char *const names[] = {
	[EMU_DEVICES] = "emu_devices",
	[PASSTHROUGH_DEVICES] = "passthrough_devices",
	[PASSTHROUGH_PORTS] = "passthrough_ports",
	[EXCLUDED_DEVICES] = "excluded_devices",
	[EXCLUDED_PORTS] = "excluded_ports",
	[INTERRUPT_MODE] = "interrupt_mode",
};

static const struct config_shape shape = {
	.what = "[devices]",
	.names = names,
	.count = ARRAY_SIZE(names),
};

static const struct config_choice modes[] = {
	{"none", -1, VM_CONFIG_INTERRUPTS_NONE},
	{"no", -1, VM_CONFIG_INTERRUPTS_NONE},
	{"emulated", -1, VM_CONFIG_INTERRUPTS_EMULATED},
	{"emu", -1, VM_CONFIG_INTERRUPTS_EMULATED},
	{"passthrough", -1, VM_CONFIG_INTERRUPTS_PASSTHROUGH},
	{"pt", -1, VM_CONFIG_INTERRUPTS_PASSTHROUGH},
};

bool config_devices_read(struct config_job *job,
			 const struct toml_node *devices)
{
	struct config_value mode =
		config_value(devices, &shape, INTERRUPT_MODE);
	struct config_value emulated =
		config_value(devices, &shape, EMU_DEVICES);
	struct config_value passed =
		config_value(devices, &shape, PASSTHROUGH_DEVICES);
	struct config_value ports =
		config_value(devices, &shape, PASSTHROUGH_PORTS);
	struct config_value excluded =
		config_value(devices, &shape, EXCLUDED_DEVICES);
	struct config_value kept =
		config_value(devices, &shape, EXCLUDED_PORTS);
	u32 chosen = VM_CONFIG_INTERRUPTS_EMULATED;

	if (!config_record(devices, &shape, job->error) ||
	    !config_value_choice(&mode, modes, ARRAY_SIZE(modes), &chosen,
				 job->error)) {
		return false;
	}
	job->config->interrupts = (enum vm_config_interrupts)chosen;
	return config_emulated_read(job, &emulated) &&
	       config_pass_read(job, &passed, &excluded) &&
	       config_ports_read(job, &ports, &kept);
}
