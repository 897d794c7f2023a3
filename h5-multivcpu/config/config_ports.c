#include "config/config_job.h"

enum { FIRST, LAST, IRQ };

static const char *const names[] = {
	[FIRST] = "first",
	[LAST] = "last",
	[IRQ] = "irq",
};

static const struct config_shape shape = {
	.what = "a range of ports",
	.names = names,
	.count = ARRAY_SIZE(names),
	.in_array = LAST + 1,
	.in_array_least = LAST + 1,
};

/* Those that are kept back have no interrupt. */
static const struct config_shape kept_shape = {
	.what = "an excluded range of ports",
	.names = names,
	.count = LAST + 1,
	.in_array = LAST + 1,
	.in_array_least = LAST + 1,
};

static bool read_range(struct config_job *job, const struct toml_node *record,
		       const struct config_shape *of, u16 *first, u16 *last)
{
	struct config_value low = config_value(record, of, FIRST);
	struct config_value high = config_value(record, of, LAST);
	u64 from = 0;
	u64 to = 0;

	if (!config_record(record, of, job->error) ||
	    !config_value_required(&low, job->error) ||
	    !config_value_address(&low, 0, UINT16_MAX, &from, job->error) ||
	    !config_value_required(&high, job->error) ||
	    !config_value_address(&high, from, UINT16_MAX, &to, job->error)) {
		return false;
	}
	*first = (u16)from;
	*last = (u16)to;
	return true;
}

static bool read_ports(struct config_job *job, const struct toml_node *record,
		       struct vm_config_ports *ports)
{
	struct config_value irq = config_value(record, &shape, IRQ);

	return read_range(job, record, &shape, &ports->first, &ports->last) &&
	       config_job_take_host_pin(job, &irq, "ports passed through",
					&ports->irq) &&
	       config_ranges_add(&job->ports,
				 (struct config_range){
					 .first = ports->first,
					 .last = ports->last,
					 .name = "a range of ports",
					 .line = record->line,
				 },
				 record, job->error);
}

static bool is_passed(const struct vm_config *config,
		      const struct vm_config_kept_ports *kept)
{
	for (u32 i = 0; i < config->ports_count; i++) {
		if (config->ports[i].first <= kept->first &&
		    kept->last <= config->ports[i].last) {
			return true;
		}
	}
	return false;
}

static bool read_kept(struct config_job *job, const struct toml_node *record,
		      struct vm_config_kept_ports *kept)
{
	struct config_value first = config_value(record, &kept_shape, FIRST);

	return read_range(job, record, &kept_shape, &kept->first,
			  &kept->last) &&
	       (is_passed(job->config, kept) ||
		config_value_refuse(&first, job->error,
				    "%#x and what follows are in no range of "
				    "passthrough_ports",
				    kept->first));
}

bool config_ports_read(struct config_job *job, const struct config_value *ports,
		       const struct config_value *excluded)
{
	struct vm_config *config = job->config;
	const struct toml_node *node;

	if (!config_value_array(ports, VM_CONFIG_PASS_MAX, &node, job->error)) {
		return false;
	}
	for (; node != NULL; node = node->next, config->ports_count++) {
		if (!read_ports(job, node,
				&config->ports[config->ports_count])) {
			return false;
		}
	}
	if (!config_value_array(excluded, VM_CONFIG_PASS_MAX, &node,
				job->error)) {
		return false;
	}
	for (; node != NULL; node = node->next, config->kept_ports_count++) {
		if (!read_kept(job, node,
			       &config->kept_ports[config->kept_ports_count])) {
			return false;
		}
	}
	return true;
}
