#pragma once
/*
 * The memory regions that the description of a VM asks for.
 */
#include "guest_memory.h"
#include "lib/error.h"
#include "lib/types.h"
#include "memory/memory_map.h"

/* Addresses that no region may have: devices answer there; a flash, if any. */
#define VM_REGIONS_VIRTIO     0xd0000000ull
#define VM_REGIONS_VIRTIO_END 0xd1000000ull
#define VM_REGIONS_APIC	      0xfec00000ull
#define VM_REGIONS_APIC_END   0xff000000ull
#define VM_REGIONS_FLASH      0xffc00000ull
#define VM_REGIONS_FLASH_END  0x100000000ull

#define VM_REGIONS_MAX 16u

enum vm_region_kind {
	VM_REGION_ALLOC, /* frames of the host's, wherever they are */
	/*
	 * The frames whose host-physical addresses are the guest-physical
	 * ones. They must be free, and are taken out of the allocator.
	 */
	VM_REGION_IDENTICAL,
	/*
	 * Host-physical addresses that are nobody's RAM, mapped as they are:
	 * a device's, uncacheable.
	 */
	VM_REGION_RESERVED,
};

struct vm_region {
	enum vm_region_kind kind;
	gpa_t gpa;
	u64 size;
	u64 rights; /* EPT_READ, perhaps with EPT_WRITE, EPT_EXECUTE */
	bool lazy;  /* ALLOC */
	hpa_t hpa;  /* RESERVED; of an IDENTICAL region, gpa or 0 */
};

/* What a VM's regions have taken, to be given back. Begins as zeros. */
struct vm_regions {
	unsigned int count;
	struct {
		hpa_t start; /* frames that were taken for an IDENTICAL one */
		hpa_t end;
	} taken[VM_REGIONS_MAX];
};

/* What the host is, and what else the VM has. */
struct vm_regions_host {
	const struct memory_map *ram; /* boot_info.ram */
	unsigned int address_bits;    /* CPUID 80000008H:EAX[7:0] */
	bool has_flash;		      /* the VM has a flash of its own */
};

/*
 * Is the list one that a VM can have? The first is its main RAM: ALLOC, from
 * guest-physical 0 on, of every right. Addresses and sizes are in whole pages;
 * every region ends below 2^address_bits, overlaps no other one nor a device's
 * addresses; a RESERVED one touches no RAM of the host's.
 */
struct error vm_regions_check(const struct vm_region *list, unsigned int count,
			      const struct vm_regions_host *host);

/*
 * Makes all of a guest's memory from a list that vm_regions_check() has
 * passed. The EPT is empty. Errors, after which everything has been given
 * back but the EPT's tables: memory runs out; an IDENTICAL region's frames are
 * not all free.
 */
struct error vm_regions_init(struct vm_regions *regions,
			     struct guest_memory *memory, struct ept *ept,
			     const struct vm_region *list, unsigned int count);

/*
 * Destroys the guest's memory and gives back what was taken for it. No CPU may
 * be in the guest, nor enter it before INVEPT.
 */
void vm_regions_destroy(struct vm_regions *regions,
			struct guest_memory *memory);
