#include "config/config_job.h"

/* The inputs that the machine's own devices have: see machine_layout.h. */
#define PIN_PIT	 2u
#define PIN_COM1 4u
#define PIN_RTC	 8u
#define PIN_SCI	 9u

bool config_job_pages(struct config_job *job, const struct config_value *value,
		      u64 least, u64 *number)
{
	if (!config_value_address(value, least, CONFIG_ADDRESS_END, number,
				  job->error)) {
		return false;
	}
	return IS_ALIGNED(*number, CONFIG_PAGE_SIZE) ||
	       config_value_refuse(value, job->error,
				   "takes a multiple of 4 KiB, 0x1000, not "
				   "%#lx",
				   *number);
}

bool config_job_take_memory(struct config_job *job,
			    const struct toml_node *node, const char *name,
			    u64 base, u64 length)
{
	const struct config_range range = {
		.first = base,
		.last = base + length - 1,
		.name = name,
		.line = node->line,
	};

	if (length > CONFIG_ADDRESS_END - base) {
		return config_error_set(job->error, node->line, node->column,
					"%s ends at %#lx; addresses end at "
					"%#llx",
					name, base + length,
					CONFIG_ADDRESS_END);
	}
	return config_ranges_add(&job->memory, range, node, job->error);
}

static const char *owner_of(const struct config_job *job, u32 pin)
{
	switch (pin) {
	case PIN_PIT:
		return "every machine's timer";
	case PIN_COM1:
		return "every machine's serial port";
	case PIN_RTC:
		return "every machine's clock";
	case PIN_SCI:
		return "every machine's ACPI";
	default:
		return job->pins[pin];
	}
}

bool config_job_take_pin(struct config_job *job,
			 const struct config_value *value, const char *name,
			 u32 *irq)
{
	u64 pin = *irq;
	const char *owner;

	if (!config_value_number(value, 0, CONFIG_PINS - 1, &pin, job->error)) {
		return false;
	}
	*irq = (u32)pin;
	if (pin == VM_CONFIG_NO_IRQ) {
		return true;
	}
	owner = owner_of(job, (u32)pin);
	if (owner != NULL) {
		return config_value_refuse(value, job->error,
					   "%lu is taken already, by %s",
					   (unsigned long)pin, owner);
	}
	job->pins[pin] = name;
	return true;
}

bool config_job_take_host_pin(struct config_job *job,
			      const struct config_value *value,
			      const char *name, u32 *irq)
{
	*irq = VM_CONFIG_NO_IRQ;
	if (!config_job_take_pin(job, value, name, irq)) {
		return false;
	}
	return *irq == VM_CONFIG_NO_IRQ ||
	       job->config->interrupts == VM_CONFIG_INTERRUPTS_PASSTHROUGH ||
	       config_value_refuse(value, job->error,
				   "needs interrupt_mode = \"passthrough\"");
}
