#include "image/guest_map.h"
#include "acpi/guest_acpi.h"
#include "image/guest_layout.h"

static struct multiboot2_mmap_entry entry_of(const struct guest_region *region)
{
	bool free = guest_region_is_ram(region) && region->rights == EPT_RWX;

	return (struct multiboot2_mmap_entry){
		.addr = region->gpa,
		.len = region->size,
		.type = free ? MULTIBOOT2_MEMORY_AVAILABLE
			     : MULTIBOOT2_MEMORY_RESERVED,
	};
}

unsigned int
guest_map_make(const struct guest_memory *memory,
	       struct multiboot2_mmap_entry entries[GUEST_MAP_ENTRIES])
{
	const struct {
		u64 end;
		u32 type;
	} ranges[] = {
		{GUEST_RESERVED_START, MULTIBOOT2_MEMORY_AVAILABLE},
		{GUEST_ACPI_START, MULTIBOOT2_MEMORY_RESERVED},
		{GUEST_ACPI_END, MULTIBOOT2_MEMORY_ACPI_RECLAIMABLE},
		{GUEST_ACPI_NVS_END, MULTIBOOT2_MEMORY_NVS},
		{memory->size, MULTIBOOT2_MEMORY_AVAILABLE},
	};
	unsigned int count = 0;
	u64 start = 0;

	for (; count < ARRAY_SIZE(ranges); count++) {
		entries[count] = (struct multiboot2_mmap_entry){
			.addr = start,
			.len = ranges[count].end - start,
			.type = ranges[count].type,
		};
		start = ranges[count].end;
	}
	for (unsigned int i = 0; i < memory->others.count; i++) {
		entries[count++] = entry_of(&memory->others.regions[i]);
	}
	return count;
}
