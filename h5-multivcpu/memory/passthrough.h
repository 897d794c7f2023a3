#pragma once
/*
 * Which of the host's devices a VM reaches itself: ports that do not exit, and
 * guest-physical addresses that mean a device's registers.
 *
 * What the description of a VM passes through, less what it excludes, is what
 * the VM gets; it gets nothing that the hypervisor itself uses, and a
 * description that wants such a thing without excluding it is refused.
 * Nothing is done here: these functions say what there is to do.
 */
#include "guest_region.h"
#include "lib/error.h"
#include "lib/types.h"
#include "memory/memory_map.h"

#define PASSTHROUGH_MAX                                      \
	32u /* ranges of each kind, before and after cutting \
	     */

#define PASSTHROUGH_NO_DISK 2u /* of passthrough_host.disk_channel */

struct passthrough_ports {
	u16 first;
	u16 last;
};

struct passthrough_mmio {
	gpa_t gpa;
	hpa_t hpa;
	u64 size;
};

struct passthrough_hpas {
	hpa_t start;
	hpa_t end;
};

/* What a description says. Excluded MMIO is named by host-physical address. */
struct passthrough_wish {
	unsigned int ports_count;
	unsigned int ports_excluded_count;
	unsigned int mmio_count;
	unsigned int mmio_excluded_count;
	struct passthrough_ports ports[PASSTHROUGH_MAX];
	struct passthrough_ports ports_excluded[PASSTHROUGH_MAX];
	struct passthrough_mmio mmio[PASSTHROUGH_MAX];
	struct passthrough_hpas mmio_excluded[PASSTHROUGH_MAX];
};

/* What the hypervisor uses of its machine. */
struct passthrough_host {
	const struct memory_map *ram; /* boot_info.ram */
	unsigned int address_bits;    /* CPUID 80000008H:EAX[7:0] */
	bool uses_com2;		      /* gdb is at its other end */
	unsigned int disk_channel;    /* the ATA channel of its disk, 0 or 1; or
					 PASSTHROUGH_NO_DISK */
	struct passthrough_ports pm[4]; /* blocks of ACPI's; last 0: none */
	unsigned int pm_count;
	struct passthrough_hpas apics[4]; /* local APIC, IO-APICs */
	unsigned int apics_count;
};

/* What there is to do. */
struct passthrough_plan {
	unsigned int ports_count;
	unsigned int mmio_count;
	struct passthrough_ports ports[PASSTHROUGH_MAX]; /* do not exit */
	struct passthrough_mmio mmio[PASSTHROUGH_MAX];	 /* to be mapped */
};

/*
 * Cuts the excluded ranges out of those that are wished for. Errors: a range
 * that ends before it begins, is not in whole pages, is empty or goes beyond
 * what can be addressed; one that touches what the host uses, after cutting;
 * MMIO that overlaps other MMIO or an emulated device in the guest; more than
 * PASSTHROUGH_MAX ranges. The number is the port or the host-physical address.
 */
struct error passthrough_plan(struct passthrough_plan *plan,
			      const struct passthrough_wish *wish,
			      const struct passthrough_host *host);

/* The region of guest memory that an MMIO range of a plan becomes. */
struct guest_region_wish
passthrough_region(const struct passthrough_mmio *mmio);
