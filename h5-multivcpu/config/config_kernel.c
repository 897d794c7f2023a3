#include "config/config_job.h"

enum {
	KERNEL_PATH,
	IMAGE_KIND,
	KERNEL_LOAD_ADDR,
	ENTRY_POINT,
	CMDLINE,
	RAMDISK_PATH,
	RAMDISK_LOAD_ADDR,
	MODULES,
	MEMORY_REGIONS,
	LAZY,
	IMAGE_LOCATION,
	/* Of axvmconfig; nothing can be made of them here. */
	BIOS_PATH,
	BIOS_LOAD_ADDR,
	DTB_PATH,
	DTB_LOAD_ADDR,
};

static const char *const names[] = {
	[KERNEL_PATH] = "kernel_path",
	[IMAGE_KIND] = "image_kind",
	[KERNEL_LOAD_ADDR] = "kernel_load_addr",
	[ENTRY_POINT] = "entry_point",
	[CMDLINE] = "cmdline",
	[RAMDISK_PATH] = "ramdisk_path",
	[RAMDISK_LOAD_ADDR] = "ramdisk_load_addr",
	[MODULES] = "modules",
	[MEMORY_REGIONS] = "memory_regions",
	[LAZY] = "lazy",
	[IMAGE_LOCATION] = "image_location",
	[BIOS_PATH] = "bios_path",
	[BIOS_LOAD_ADDR] = "bios_load_addr",
	[DTB_PATH] = "dtb_path",
	[DTB_LOAD_ADDR] = "dtb_load_addr",
};

static const struct config_shape shape = {
	.what = "[kernel]",
	.names = names,
	.count = ARRAY_SIZE(names),
};

static const struct config_choice kinds[] = {
	{"auto", -1, GUEST_AUTO},
	{"multiboot1", -1, GUEST_MULTIBOOT1},
	{"multiboot2", -1, GUEST_MULTIBOOT2},
	{"flat", -1, GUEST_FLAT},
	{"flat16", -1, GUEST_FLAT16},
};

static const struct config_choice locations[] = {{"fs", -1, 0}};

#define FLAT_LOAD     0x100000u
#define FLAT16_LOAD   0x7c00u
#define REAL_MODE_END MIB(1)

static const struct {
	u32 number;
	const char *why;
} refused[] = {
	{BIOS_PATH, "is not used here: a guest is started by the hypervisor, "
		    "without a BIOS"},
	{BIOS_LOAD_ADDR, "is not used here: there is no BIOS"},
	{DTB_PATH, "is not used here: an x86 guest reads ACPI tables, no "
		   "device tree"},
	{DTB_LOAD_ADDR, "is not used here: there is no device tree"},
};

/* An empty string or 0 asks for nothing. */
static bool is_set(const struct toml_node *node)
{
	if (node == NULL) {
		return false;
	}
	return !(node->kind == TOML_STRING && node->text.length == 0) &&
	       !(node->kind == TOML_INTEGER && node->integer == 0);
}

static bool refuse_others(struct config_job *job,
			  const struct toml_node *kernel)
{
	for (u32 i = 0; i < ARRAY_SIZE(refused); i++) {
		struct config_value value =
			config_value(kernel, &shape, refused[i].number);

		if (is_set(value.node)) {
			return config_value_refuse(&value, job->error, "%s",
						   refused[i].why);
		}
	}
	return true;
}

static bool is_flat(const struct vm_config *config)
{
	return config->kind == GUEST_FLAT || config->kind == GUEST_FLAT16;
}

/* An address in RAM for a flat image; any other image says it itself. */
static bool read_address(struct config_job *job,
			 const struct config_value *value, u32 *address)
{
	u64 end = min_u64(job->config->regions[0].size, GIB(4));
	u64 number = *address;

	if (value->node != NULL && !is_flat(job->config)) {
		return config_value_refuse(value, job->error,
					   "is for image_kind flat or flat16; "
					   "other images say it themselves");
	}
	if (!config_value_address(value, 0, end - 1, &number, job->error)) {
		return false;
	}
	*address = (u32)number;
	return true;
}

static bool read_addresses(struct config_job *job,
			   const struct toml_node *kernel)
{
	struct vm_config *config = job->config;
	struct config_value load =
		config_value(kernel, &shape, KERNEL_LOAD_ADDR);
	struct config_value entry = config_value(kernel, &shape, ENTRY_POINT);

	if (is_flat(config)) {
		config->kernel_load =
			config->kind == GUEST_FLAT ? FLAT_LOAD : FLAT16_LOAD;
	}
	if (!read_address(job, &load, &config->kernel_load)) {
		return false;
	}
	config->entry = config->kernel_load;
	if (!read_address(job, &entry, &config->entry)) {
		return false;
	}
	return config->kind != GUEST_FLAT16 || config->entry < REAL_MODE_END ||
	       config_value_refuse(entry.node != NULL ? &entry : &load,
				   job->error,
				   "has a real-mode guest start at %#x; real "
				   "mode ends at 0x100000",
				   config->entry);
}

/* What a flat image has no way to be told. */
static bool check_flat(struct config_job *job, const struct toml_node *kernel)
{
	static const u32 numbers[] = {CMDLINE, RAMDISK_PATH, MODULES};

	for (u32 i = 0; i < ARRAY_SIZE(numbers); i++) {
		struct config_value value =
			config_value(kernel, &shape, numbers[i]);

		if (is_flat(job->config) && is_set(value.node)) {
			return config_value_refuse(&value, job->error,
						   "is not for a flat image, "
						   "which cannot find it");
		}
	}
	return true;
}

static bool read_image(struct config_job *job, const struct toml_node *kernel)
{
	struct vm_config *config = job->config;
	struct config_value path = config_value(kernel, &shape, KERNEL_PATH);
	struct config_value where =
		config_value(kernel, &shape, IMAGE_LOCATION);
	struct config_value image = config_value(kernel, &shape, IMAGE_KIND);
	struct config_value cmdline = config_value(kernel, &shape, CMDLINE);
	u32 kind = GUEST_AUTO;
	u32 on_disk;

	if (!config_value_required(&path, job->error) ||
	    !config_value_path(&path, config->kernel_path,
			       sizeof(config->kernel_path), job->error) ||
	    !config_value_choice(&where, locations, ARRAY_SIZE(locations),
				 &on_disk, job->error) ||
	    !config_value_choice(&image, kinds, ARRAY_SIZE(kinds), &kind,
				 job->error)) {
		return false;
	}
	config->kind = (enum guest_kind)kind;
	return config_value_text(&cmdline, config->cmdline,
				 sizeof(config->cmdline), job->error) &&
	       read_addresses(job, kernel) && check_flat(job, kernel);
}

bool config_kernel_read(struct config_job *job, const struct toml_node *kernel)
{
	struct config_value lazy = config_value(kernel, &shape, LAZY);
	struct config_value regions =
		config_value(kernel, &shape, MEMORY_REGIONS);
	struct config_value ramdisk =
		config_value(kernel, &shape, RAMDISK_PATH);
	struct config_value ramdisk_load =
		config_value(kernel, &shape, RAMDISK_LOAD_ADDR);
	struct config_value modules = config_value(kernel, &shape, MODULES);
	bool all_lazy = false;

	return config_record(kernel, &shape, job->error) &&
	       refuse_others(job, kernel) &&
	       config_value_boolean(&lazy, &all_lazy, job->error) &&
	       config_memory_read(job, &regions, all_lazy) &&
	       read_image(job, kernel) &&
	       config_modules_read(job, &ramdisk, &ramdisk_load, &modules);
}
