#include "config/config_job.h"

enum {
	ID,
	NAME,
	VM_TYPE,
	CPU_NUM,
	PHYS_CPU_IDS,
	PHYS_CPU_SETS,
	ON,
	LIMIT_MS,
	ON_RESET,
};

static const char *const names[] = {
	[ID] = "id",
	[NAME] = "name",
	[VM_TYPE] = "vm_type",
	[CPU_NUM] = "cpu_num",
	[PHYS_CPU_IDS] = "phys_cpu_ids",
	[PHYS_CPU_SETS] = "phys_cpu_sets",
	[ON] = "on",
	[LIMIT_MS] = "limit_ms",
	[ON_RESET] = "on_reset",
};

static const struct config_shape shape = {
	.what = "[base]",
	.names = names,
	.count = ARRAY_SIZE(names),
};

static const struct config_choice types[] = {
	{"host", 0, VM_CONFIG_HOST_VM},
	{"rtos", 1, VM_CONFIG_RTOS},
	{"linux", 2, VM_CONFIG_LINUX},
};

static const struct config_choice resets[] = {
	{"stop", -1, VM_CONFIG_RESET_STOPS},
	{"restart", -1, VM_CONFIG_RESET_RESTARTS},
};

#define LIMIT_MS_MAX 86400000u /* a day */

/* An array with a number for each CPU; *first: NULL, none is there. */
static bool read_per_cpu(struct config_job *job,
			 const struct config_value *array,
			 const struct toml_node **first)
{
	if (!config_value_array(array, VM_CONFIG_CPUS_MAX, first, job->error)) {
		return false;
	}
	return array->node == NULL ||
	       array->node->count == job->config->cpu_num ||
	       config_value_refuse(array, job->error,
				   "takes a number for each of the %u CPUs of "
				   "cpu_num, not %u",
				   job->config->cpu_num, array->node->count);
}

static bool read_sets(struct config_job *job, const struct config_value *array)
{
	const struct toml_node *node;

	if (!read_per_cpu(job, array, &node)) {
		return false;
	}
	for (u32 i = 0; node != NULL; i++, node = node->next) {
		struct config_value set = config_value_element(array, node);
		u64 mask = 0;

		if (!config_value_address(&set, 1, UINT32_MAX, &mask,
					  job->error)) {
			return false;
		}
		job->config->cpus[i].allowed = (u32)mask;
	}
	return true;
}

/* After the sets, which the CPUs have to be in. */
static bool read_ids(struct config_job *job, const struct config_value *array)
{
	const struct toml_node *node;

	if (!read_per_cpu(job, array, &node)) {
		return false;
	}
	for (u32 i = 0; node != NULL; i++, node = node->next) {
		struct vm_config_cpu *cpu = &job->config->cpus[i];
		struct config_value id = config_value_element(array, node);
		u64 number = 0;

		if (!config_value_number(&id, 0, VM_CONFIG_HOST_CPUS_MAX - 1,
					 &number, job->error)) {
			return false;
		}
		cpu->preferred = (u32)number;
		if ((cpu->allowed & BIT(number)) == 0) {
			return config_value_refuse(
				&id, job->error,
				"has CPU %lu for CPU %u, whose phys_cpu_sets "
				"is %#x",
				(unsigned long)number, i, cpu->allowed);
		}
	}
	return true;
}

static bool read_cpus(struct config_job *job, const struct toml_node *base)
{
	struct config_value number = config_value(base, &shape, CPU_NUM);
	struct config_value ids = config_value(base, &shape, PHYS_CPU_IDS);
	struct config_value sets = config_value(base, &shape, PHYS_CPU_SETS);
	u64 count = 0;

	if (!config_value_required(&number, job->error) ||
	    !config_value_number(&number, 1, VM_CONFIG_CPUS_MAX, &count,
				 job->error)) {
		return false;
	}
	job->config->cpu_num = (u32)count;
	for (u32 i = 0; i < count; i++) {
		job->config->cpus[i] = (struct vm_config_cpu){
			.allowed = VM_CONFIG_ALL_CPUS,
			.preferred = VM_CONFIG_ANY_CPU,
		};
	}
	return read_sets(job, &sets) && read_ids(job, &ids);
}

/* What it is called, and what it is. */
static bool read_name(struct config_job *job, const struct toml_node *base)
{
	struct vm_config *config = job->config;
	struct config_value id = config_value(base, &shape, ID);
	struct config_value name = config_value(base, &shape, NAME);
	struct config_value vm_type = config_value(base, &shape, VM_TYPE);
	u32 type = VM_CONFIG_RTOS;
	u64 number = 0;

	if (!config_value_required(&id, job->error) ||
	    !config_value_number(&id, 0, VM_CONFIG_ID_MAX, &number,
				 job->error) ||
	    !config_value_required(&name, job->error) ||
	    !config_value_name(&name, config->name, sizeof(config->name),
			       job->error) ||
	    !config_value_choice(&vm_type, types, ARRAY_SIZE(types), &type,
				 job->error)) {
		return false;
	}
	config->id = (u32)number;
	config->id_line = id.node->line;
	config->name_line = name.node->line;
	config->type = (enum vm_config_type)type;
	return true;
}

bool config_base_read(struct config_job *job, const struct toml_node *base)
{
	struct vm_config *config = job->config;
	struct config_value on = config_value(base, &shape, ON);
	struct config_value limit = config_value(base, &shape, LIMIT_MS);
	struct config_value reset = config_value(base, &shape, ON_RESET);
	u32 on_reset = VM_CONFIG_RESET_STOPS;

	config->on = true;
	if (!config_record(base, &shape, job->error) || !read_name(job, base) ||
	    !config_value_boolean(&on, &config->on, job->error) ||
	    !config_value_number(&limit, 1, LIMIT_MS_MAX, &config->limit_ms,
				 job->error) ||
	    !config_value_choice(&reset, resets, ARRAY_SIZE(resets), &on_reset,
				 job->error)) {
		return false;
	}
	config->on_reset = (enum vm_config_reset)on_reset;
	return read_cpus(job, base);
}
