#include "ept_violation.h"
#include "ept_walk.h"
#include "lib/printk.h"

#define QUALIFICATION_READ	     BIT(0)
#define QUALIFICATION_WRITE	     BIT(1)
#define QUALIFICATION_FETCH	     BIT(2)
#define QUALIFICATION_RIGHTS_SHIFT   3
#define QUALIFICATION_LINEAR_VALID   BIT(7)
#define QUALIFICATION_FINAL_ADDRESS  BIT(8)
#define QUALIFICATION_NMI_UNBLOCKING BIT(12)

struct ept_violation ept_violation_decode(u64 qualification)
{
	bool linear_valid = (qualification & QUALIFICATION_LINEAR_VALID) != 0;

	return (struct ept_violation){
		.read = (qualification & QUALIFICATION_READ) != 0,
		.write = (qualification & QUALIFICATION_WRITE) != 0,
		.fetch = (qualification & QUALIFICATION_FETCH) != 0,
		.rights = qualification >> QUALIFICATION_RIGHTS_SHIFT & EPT_RWX,
		.linear_valid = linear_valid,
		.final_address = linear_valid &&
				 (qualification & QUALIFICATION_FINAL_ADDRESS),
		.nmi_unblocking =
			(qualification & QUALIFICATION_NMI_UNBLOCKING) != 0,
	};
}

static const char *access_name(const struct ept_violation *violation)
{
	if (violation->fetch) {
		return "instruction fetch from";
	}
	if (violation->read && violation->write) {
		return "data read and write of";
	}
	return violation->write ? "data write to" : "data read from";
}

int ept_violation_describe(const struct ept_violation *violation, gpa_t gpa,
			   char *buffer, size_t size)
{
	const char *during =
		violation->linear_valid && !violation->final_address
			? " during a walk of the guest's page "
			  "tables"
			: "";

	if (violation->rights == 0) {
		return format(buffer, size, "%s %#lx%s, which is not mapped",
			      access_name(violation), gpa, during);
	}
	return format(buffer, size, "%s %#lx%s, which is mapped %c%c%c",
		      access_name(violation), gpa, during,
		      violation->rights & EPT_READ ? 'r' : '-',
		      violation->rights & EPT_WRITE ? 'w' : '-',
		      violation->rights & EPT_EXECUTE ? 'x' : '-');
}

int ept_violation_describe_misconfiguration(const struct ept *ept, gpa_t gpa,
					    char *buffer, size_t size)
{
	struct ept_translation found;

	if (ept_walk(ept, gpa, 0, &found) != EPT_WALK_MISCONFIGURATION) {
		return format(buffer, size,
			      "no entry on the way to %#lx is misconfigured",
			      gpa);
	}
	return format(buffer, size, "the %s %#lx on the way to %#lx %s",
		      ept_walk_level_name(found.level),
		      found.entry[found.level - 1], gpa, found.broken_rule);
}
