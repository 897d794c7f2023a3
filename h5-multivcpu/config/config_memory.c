#include "config/config_job.h"

enum {
	GPA,
	SIZE,
	FLAGS,
	MAP_TYPE,
	/* Of a table alone: a clearer name for the flags, and what is new. */
	RIGHTS,
	TYPE,
	LAZY,
};

static const char *const names[] = {
	[GPA] = "gpa",		 [SIZE] = "size",     [FLAGS] = "flags",
	[MAP_TYPE] = "map_type", [RIGHTS] = "rights", [TYPE] = "type",
	[LAZY] = "lazy",
};

static const struct config_shape shape = {
	.what = "a memory region",
	.names = names,
	.count = ARRAY_SIZE(names),
	.in_array = MAP_TYPE + 1,
	.in_array_least = MAP_TYPE + 1,
};

static const struct config_choice rights[] = {
	{"r", 1, VM_CONFIG_READ},
	{"rw", 3, VM_CONFIG_READ | VM_CONFIG_WRITE},
	{"rx", 5, VM_CONFIG_READ | VM_CONFIG_EXECUTE},
	{"rwx", 7, VM_CONFIG_READ | VM_CONFIG_WRITE | VM_CONFIG_EXECUTE},
};

static const struct config_choice maps[] = {
	{"alloc", 0, VM_CONFIG_ALLOC},
	{"identical", 1, VM_CONFIG_IDENTICAL},
	{"reserved", 2, VM_CONFIG_RESERVED},
};

#define ALL_RIGHTS   (VM_CONFIG_READ | VM_CONFIG_WRITE | VM_CONFIG_EXECUTE)
#define RAM_SIZE_MIN MIB(2)

/* A value that has two names, of which one is to be used. */
static bool read_choice(struct config_job *job, const struct toml_node *record,
			u32 number, u32 other,
			const struct config_choice *choices, u32 count,
			u32 *chosen)
{
	struct config_value value = config_value(record, &shape, number);
	struct config_value second = config_value(record, &shape, other);

	if (value.node != NULL && second.node != NULL) {
		return config_value_refuse(&second, job->error,
					   "says again what %s says",
					   value.name);
	}
	return config_value_choice(value.node != NULL ? &value : &second,
				   choices, count, chosen, job->error);
}

/* Frames on first touch are for memory that the host has to find. */
static bool read_lazy(struct config_job *job, const struct toml_node *record,
		      struct vm_config_region *region, bool lazy)
{
	struct config_value value = config_value(record, &shape, LAZY);

	region->lazy = lazy && region->map == VM_CONFIG_ALLOC;
	if (!config_value_boolean(&value, &region->lazy, job->error)) {
		return false;
	}
	return !region->lazy || region->map == VM_CONFIG_ALLOC ||
	       config_value_refuse(&value, job->error,
				   "is for a region of type alloc");
}

static bool read_region(struct config_job *job, const struct toml_node *record,
			struct vm_config_region *region, bool lazy)
{
	struct config_value gpa = config_value(record, &shape, GPA);
	struct config_value size = config_value(record, &shape, SIZE);
	u32 map = VM_CONFIG_ALLOC;

	region->rights = ALL_RIGHTS;
	if (!config_record(record, &shape, job->error) ||
	    !config_value_required(&gpa, job->error) ||
	    !config_job_pages(job, &gpa, 0, &region->gpa) ||
	    !config_value_required(&size, job->error) ||
	    !config_job_pages(job, &size, CONFIG_PAGE_SIZE, &region->size) ||
	    !read_choice(job, record, FLAGS, RIGHTS, rights, ARRAY_SIZE(rights),
			 &region->rights) ||
	    !read_choice(job, record, MAP_TYPE, TYPE, maps, ARRAY_SIZE(maps),
			 &map)) {
		return false;
	}
	region->map = (enum vm_config_map)map;
	return read_lazy(job, record, region, lazy) &&
	       config_job_take_memory(job, record, "memory", region->gpa,
				      region->size);
}

/* Makes the region at 0 the first. */
static bool put_ram_first(struct config_job *job,
			  const struct config_value *regions)
{
	struct vm_config *config = job->config;

	for (u32 i = 0; i < config->region_count; i++) {
		struct vm_config_region region = config->regions[i];

		if (region.gpa != 0 || region.size < RAM_SIZE_MIN ||
		    region.map != VM_CONFIG_ALLOC ||
		    region.rights != ALL_RIGHTS) {
			continue;
		}
		config->regions[i] = config->regions[0];
		config->regions[0] = region;
		return true;
	}
	return config_value_refuse(
		regions, job->error,
		"needs RAM: a region at gpa 0 of 2 MiB or more, with rights "
		"rwx and type alloc");
}

bool config_memory_read(struct config_job *job,
			const struct config_value *regions, bool lazy)
{
	struct vm_config *config = job->config;
	const struct toml_node *record;

	if (!config_value_required(regions, job->error) ||
	    !config_value_array(regions, VM_CONFIG_REGIONS_MAX, &record,
				job->error)) {
		return false;
	}
	for (; record != NULL; record = record->next) {
		if (!read_region(job, record,
				 &config->regions[config->region_count],
				 lazy)) {
			return false;
		}
		config->region_count++;
	}
	return put_ram_first(job, regions);
}
