#include "memory/vm_regions.h"
#include "lib/string.h"
#include "memory/frames.h"

static const struct {
	gpa_t start;
	gpa_t end;
	bool is_flash; /* which not every VM has */
} device_windows[] = {
	{VM_REGIONS_VIRTIO, VM_REGIONS_VIRTIO_END, false},
	{VM_REGIONS_APIC, VM_REGIONS_APIC_END, false},
	{VM_REGIONS_FLASH, VM_REGIONS_FLASH_END, true},
};

static bool overlap(u64 start, u64 end, u64 other_start, u64 other_end)
{
	return start < other_end && other_start < end;
}

/* Size, alignment, and that its end can be addressed. */
static struct error check_range(u64 start, u64 size, unsigned int bits)
{
	if (!IS_ALIGNED(start, FRAME_SIZE)) {
		return failure("a memory region begins inside a page, at",
			       start);
	}
	if (size == 0 || !IS_ALIGNED(size, FRAME_SIZE)) {
		return failure("a memory region's size is not in whole pages",
			       size);
	}
	if (start >= BIT(bits) || size > BIT(bits) - start) {
		return failure("a memory region ends beyond what the CPU can "
			       "address; it begins at",
			       start);
	}
	return SUCCESS;
}

/* A host's RAM belongs to its allocator, or to the hypervisor itself. */
static struct error check_reserved(const struct vm_region *region,
				   const struct vm_regions_host *host)
{
	struct error error =
		check_range(region->hpa, region->size, host->address_bits);

	for (size_t i = 0; !failed(error) && i < host->ram->count; i++) {
		if (overlap(region->hpa, region->hpa + region->size,
			    host->ram->ranges[i].start,
			    host->ram->ranges[i].end)) {
			error = failure("a reserved memory region lies in the "
					"host's RAM, at",
					region->hpa);
		}
	}
	return error;
}

static struct error check_identical(const struct vm_region *region)
{
	if (region->lazy) {
		return failure("an identical memory region cannot be lazy, at",
			       region->gpa);
	}
	if (region->hpa != 0 && region->hpa != region->gpa) {
		return failure("an identical memory region is to lie elsewhere",
			       region->hpa);
	}
	return SUCCESS;
}

static struct error check_one(const struct vm_region *region,
			      const struct vm_regions_host *host)
{
	unsigned int bits = host->address_bits < EPT_GPA_BITS
				    ? host->address_bits
				    : EPT_GPA_BITS;
	struct error error = check_range(region->gpa, region->size, bits);

	if (failed(error)) {
		return error;
	}
	if ((region->rights & EPT_READ) == 0 ||
	    (region->rights & ~EPT_RWX) != 0) {
		return failure("a memory region cannot have the rights",
			       region->rights);
	}
	for (size_t i = 0; i < ARRAY_SIZE(device_windows); i++) {
		if ((host->has_flash || !device_windows[i].is_flash) &&
		    overlap(region->gpa, region->gpa + region->size,
			    device_windows[i].start, device_windows[i].end)) {
			return failure("a memory region lies where devices "
				       "answer, at",
				       device_windows[i].start);
		}
	}
	switch (region->kind) {
	case VM_REGION_ALLOC:
		return SUCCESS;
	case VM_REGION_IDENTICAL:
		return check_identical(region);
	case VM_REGION_RESERVED:
		return check_reserved(region, host);
	}
	return failure("a memory region is of no known kind", region->kind);
}

static struct error check_overlaps(const struct vm_region *list,
				   unsigned int count)
{
	for (unsigned int i = 1; i < count; i++) {
		for (unsigned int j = 0; j < i; j++) {
			if (overlap(list[i].gpa, list[i].gpa + list[i].size,
				    list[j].gpa, list[j].gpa + list[j].size)) {
				return failure(
					"two memory regions overlap, at",
					max_u64(list[i].gpa, list[j].gpa));
			}
		}
	}
	return SUCCESS;
}

struct error vm_regions_check(const struct vm_region *list, unsigned int count,
			      const struct vm_regions_host *host)
{
	if (count == 0 || count > VM_REGIONS_MAX) {
		return failure("a VM cannot have so many memory regions",
			       count);
	}
	if (list[0].kind != VM_REGION_ALLOC || list[0].gpa != 0 ||
	    list[0].rights != EPT_RWX) {
		return failure("the first memory region of a VM is not its "
			       "main RAM; it begins at",
			       list[0].gpa);
	}
	for (unsigned int i = 0; i < count; i++) {
		struct error error = check_one(&list[i], host);

		if (failed(error)) {
			return error;
		}
	}
	return check_overlaps(list, count);
}

static void give_back(struct vm_regions *regions)
{
	while (regions->count > 0) {
		regions->count--;
		frames_add(regions->taken[regions->count].start,
			   regions->taken[regions->count].end);
	}
}

/*
 * Takes and clears the frames of the IDENTICAL regions, before any others are
 * allocated that might be these.
 */
static struct error take_identical(struct vm_regions *regions,
				   const struct vm_region *list,
				   unsigned int count)
{
	for (unsigned int i = 0; i < count; i++) {
		hpa_t start = list[i].gpa;
		hpa_t end = start + list[i].size;

		if (list[i].kind != VM_REGION_IDENTICAL) {
			continue;
		}
		if (!frames_take(start, end)) {
			give_back(regions);
			return failure("not all frames of an identical memory "
				       "region are free; it begins at",
				       start);
		}
		memset(phys_to_virt(start), 0, list[i].size);
		regions->taken[regions->count].start = start;
		regions->taken[regions->count].end = end;
		regions->count++;
	}
	return SUCCESS;
}

static struct error add(struct guest_memory *memory,
			const struct vm_region *region)
{
	struct guest_region_wish wish = {
		.kind = GUEST_REGION_RAM,
		.gpa = region->gpa,
		.size = region->size,
		.rights = region->rights,
		.lazy = region->lazy,
		.hpa = region->hpa,
	};

	if (region->kind == VM_REGION_IDENTICAL) {
		wish.kind = GUEST_REGION_LENT;
		wish.hpa = region->gpa;
	} else if (region->kind == VM_REGION_RESERVED) {
		wish.kind = GUEST_REGION_DEVICE;
	}
	return guest_memory_add_region(memory, &wish);
}

struct error vm_regions_init(struct vm_regions *regions,
			     struct guest_memory *memory, struct ept *ept,
			     const struct vm_region *list, unsigned int count)
{
	struct error error;

	regions->count = 0;
	error = take_identical(regions, list, count);
	if (failed(error)) {
		return error;
	}
	error = guest_memory_init(memory, ept, list[0].size, list[0].lazy);
	if (failed(error)) {
		give_back(regions);
		return error;
	}
	for (unsigned int i = 1; i < count && !failed(error); i++) {
		error = add(memory, &list[i]);
	}
	if (failed(error)) {
		vm_regions_destroy(regions, memory);
	}
	return error;
}

void vm_regions_destroy(struct vm_regions *regions, struct guest_memory *memory)
{
	guest_memory_destroy(memory);
	give_back(regions);
}
