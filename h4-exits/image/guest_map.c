#include "image/guest_map.h"
#include "acpi/guest_acpi.h"
#include "image/guest_layout.h"

void guest_map_make(const struct guest_memory *memory,
		    struct multiboot2_mmap_entry entries[GUEST_MAP_ENTRIES])
{
	const struct {
		u64 end;
		u32 type;
	} ranges[GUEST_MAP_ENTRIES] = {
		{GUEST_RESERVED_START, MULTIBOOT2_MEMORY_AVAILABLE},
		{GUEST_ACPI_START, MULTIBOOT2_MEMORY_RESERVED},
		{GUEST_ACPI_END, MULTIBOOT2_MEMORY_ACPI_RECLAIMABLE},
		{GUEST_ACPI_NVS_END, MULTIBOOT2_MEMORY_NVS},
		{memory->size, MULTIBOOT2_MEMORY_AVAILABLE},
	};
	u64 start = 0;

	for (unsigned int i = 0; i < GUEST_MAP_ENTRIES; i++) {
		entries[i] = (struct multiboot2_mmap_entry){
			.addr = start,
			.len = ranges[i].end - start,
			.type = ranges[i].type,
		};
		start = ranges[i].end;
	}
}
