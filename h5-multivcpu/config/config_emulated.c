#include "config/config_job.h"
#include "devices/machine_layout.h"
#include "lib/printk.h"
#include "lib/string.h"

enum {
	NAME,
	BASE_GPA,
	LENGTH,
	IRQ_ID,
	EMU_TYPE,
	CFG_LIST,
	PATH, /* of a table alone: what the list of a flash has in it */
};

static const char *const names[] = {
	[NAME] = "name",     [BASE_GPA] = "base_gpa", [LENGTH] = "length",
	[IRQ_ID] = "irq_id", [EMU_TYPE] = "emu_type", [CFG_LIST] = "cfg_list",
	[PATH] = "path",
};

static const struct config_shape shape = {
	.what = "an emulated device",
	.names = names,
	.count = ARRAY_SIZE(names),
	.in_array = CFG_LIST + 1,
	.in_array_least = EMU_TYPE + 1,
};

/* The numbers are axvmconfig's. */
static const struct config_choice types[] = {
	{"virtio-console", 0xe3, VM_CONFIG_VIRTIO_CONSOLE},
	{"flash", -1, VM_CONFIG_FLASH},
	{"ivc-channel", 0x0a, VM_CONFIG_IVC_CHANNEL},
};

/* Where virtio devices lie unless it is said: one page and one pin each. */
#define VIRTIO_BASE 0xd0000000u
#define VIRTIO_PIN  16u

/* The pin of the slot that the console lies in; else its own number's. */
static void set_console_pin(struct vm_config_device *device)
{
	u64 slot = (device->gpa - VIRTIO_BASE) / CONFIG_PAGE_SIZE;

	if (device->gpa >= VIRTIO_BASE && slot < CONFIG_PINS - VIRTIO_PIN) {
		device->irq = VIRTIO_PIN + (u32)slot;
	}
}

/* Gives a device what needs not be said of it. */
static void set_defaults(struct config_job *job,
			 struct vm_config_device *device)
{
	const struct vm_config *config = job->config;
	u32 number = 0;

	for (u32 i = 0; i < config->device_count; i++) {
		if (config->devices[i].kind == VM_CONFIG_VIRTIO_CONSOLE) {
			number++;
		}
	}
	format(device->name, sizeof(device->name), "%s",
	       types[device->kind].word);
	switch (device->kind) {
	case VM_CONFIG_VIRTIO_CONSOLE:
		device->gpa = VIRTIO_BASE + number * CONFIG_PAGE_SIZE;
		device->length = CONFIG_PAGE_SIZE;
		device->irq = VIRTIO_PIN + number;
		break;
	case VM_CONFIG_FLASH:
		device->gpa = MACHINE_FLASH_BASE;
		device->length = MACHINE_FLASH_SIZE;
		break;
	case VM_CONFIG_IVC_CHANNEL:
		break;
	}
}

/* The file, or "host", of a flash; nothing else has one. */
static bool read_path(struct config_job *job, const struct toml_node *record,
		      struct vm_config_device *device)
{
	struct config_value list = config_value(record, &shape, CFG_LIST);
	struct config_value path = config_value(record, &shape, PATH);
	const struct toml_node *first;

	if (!config_value_array(&list, device->kind == VM_CONFIG_FLASH ? 1 : 0,
				&first, job->error)) {
		return false;
	}
	if (first != NULL) {
		path = config_value_element(&list, first);
	}
	if (device->kind != VM_CONFIG_FLASH) {
		return path.node == NULL ||
		       config_value_refuse(&path, job->error,
					   "is for emu_type flash");
	}
	if (path.node == NULL) {
		return config_value_refuse(
			record->kind == TOML_TABLE ? &path : &list, job->error,
			"takes the path of the file in the flash, or "
			"\"host\"");
	}
	if (path.node->kind == TOML_STRING && path.node->text.length == 4 &&
	    memcmp(path.node->text.bytes, "host", 4) == 0) {
		return true;
	}
	return config_value_path(&path, device->path, sizeof(device->path),
				 job->error);
}

