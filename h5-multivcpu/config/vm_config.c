#include "config/vm_config.h"
#include "config/config_job.h"
#include "lib/string.h"

#define NODES_MAX 1024u

enum { BASE, KERNEL, DEVICES };

static const char *const names[] = {
	[BASE] = "base",
	[KERNEL] = "kernel",
	[DEVICES] = "devices",
};

static const struct config_shape shape = {
	.what = "the file",
	.names = names,
	.count = ARRAY_SIZE(names),
};

/* What lies at the same place in every machine. */
static const struct config_range fixed[] = {
	{0xfec00000, 0xfec00fff, "the IO-APIC", 0},
	{0xfee00000, 0xfee00fff, "the local APIC", 0},
};

static bool read_tables(struct config_job *job, const struct toml_node *root)
{
	struct config_value base = config_value(root, &shape, BASE);
	struct config_value kernel = config_value(root, &shape, KERNEL);
	struct config_value devices = config_value(root, &shape, DEVICES);

	job->config->interrupts = VM_CONFIG_INTERRUPTS_EMULATED;
	return config_record(root, &shape, job->error) &&
	       config_value_required(&base, job->error) &&
	       config_base_read(job, base.node) &&
	       config_value_required(&kernel, job->error) &&
	       config_kernel_read(job, kernel.node) &&
	       (devices.node == NULL || config_devices_read(job, devices.node));
}

bool vm_config_read(struct vm_config *config, char *text, u32 length,
		    struct config_error *error)
{
	static struct toml_node nodes[NODES_MAX];
	struct toml_document document = {.nodes = nodes, .size = NODES_MAX};
	struct config_job job = {.config = config, .error = error};
	const struct toml_node *root =
		toml_parse(&document, text, length, error);

	if (root == NULL) {
		return false;
	}
	memset(config, 0, sizeof(*config));
	memcpy(job.memory.ranges, fixed, sizeof(fixed));
	job.memory.count = ARRAY_SIZE(fixed);
	return read_tables(&job, root);
}

const struct vm_config_device *vm_config_flash(const struct vm_config *config)
{
	for (u32 i = 0; i < config->device_count; i++) {
		if (config->devices[i].kind == VM_CONFIG_FLASH) {
			return &config->devices[i];
		}
	}
	return NULL;
}
