/*
 * SDM: "Checks on Guest Page-Directory-Pointer-Table Entries".
 */
#include "cpu/registers.h"
#include "doctor/check.h"

#define PDPTES 4

/* SDM: "PAE Paging": CR3 bits 31:5, and the format of a PDPTE. */
#define PAE_CR3_TABLE	   0xffffffe0ull
#define PDPTE_PRESENT	   BIT(0)
#define PDPTE_LOW_RESERVED 0x1e6ull

/* A guest without EPT has its table in memory; one with EPT in the VMCS. */
static bool fetch(const struct check *check, u64 pdptes[PDPTES])
{
	const struct doctor_subject *subject = check->subject;
	hpa_t table = check_field(check, GUEST_CR3) & PAE_CR3_TABLE;

	if (!(check->secondary & SECONDARY_ENABLE_EPT)) {
		return subject->read_memory(table, pdptes,
					    PDPTES * sizeof(pdptes[0]),
					    subject->memory_context);
	}
	for (unsigned int i = 0; i < PDPTES; i++) {
		pdptes[i] = check_field(check, GUEST_PDPTE0 + 2 * i);
	}
	return true;
}

static bool reserved_bits_hold(const struct check *check, u64 pdpte)
{
	return !(pdpte & PDPTE_PRESENT) || (!(pdpte & PDPTE_LOW_RESERVED) &&
					    check_fits_physical(check, pdpte));
}

void guest_pdptes_check(struct check *check)
{
	bool paging = check_field(check, GUEST_CR0) & CR0_PG;
	bool pae = check_field(check, GUEST_CR4) & CR4_PAE;
	bool ept = check->secondary & SECONDARY_ENABLE_EPT;
	u64 pdptes[PDPTES];

	if (!paging || !pae || check_guest_ia32e(check) ||
	    !fetch(check, pdptes)) {
		return;
	}
	for (unsigned int i = 0; i < PDPTES; i++) {
		check_that(check, reserved_bits_hold(check, pdptes[i]),
			   RULE_PDPTE_RESERVED,
			   ept ? GUEST_PDPTE0 + 2 * i : GUEST_CR3);
	}
}