/* A machine has one chip at most, and always at the same place. */
static bool check_flash(struct config_job *job, const struct toml_node *record,
			const struct vm_config_device *device)
{
	struct config_value irq = config_value(record, &shape, IRQ_ID);

	if (device->gpa != MACHINE_FLASH_BASE ||
	    device->length != MACHINE_FLASH_SIZE) {
		return config_error_set(job->error, record->line,
					record->column,
					"a flash lies at %#x and has %#x bytes",
					MACHINE_FLASH_BASE, MACHINE_FLASH_SIZE);
	}
	return device->irq == VM_CONFIG_NO_IRQ ||
	       config_value_refuse(&irq, job->error,
				   "takes 0: a flash has no interrupt");
}

/* All channels of a machine get mapped in one window. */
static bool check_channels(struct config_job *job,
			   const struct toml_node *record,
			   const struct vm_config_device *device)
{
	const struct vm_config_device *other = job->config->devices;

	for (; other != device; other++) {
		if (other->kind == VM_CONFIG_IVC_CHANNEL) {
			return config_error_set(
				job->error, record->line, record->column,
				"a machine has one ivc-channel at most; %s is "
				"one",
				other->name);
		}
	}
	return true;
}

static bool check_device(struct config_job *job, const struct toml_node *record,
			 const struct vm_config_device *device)
{
	struct config_value length = config_value(record, &shape, LENGTH);

	switch (device->kind) {
	case VM_CONFIG_VIRTIO_CONSOLE:
		return device->length == CONFIG_PAGE_SIZE ||
		       config_value_refuse(&length, job->error,
					   "takes 0x1000, which a virtio "
					   "device has");
	case VM_CONFIG_FLASH:
		return check_flash(job, record, device);
	case VM_CONFIG_IVC_CHANNEL:
		return check_channels(job, record, device);
	}
	return false;
}

static bool read_place(struct config_job *job, const struct toml_node *record,
		       struct vm_config_device *device)
{
	struct config_value name = config_value(record, &shape, NAME);
	struct config_value gpa = config_value(record, &shape, BASE_GPA);
	struct config_value length = config_value(record, &shape, LENGTH);
	bool has_default = device->kind != VM_CONFIG_IVC_CHANNEL;

	if (!has_default && (!config_value_required(&gpa, job->error) ||
			     !config_value_required(&length, job->error))) {
		return false;
	}
	return config_value_name(&name, device->name, sizeof(device->name),
				 job->error) &&
	       config_job_pages(job, &gpa, 0, &device->gpa) &&
	       config_job_pages(job, &length, CONFIG_PAGE_SIZE,
				&device->length) &&
	       config_job_take_memory(job, record, device->name, device->gpa,
				      device->length);
}

static bool read_device(struct config_job *job, const struct toml_node *record,
			struct vm_config_device *device)
{
	struct config_value irq = config_value(record, &shape, IRQ_ID);
	struct config_value type = config_value(record, &shape, EMU_TYPE);
	u32 kind = 0;

	if (!config_record(record, &shape, job->error) ||
	    !config_value_required(&type, job->error) ||
	    !config_value_choice(&type, types, ARRAY_SIZE(types), &kind,
				 job->error)) {
		return false;
	}
	device->kind = (enum vm_config_device_kind)kind;
	set_defaults(job, device);
	if (!read_place(job, record, device)) {
		return false;
	}
	if (kind == VM_CONFIG_VIRTIO_CONSOLE) {
		set_console_pin(device);
	}
	return config_job_take_pin(job, &irq, device->name, &device->irq) &&
	       read_path(job, record, device) &&
	       check_device(job, record, device);
}

bool config_emulated_read(struct config_job *job,
			  const struct config_value *devices)
{
	struct vm_config *config = job->config;
	const struct toml_node *record;

	if (!config_value_array(devices, VM_CONFIG_DEVICES_MAX, &record,
				job->error)) {
		return false;
	}
	for (; record != NULL; record = record->next) {
		if (!read_device(job, record,
				 &config->devices[config->device_count])) {
			return false;
		}
		config->device_count++;
	}
	return true;
}
