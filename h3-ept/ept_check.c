#include "ept_check.h"

struct error ept_check_range(gpa_t gpa, u64 size)
{
	if (!IS_ALIGNED(gpa, EPT_PAGE_SIZE)) {
		return failure("guest-physical address not at a page's "
			       "beginning",
			       gpa);
	}
	if (!IS_ALIGNED(size, EPT_PAGE_SIZE)) {
		return failure("size not in whole pages", size);
	}
	if (gpa > BIT(EPT_GPA_BITS) || size > BIT(EPT_GPA_BITS) - gpa) {
		return failure("range past the end of guest-physical memory",
			       gpa);
	}
	return SUCCESS;
}

struct error ept_check_rights(const struct ept *ept, u64 rights)
{
	if (rights == 0 || (rights & ~EPT_RWX) != 0) {
		return failure("these are no rights for a page", rights);
	}
	if ((rights & EPT_WRITE) && !(rights & EPT_READ)) {
		return failure("a page cannot be written without being read, "
			       "rights",
			       rights);
	}
	if (rights == EPT_EXECUTE &&
	    !(ept->capabilities & EPT_CAP_EXECUTE_ONLY)) {
		return failure("the CPU has no execute-only pages, rights",
			       rights);
	}
	return SUCCESS;
}

struct error ept_check_host_range(const struct ept *ept, hpa_t hpa, u64 size)
{
	if (!IS_ALIGNED(hpa, EPT_PAGE_SIZE)) {
		return failure("host-physical address not at a page's "
			       "beginning",
			       hpa);
	}
	if (hpa > BIT(ept->bits) || size > BIT(ept->bits) - hpa) {
		return failure("range past the CPU's physical-address width",
			       hpa);
	}
	return SUCCESS;
}

struct error ept_check_type(enum ept_memory_type type)
{
	switch (type) {
	case EPT_UC:
	case EPT_WC:
	case EPT_WT:
	case EPT_WP:
	case EPT_WB:
		return SUCCESS;
	}
	return failure("no such EPT memory type", type);
}
