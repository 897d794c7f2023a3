#pragma once
/*
 * A change of one VMCS field: what settings and corruptions consist of.
 */
#include "doctor/doctor.h"

/*
 * What a change can refer to: the CPU, and memory that has been prepared.
 * Where an area of memory holds one thing that is wrong, its name says which.
 */
struct ground {
	const struct vmx_capabilities *caps;
	const struct cpu_facts *cpu;
	u64 efer;   /* IA32_EFER as it is */
	u64 vmcall; /* the address, below 4 GiB, of a VMCALL instruction */

	hpa_t vmcs; /* the VMCS that is changed */
	hpa_t ordinary_vmcs;
	hpa_t shadow_vmcs; /* bit 31 of its revision identifier is set */
	hpa_t alien_vmcs;  /* its revision identifier is another */

	hpa_t virtual_apic; /* a virtual-APIC page with 0x50 in VTPR */
	hpa_t page;	    /* a page of zeros, for whatever wants a page */
	hpa_t ept;	    /* an EPT PML4 that maps memory one to one */

	hpa_t pae_table; /* four PDPTEs that map memory one to one */
	hpa_t pae_table_reserved;
	u64 pdpte0; /* the first of pae_table */

	hpa_t msr_area; /* two entries: IA32_SYSENTER_CS, 0, twice */
	hpa_t msr_area_fs_base;
	hpa_t msr_area_x2apic;
	hpa_t msr_area_smm;
	hpa_t msr_area_reserved;
};

enum change_kind {
	TO,		 /* the field becomes value */
	SET,		 /* the bits of value become 1 */
	CLEAR,		 /* the bits of value become 0 */
	FLIP,		 /* the bits of value are inverted */
	TO_GROUND,	 /* a member of the ground; value is its offset */
	UNMUST,		 /* a control that must be 1 becomes 0 */
	OVERDO,		 /* a control that must be 0 becomes 1 */
	EXCEED_PHYSICAL, /* the bit above the physical-address width is set */
	EXCEED_LINEAR,	 /* the bit above the linear-address width is set */
	BREAK_CANONICAL, /* the topmost bit of that width is inverted */
	TO_LAST_BYTES,	 /* the last 16 bytes of the physical address space */
	TO_MOST,	 /* as many CR3 targets as there can be */
	TO_TOO_MANY,	 /* one more */
};

struct change {
	enum vmcs_field field;
	enum change_kind kind;
	u64 value;
};

/* As value of TO_GROUND. */
#define GROUND(member) offsetof(struct ground, member)

void change_apply(const struct change *change, const struct ground *ground,
		  struct vmcs_snapshot *vmcs);
