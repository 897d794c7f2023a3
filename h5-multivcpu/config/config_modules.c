#include "config/config_job.h"

enum { PATH, ARGS };

static const char *const names[] = {[PATH] = "path", [ARGS] = "args"};

static const struct config_shape shape = {
	.what = "a module",
	.names = names,
	.count = ARRAY_SIZE(names),
};

/* As the first module, which is where a kernel looks for its RAM disk. */
static bool read_ramdisk(struct config_job *job,
			 const struct config_value *path,
			 const struct config_value *load)
{
	struct vm_config *config = job->config;
	struct vm_config_module *module = &config->modules[0];
	u64 ram = config->regions[0].size;

	if (path->node == NULL) {
		return load->node == NULL ||
		       config_value_refuse(load, job->error,
					   "needs a ramdisk_path");
	}
	module->load = VM_CONFIG_ANYWHERE;
	config->module_count = 1;
	if (!config_value_path(path, module->path, sizeof(module->path),
			       job->error)) {
		return false;
	}
	if (load->node == NULL) {
		return true;
	}
	if (!config_job_pages(job, load, 0, &module->load)) {
		return false;
	}
	return module->load < ram ||
	       config_value_refuse(load, job->error,
				   "is %#lx; RAM ends at %#lx", module->load,
				   ram);
}

/* A path alone is a module without arguments. */
static bool read_module(struct config_job *job,
			const struct config_value *array,
			const struct toml_node *node,
			struct vm_config_module *module)
{
	struct config_value path = config_value_element(array, node);
	struct config_value args = {.node = NULL};

	module->load = VM_CONFIG_ANYWHERE;
	if (node->kind != TOML_STRING) {
		if (!config_record(node, &shape, job->error)) {
			return false;
		}
		path = config_value(node, &shape, PATH);
		args = config_value(node, &shape, ARGS);
	}
	return config_value_required(&path, job->error) &&
	       config_value_path(&path, module->path, sizeof(module->path),
				 job->error) &&
	       config_value_text(&args, module->args, sizeof(module->args),
				 job->error);
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
