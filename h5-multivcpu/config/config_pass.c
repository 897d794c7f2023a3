#include "config/config_job.h"

/* A device's memory. */
enum { NAME, BASE_GPA, BASE_HPA, LENGTH, IRQ_ID };

static const char *const device_names[] = {
	[NAME] = "name",     [BASE_GPA] = "base_gpa", [BASE_HPA] = "base_hpa",
	[LENGTH] = "length", [IRQ_ID] = "irq_id",
};

static const struct config_shape device_shape = {
	.what = "a passed-through device",
	.names = device_names,
	.count = ARRAY_SIZE(device_names),
	.in_array = IRQ_ID + 1,
	.in_array_least = IRQ_ID + 1,
};

/* What is kept back. */
enum { EXCLUDED_BASE, EXCLUDED_LENGTH };

static const char *const excluded_names[] = {
	[EXCLUDED_BASE] = "base_hpa",
	[EXCLUDED_LENGTH] = "length",
};

static const struct config_shape excluded_shape = {
	.what = "an excluded range",
	.names = excluded_names,
	.count = ARRAY_SIZE(excluded_names),
	.in_array = EXCLUDED_LENGTH + 1,
	.in_array_least = EXCLUDED_LENGTH + 1,
};

static bool read_device(struct config_job *job, const struct toml_node *record,
			struct vm_config_pass *pass)
{
	struct config_value name = config_value(record, &device_shape, NAME);
	struct config_value gpa = config_value(record, &device_shape, BASE_GPA);
	struct config_value hpa = config_value(record, &device_shape, BASE_HPA);
	struct config_value length =
		config_value(record, &device_shape, LENGTH);
	struct config_value irq = config_value(record, &device_shape, IRQ_ID);

	if (!config_record(record, &device_shape, job->error) ||
	    !config_value_required(&name, job->error) ||
	    !config_value_name(&name, pass->name, sizeof(pass->name),
			       job->error) ||
	    !config_value_required(&gpa, job->error) ||
	    !config_job_pages(job, &gpa, 0, &pass->gpa) ||
	    !config_value_required(&hpa, job->error) ||
	    !config_job_pages(job, &hpa, 0, &pass->hpa) ||
	    !config_value_required(&length, job->error) ||
	    !config_job_pages(job, &length, CONFIG_PAGE_SIZE, &pass->length)) {
		return false;
	}
	if (pass->length > CONFIG_ADDRESS_END - pass->hpa) {
		return config_value_refuse(&hpa, job->error,
					   "%#lx is too near to the end of "
					   "addresses, %#llx",
					   pass->hpa, CONFIG_ADDRESS_END);
	}
	return config_job_take_host_pin(job, &irq, pass->name, &pass->irq) &&
	       config_job_take_memory(job, record, pass->name, pass->gpa,
				      pass->length);
}

static bool is_passed(const struct vm_config *config,
		      const struct vm_config_excluded *excluded)
{
	for (u32 i = 0; i < config->pass_count; i++) {
		const struct vm_config_pass *pass = &config->passes[i];

		if (excluded->hpa >= pass->hpa &&
		    excluded->hpa - pass->hpa < pass->length &&
		    excluded->length <=
			    pass->length - (excluded->hpa - pass->hpa)) {
			return true;
		}
	}
	return false;
}

static bool read_excluded(struct config_job *job,
			  const struct toml_node *record,
			  struct vm_config_excluded *excluded)
{
	struct config_value base =
		config_value(record, &excluded_shape, EXCLUDED_BASE);
	struct config_value length =
		config_value(record, &excluded_shape, EXCLUDED_LENGTH);

	if (!config_record(record, &excluded_shape, job->error) ||
	    !config_value_required(&base, job->error) ||
	    !config_job_pages(job, &base, 0, &excluded->hpa) ||
	    !config_value_required(&length, job->error) ||
	    !config_job_pages(job, &length, CONFIG_PAGE_SIZE,
			      &excluded->length)) {
		return false;
	}
	return is_passed(job->config, excluded) ||
	       config_value_refuse(&base, job->error,
				   "%#lx and its length are in no range of "
				   "passthrough_devices",
				   excluded->hpa);
}

bool config_pass_read(struct config_job *job,
		      const struct config_value *devices,
		      const struct config_value *excluded)
{
	struct vm_config *config = job->config;
	const struct toml_node *node;

	if (!config_value_array(devices, VM_CONFIG_PASS_MAX, &node,
				job->error)) {
		return false;
	}
	for (; node != NULL; node = node->next, config->pass_count++) {
		if (!read_device(job, node,
				 &config->passes[config->pass_count])) {
			return false;
		}
	}
	if (!config_value_array(excluded, VM_CONFIG_PASS_MAX, &node,
				job->error)) {
		return false;
	}
	for (; node != NULL; node = node->next, config->excluded_count++) {
		if (!read_excluded(job, node,
				   &config->excluded[config->excluded_count])) {
			return false;
		}
	}
	return true;
}
