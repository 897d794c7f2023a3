#pragma once
/*
 * The reading of one description: what its parts have in common.
 *
 * Each part reads one table of the document into the struct vm_config, false
 * with the error. They are called in the order in which they stand here.
 */
#include "config/config_ranges.h"
#include "config/config_value.h"
#include "config/vm_config.h"

/* Pins of the IO-APIC. Pin 0 is never a device's: it stands for none. */
#define CONFIG_PINS 24u

/* Guest-physical addresses end below this, and so do host-physical ones. */
#define CONFIG_ADDRESS_END BIT(48)

#define CONFIG_PAGE_SIZE KIB(4)

struct config_job {
	struct vm_config *config;
	struct config_error *error;
	struct config_ranges memory;   /* guest-physical */
	struct config_ranges ports;    /* that are passed through */
	const char *pins[CONFIG_PINS]; /* whose they are; NULL: nobody's */
};

bool config_base_read(struct config_job *job, const struct toml_node *base);

/* memory_regions of [kernel]; the rest of it wants to know them. */
bool config_memory_read(struct config_job *job,
			const struct config_value *regions, bool lazy);
bool config_kernel_read(struct config_job *job, const struct toml_node *kernel);
bool config_modules_read(struct config_job *job,
			 const struct config_value *ramdisk,
			 const struct config_value *ramdisk_load,
			 const struct config_value *modules);

bool config_emulated_read(struct config_job *job,
			  const struct config_value *devices);
bool config_pass_read(struct config_job *job,
		      const struct config_value *devices,
		      const struct config_value *excluded);
bool config_ports_read(struct config_job *job, const struct config_value *ports,
		       const struct config_value *excluded);
bool config_devices_read(struct config_job *job,
			 const struct toml_node *devices);

/* A page's address or size, from least on, at most CONFIG_ADDRESS_END. */
bool config_job_pages(struct config_job *job, const struct config_value *value,
		      u64 least, u64 *number);

/*
 * Whole pages from base on, which belong to nobody else in guest-physical
 * memory. name lasts.
 */
bool config_job_take_memory(struct config_job *job,
			    const struct toml_node *node, const char *name,
			    u64 base, u64 length);

/* A pin of the IO-APIC that is nobody else's, or 0. name lasts. */
bool config_job_take_pin(struct config_job *job,
			 const struct config_value *value, const char *name,
			 u32 *irq);

/*
 * The same for what is passed through, and the machine's mode has to allow it.
 * Without a value: VM_CONFIG_NO_IRQ.
 */
bool config_job_take_host_pin(struct config_job *job,
			      const struct config_value *value,
			      const char *name, u32 *irq);
