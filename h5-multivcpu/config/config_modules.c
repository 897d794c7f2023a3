#include "config/config_job.h"

enum { PATH, ARGS, LOAD_ADDR };

static const char *const names[] = {
	[PATH] = "path",
	[ARGS] = "args",
	[LOAD_ADDR] = "load_addr",
};

static const struct config_shape shape = {
	.what = "a module",
	.names = names,
	.count = ARRAY_SIZE(names),
};

/* What lies below 1 MiB is the machine's. */
static bool read_load(struct config_job *job, const struct config_value *load,
		      u64 *address)
{
	u64 ram = job->config->regions[0].size;

	*address = VM_CONFIG_ANYWHERE;
	if (load->node == NULL) {
		return true;
	}
	if (!config_job_pages(job, load, MIB(1), address)) {
		return false;
	}
	return *address < ram ||
	       config_value_refuse(load, job->error,
				   "is %#lx; RAM ends at %#lx", *address, ram);
}

/* As the first module, which is where a kernel looks for its RAM disk. */
static bool read_ramdisk(struct config_job *job,
			 const struct config_value *path,
			 const struct config_value *load)
{
	struct vm_config *config = job->config;
	struct vm_config_module *module = &config->modules[0];

	if (path->node == NULL) {
		return load->node == NULL ||
		       config_value_refuse(load, job->error,
					   "needs a ramdisk_path");
	}
	config->module_count = 1;
	return config_value_path(path, module->path, sizeof(module->path),
				 job->error) &&
	       read_load(job, load, &module->load);
}

/* A path alone is a module without arguments. */
static bool read_module(struct config_job *job,
			const struct config_value *array,
			const struct toml_node *node,
			struct vm_config_module *module)
{
	struct config_value path = config_value_element(array, node);
	struct config_value args = {.node = NULL};
	struct config_value load = {.node = NULL};

	if (node->kind != TOML_STRING) {
		if (!config_record(node, &shape, job->error)) {
			return false;
		}
		path = config_value(node, &shape, PATH);
		args = config_value(node, &shape, ARGS);
		load = config_value(node, &shape, LOAD_ADDR);
	}
	return config_value_required(&path, job->error) &&
	       config_value_path(&path, module->path, sizeof(module->path),
				 job->error) &&
	       config_value_text(&args, module->args, sizeof(module->args),
				 job->error) &&
	       read_load(job, &load, &module->load);
}

bool config_modules_read(struct config_job *job,
			 const struct config_value *ramdisk,
			 const struct config_value *ramdisk_load,
			 const struct config_value *modules)
{
	struct vm_config *config = job->config;
	const struct toml_node *node;

	if (!read_ramdisk(job, ramdisk, ramdisk_load) ||
	    !config_value_array(modules,
				VM_CONFIG_MODULES_MAX - config->module_count,
				&node, job->error)) {
		return false;
	}
	for (; node != NULL; node = node->next) {
		if (!read_module(job, modules, node,
				 &config->modules[config->module_count])) {
			return false;
		}
		config->module_count++;
	}
	return true;
}
