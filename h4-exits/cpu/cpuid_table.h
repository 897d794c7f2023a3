#pragma once
/*
 * What a guest learns from CPUID: its own picture of a CPU.
 *
 * SDM: "CPUID--CPU Identification". The picture is made once from the host's
 * answers, so that an exit only looks it up: under another hypervisor each
 * CPUID of ours would exit itself. A feature is in it only if it is named in
 * cpuid_picture.c, and only if the guest can really use it.
 */
#include "controls.h"
#include "cpu/instructions.h"

#define CPUID_TABLE_LEAVES	64u
#define CPUID_BASIC_LEAVES	0x20u
#define CPUID_HYPERVISOR_LEAVES 0x11u
#define CPUID_EXTENDED_LEAVES	9u

/*
 * Which CPU of the machine the picture is of. All are of one package, a core
 * each with one thread, and have the APIC IDs 0 .. cpus-1.
 */
struct cpuid_processor {
	u32 apic_id;
	u32 cpus; /* at least 1 */
	bool has_local_apic;
	bool has_x2apic, has_tsc_deadline; /* of a local APIC */
};

#define CPUID_SUBLEAF_ANY 0xffffffffu /* every one that has no entry itself */

struct cpuid_entry {
	u32 subleaf;
	struct cpuid answer;
};

/* Where the subleaves of a leaf lie; one with a single answer ignores ECX. */
struct cpuid_leaf_entries {
	u8 first;
	u8 count; /* 0: the leaf is all zeros */
	bool by_subleaf;
};

struct cpuid_table {
	u32 basic_max, extended_max;
	bool has_nx;
	unsigned int count;
	struct cpuid_leaf_entries basic[CPUID_BASIC_LEAVES];
	struct cpuid_leaf_entries hypervisor[CPUID_HYPERVISOR_LEAVES];
	struct cpuid_leaf_entries extended[CPUID_EXTENDED_LEAVES];
	struct cpuid_entry entries[CPUID_TABLE_LEAVES];
	/* Of the basic leaves without subleaves, the answer itself. */
	const struct cpuid *direct[CPUID_BASIC_LEAVES];
};

/*
 * Makes the picture for a guest that runs with these controls. host: CPUID of
 * the host's CPU. tsc_khz: the guest's TSC frequency, 0 if not known.
 */
void cpuid_table_init(struct cpuid_table *table,
		      const struct cpuid_processor *processor,
		      const struct controls *controls,
		      struct cpuid (*host)(u32 leaf, u32 subleaf), u64 tsc_khz);

/*
 * The answer to CPUID, as far as it does not depend on the guest's registers.
 * A leaf above the highest gives the highest basic one's data.
 */
const struct cpuid *cpuid_table_find(const struct cpuid_table *table, u32 leaf,
				     u32 subleaf);

/*
 * Has leaf 1 say that there is a local APIC, or that there is none: it follows
 * IA32_APIC_BASE. "Enabling or Disabling the Local APIC".
 */
void cpuid_table_show_apic(struct cpuid_table *table, bool enabled);

/*
 * Has leaf 0 say that there is no leaf above 2, for programs that would take
 * fright; and leaf 0x80000001 that there is no NX, though there may be.
 * SDM: IA32_MISC_ENABLE in "IA-32 Architectural MSRs".
 */
void cpuid_table_limit(struct cpuid_table *table, bool limited);
void cpuid_table_hide_nx(struct cpuid_table *table, bool hidden);
