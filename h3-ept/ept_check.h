#pragma once
/*
 * What EPT can express: the arguments that the builder's functions refuse,
 * each with the sentence that says why.
 */
#include "ept.h"

/* Whole pages within the guest-physical addresses that 4 levels reach. */
struct error ept_check_range(gpa_t gpa, u64 size);

/* Whole pages within the CPU's physical-address width. size: as above. */
struct error ept_check_host_range(const struct ept *ept, hpa_t hpa, u64 size);

/*
 * Rights that a page can have: some, and no combination that SDM, "EPT
 * Misconfigurations", forbids.
 */
struct error ept_check_rights(const struct ept *ept, u64 rights);

/* A memory type that is not reserved. */
struct error ept_check_type(enum ept_memory_type type);
